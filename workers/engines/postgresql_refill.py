"""PostgreSQL: a dump loaded into a database beside, counted there, and moved to its name. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from schemas.database import AccessSpec
from workers.engines import database
from workers.engines.postgresql import COUNT_SQL, TOOLS, conninfo

NAME_BYTES = 63
OWN = frozenset({"postgres", "template0", "template1"})

NAMES_SQL = "SELECT json_build_object('name', datname) FROM pg_database"
NAMES_SCRIPT = TOOLS + r"""pg psql -XqAt -v ON_ERROR_STOP=1 -d "dbname='postgres'" -c "$1" < /dev/null"""
# However it ends before the rows were counted, no database that is half full stays.
FILL_SCRIPT = (
    TOOLS
    + r"""
sql() { printf '%s\n' "$1" | pg psql -XqAt -v ON_ERROR_STOP=1 -d "dbname='postgres'"; }
clean() { sql "$drop" > /dev/null 2>&1 || :; rm -rf "$work"; }
name=$1 make=$2 count=$3 drop=$4
shift 4
trap clean EXIT
sql "$make"
pg pg_restore --exit-on-error "$@" -d "$name"
printf '%s\n' "$count" | pg psql -XqAt -v ON_ERROR_STOP=1 -d "$name"
trap 'rm -rf "$work"' EXIT
"""
)
COUNT_SCRIPT = TOOLS + r"""printf '%s\n' "$2" | pg psql -XqAt -v ON_ERROR_STOP=1 -d "$1" """
DROP_SCRIPT = TOOLS + r"""printf '%s\n' "$1" | pg psql -XqAt -v ON_ERROR_STOP=1 -d "dbname='postgres'" """
# Nobody gets in while the names change, and everybody does again, however it ends.
SWAP_SCRIPT = (
    TOOLS
    + r"""
sql() { printf '%s\n' "$1" | pg psql -XqAt -v ON_ERROR_STOP=1 -d "dbname='postgres'"; }
undo=$3
open_again() { sql "$undo" > /dev/null 2>&1 || :; rm -rf "$work"; }
trap open_again EXIT
sql "$1"
sql "$2"
undo='SELECT 1'
"""
)
# The new database gets the locale and owner of the one whose place it takes or that it was dumped from, where that is
# still there. What is written in the catalogue of all databases (rights, settings) is no part of a dump.
MAKE_SQL = """
{drop}
SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L', {temporary}, {encoding}) || coalesce(
  (SELECT format(' LC_COLLATE %L LC_CTYPE %L OWNER %I', datcollate, datctype, pg_get_userbyid(datdba))
   FROM pg_database WHERE datname = {like}), '') \\gexec
"""
RIGHTS_SQL = """
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', {temporary}) FROM pg_database
  WHERE datname = {like} AND datacl IS NOT NULL \\gexec
SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, {temporary},
    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
    CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
  FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = {like} \\gexec
SELECT format('ALTER %s SET %I TO %s',
    CASE WHEN s.setrole = 0 THEN format('DATABASE %I', {temporary})
      ELSE format('ROLE %I IN DATABASE %I', pg_get_userbyid(s.setrole), {temporary}) END,
    split_part(c, '=', 1), CASE WHEN split_part(c, '=', 1) IN ('search_path', 'temp_tablespaces',
      'session_preload_libraries', 'local_preload_libraries') THEN substr(c, strpos(c, '=') + 1)
      ELSE quote_literal(substr(c, strpos(c, '=') + 1)) END)
  FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) c
  WHERE d.datname = {like} \\gexec
"""
# Loading only inserts: a table in which anything was changed or deleted, or that had more rows put in than it holds,
# was written to since. An insertion that was taken back counts as well. A server that crashed counts from nought.
WRITTEN_SQL = """
SELECT json_build_object('table', schemaname || '.' || relname, 'inserted', n_tup_ins,
  'changed', n_tup_upd + n_tup_del) FROM pg_stat_user_tables;
"""
DROP_SQL = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
  WHERE datname LIKE {pattern} AND datname <> {keep} \\gset lumbung_
SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname LIKE {pattern} AND datname <> {keep} \\gexec
"""
SHUT_SQL = """
ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false;
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = {text} \\gset lumbung_
DO $$BEGIN
  FOR turn IN 1..100 LOOP
    PERFORM pg_stat_clear_snapshot();
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = {text});
    PERFORM pg_sleep(0.1);
  END LOOP;
END$$;
"""
EXCHANGE_SQL = """
BEGIN;
ALTER DATABASE {name} RENAME TO {kept};
ALTER DATABASE {temporary} RENAME TO {name};
ALTER DATABASE {kept} WITH ALLOW_CONNECTIONS true;
COMMIT;
"""


def quoted(name: str) -> str:
    """A name for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text for SQL, by its bytes: nothing in it is ever read as SQL, whatever a session thinks of backslashes."""
    return f"convert_from('\\x{text.encode().hex()}'::bytea, 'UTF8')"


def names_argv(ssh: Sequence[str], address: str, access: AccessSpec) -> list[str]:
    """Tell all names that are taken, one JSON object a line."""
    return database.remote_argv(ssh, address, NAMES_SCRIPT, access, [NAMES_SQL])


def fill_argv(
    ssh: Sequence[str],
    address: str,
    access: AccessSpec,
    *,
    secret_bytes: int,
    temporary: str,
    family: str,
    encoding: str,
    like: str,
    settings_too: bool,
    owners: bool,
    marks: bool = False,
) -> list[str]:
    """Make the database `temporary` and fill it from standard input, then tell its tables' rows, with `marks` as
    `state_argv` does.

    What an earlier try left of the same `family` (the beginning of its name) goes first. `like`: the database whose
    locale and owner it gets; `settings_too`: rights and settings as well. `owners`: things belong to whom they
    belonged, or all to who loads them, where those roles need not be known."""
    drop = drop_sql(family)
    terms = {"temporary": literal(temporary), "like": literal(like), "encoding": literal(encoding or "UTF8")}
    make = MAKE_SQL.format(drop=drop, **terms) + (RIGHTS_SQL.format(**terms) if settings_too else "")
    count = f"SET row_security = off;{COUNT_SQL}{WRITTEN_SQL if marks else ''}"
    whose = [] if owners else ["--no-owner", "--no-privileges"]
    words = [
        conninfo(temporary),
        make,
        count,
        drop,
        *whose,
        "--no-tablespaces",
        "--no-publications",
        "--no-subscriptions",
    ]
    return database.remote_argv(ssh, address, FILL_SCRIPT, access, words, secret_bytes=secret_bytes)


def drop_argv(ssh: Sequence[str], address: str, access: AccessSpec, family: str, keep: str = "") -> list[str]:
    """Drop the databases whose names begin so, but `keep`."""
    return database.remote_argv(ssh, address, DROP_SCRIPT, access, [drop_sql(family, keep)])


def drop_sql(family: str, keep: str = "") -> str:
    """SQL that drops the databases whose names begin so, but `keep`."""
    return DROP_SQL.format(pattern=literal(family.replace("_", "\\_") + "%"), keep=literal(keep))


def state_argv(ssh: Sequence[str], address: str, access: AccessSpec, name: str) -> list[str]:
    """Tell the rows of each table of a database and whether it was written to since it was loaded, for `state_of`."""
    words = [conninfo(name), f"SET row_security = off;{COUNT_SQL}{WRITTEN_SQL}"]
    return database.remote_argv(ssh, address, COUNT_SCRIPT, access, words)


def state_of(lines: Iterable[bytes]) -> tuple[str, dict[str, tuple[int, str]]]:
    """Per table its rows and "loaded" or "written"; no version, as that is said of any server alike."""
    told = [json.loads(line) for line in lines]
    rows = {str(each["table"]): int(each["rows"]) for each in told if "rows" in each}
    written = {
        str(each["table"])
        for each in told
        if "inserted" in each and (each["changed"] or each["inserted"] > rows.get(str(each["table"]), 0))
    }
    return "", {table: (count, "written" if table in written else "loaded") for table, count in rows.items()}


def swap_argv(
    ssh: Sequence[str],
    address: str,
    access: AccessSpec,
    *,
    secret_bytes: int,
    temporary: str,
    name: str,
    kept: str,
) -> list[str]:
    """Give the database `temporary` its `name`; the one that has it is called `kept` from then on (empty: none)."""
    terms = {
        "temporary": quoted(temporary),
        "name": quoted(name),
        "kept": quoted(kept),
        "text": literal(name),
    }
    if kept:
        undo = f"ALTER DATABASE {quoted(name)} WITH ALLOW_CONNECTIONS true"
        words = [SHUT_SQL.format(**terms), EXCHANGE_SQL.format(**terms), undo]
    else:
        words = ["SELECT 1", "ALTER DATABASE {temporary} RENAME TO {name}".format(**terms), "SELECT 1"]
    return database.remote_argv(ssh, address, SWAP_SCRIPT, access, words, secret_bytes=secret_bytes)
