"""PostgreSQL (12 and later): scripts for the server's own psql, pg_dump and pg_dumpall, and their answers. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.database import AccessSpec
from workers.engines import database
from workers.engines.errors import EngineError

ENGINE = "postgresql"
HEADER = b"PGDMP"
GLOBALS_TRAILER = b"-- PostgreSQL database cluster dump complete"
TRAILER_WITHIN = 4096
GLOBALS = "globals.sql"
LOCK_MILLISECONDS = 60_000

TOOLS = r"""
pg() {
  program=$1; shift
  command -v "$program" >/dev/null || { echo "$program: not found" >&2; exit 127; }
  as "$program" -w ${host:+-h "$host"} ${port:+-p "$port"} ${user:+-U "$user"} "$@"
}
if [ -s "$work/secret" ]; then PGPASSFILE=$work/secret; export PGPASSFILE; fi
"""
LIST_SCRIPT = TOOLS + r"""pg psql -XqAt -v ON_ERROR_STOP=1 -d "dbname='postgres'" -c "$1" """
# A snapshot is exported by a session that holds it open; pg_dump reads in it, and the same session counts in it, while
# others go on writing. So the rows that are counted are the rows that are dumped.
DUMP_SCRIPT = (
    TOOLS
    + r"""
mkfifo "$work/in" "$work/out"
pg psql -XqAt -v ON_ERROR_STOP=1 -d "$1" < "$work/in" > "$work/out" &
holder=$!
exec 3> "$work/in" 4< "$work/out"
printf '%s\n' "$2" >&3
IFS= read -r snapshot <&4 || { wait "$holder" || exit; exit 1; }
printf '%s\n' "$3" >&3
sed -u 's/^/lumbung:/' <&4 >&2 3>&- &
teller=$!
echo "lumbung:{\"tool\":\"$(pg_dump --version)\"}" >&2
pg pg_dump --format=custom --snapshot="$snapshot" --lock-wait-timeout="$4" -d "$1" 3>&- 4<&-
exec 3>&-
wait "$holder"
wait "$teller"
"""
)
GLOBALS_SCRIPT = TOOLS + r"""pg pg_dumpall --globals-only "$@" """
NO_PASSWORDS = "--no-role-passwords"

LIST_SQL = """
SELECT json_build_object('version', current_setting('server_version'), 'databases', coalesce((
  SELECT json_agg(json_build_object('name', datname, 'size_bytes', pg_database_size(oid)) ORDER BY datname)
  FROM pg_database WHERE datallowconn AND NOT datistemplate AND has_database_privilege(oid, 'CONNECT')), '[]'))
"""
HOLD_SQL = """
SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET row_security = off;
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot();
"""
# What an extension brought is made again by it; its rows are not dumped.
COUNT_SQL = r"""
SELECT json_build_object('version', current_setting('server_version'), 'database_bytes',
  pg_database_size(current_database()), 'encoding', pg_encoding_to_char(encoding))
FROM pg_database WHERE datname = current_database();
SELECT format('SELECT json_build_object(''table'', %L, ''rows'', count(*)) FROM ONLY %I.%I',
  n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
\gexec
"""


def conninfo(name: str) -> str:
    """A connection text that means the database of this name, whatever it holds."""
    quoted = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"dbname='{quoted}'"


def secret(access: AccessSpec, password: str) -> str:
    """The line of a PGPASSFILE."""
    escaped = [text.replace("\\", "\\\\").replace(":", "\\:") for text in (access.username, password)]
    return ":".join(["*", "*", "*", *escaped]) + "\n"


def list_argv(ssh: Sequence[str], address: str, access: AccessSpec) -> list[str]:
    """List the databases that can be connected to."""
    return database.remote_argv(ssh, address, LIST_SCRIPT, access, [LIST_SQL])


def dump_argv(ssh: Sequence[str], address: str, access: AccessSpec, name: str) -> list[str]:
    """Dump one database to standard output, and tell its tables' rows on the side."""
    words = [conninfo(name), HOLD_SQL, COUNT_SQL, str(LOCK_MILLISECONDS)]
    return database.remote_argv(ssh, address, DUMP_SCRIPT, access, words)


def accounts_argv(
    ssh: Sequence[str], address: str, access: AccessSpec, *, passwords: bool = True
) -> list[str]:
    """Dump roles and tablespaces to standard output; only a superuser may read the roles' passwords."""
    return database.remote_argv(ssh, address, GLOBALS_SCRIPT, access, [] if passwords else [NO_PASSWORDS])


def parse_list(output: bytes) -> dict[str, Any]:
    """Version and databases, as `list_argv` tells them. Raises EngineError('database.failed')."""
    try:
        found = json.loads(output)
        listed = [{"name": str(d["name"]), "size_bytes": int(d["size_bytes"])} for d in found["databases"]]
        return {"version": str(found["version"]), "databases": listed}
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError("database.failed", tool=ENGINE, tail=repr(output[:200]), engine=ENGINE) from error


def check_dump(path: Path) -> None:
    """Raises EngineError('dump.damaged') unless the file begins as a custom dump does; `toc_argv` looks further."""
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            raise EngineError("dump.damaged", tool=ENGINE, file=path.name)


def check_accounts(path: Path) -> None:
    """Raises EngineError('dump.damaged') unless pg_dumpall said that it was complete."""
    if GLOBALS_TRAILER not in end_of(path):
        raise EngineError("dump.damaged", tool=ENGINE, file=path.name)


def end_of(path: Path) -> bytes:
    """The last bytes of a file: trailers stand near the end, not always on the last line."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TRAILER_WITHIN, 0))
        return file.read()


def toc_argv(path: Path) -> list[str]:
    """Read the table of contents of a dump here."""
    return ["pg_restore", "--list", "--file=/dev/null", str(path)]
