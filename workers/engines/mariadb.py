"""MariaDB and MySQL: scripts for the server's own client and dump programs, and their answers. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.database import AccessSpec
from workers.engines import database
from workers.engines.errors import EngineError
from workers.engines.postgresql import end_of

ENGINE = "mariadb"
TRAILER = b"-- Dump completed"
USERS = "users.sql"
TRANSACTIONAL = frozenset({"innodb", "rocksdb", "tokudb", "xtradb"})
LISTED = "lumbung-listed"

# The options file comes first or it is not read; with HOME elsewhere the account's own ~/.my.cnf cannot overrule it.
TOOLS = r"""
where=
case $host in /*) where=--socket=$host ;; ?*) where=--host=$host ;; esac
my() {
  program=$1; shift
  as "$program" ${file:+"$file"} ${where:+"$where"} ${port:+"--port=$port"} ${user:+"--user=$user"} \
    --default-character-set=utf8mb4 "$@"
}
file=
if [ -s "$work/secret" ]; then file=--defaults-extra-file=$work/secret; HOME=$work; export HOME; fi
client=$(command -v mariadb || command -v mysql) || { echo 'mariadb: not found' >&2; exit 127; }
dumper=$(command -v mariadb-dump || command -v mysqldump) || { echo 'mariadb-dump: not found' >&2; exit 127; }
help=$("$dumper" --no-defaults --help 2>/dev/null) || help=
"""
LIST_SCRIPT = TOOLS + r"""my "$client" -BNre "$1" """
# The session takes the global read lock, opens its consistent snapshot under it (that keeps the lock, as mariadb-dump's
# own --master-data relies on), and lists the tables. Then the dump begins; the session looks in InnoDB's list of
# transactions until the dump's is there, or the dump has ended. The dump's connection is one of the same user and host
# that came after the list was made and works in the database: dump programs begin their transaction, then go there.
# Both snapshots stand under one lock, so they hold the same rows; then the lock is given back and both go on.
DUMP_SCRIPT = (
    TOOLS
    + r"""
options=
case $help in *--set-gtid-purged*) options=--set-gtid-purged=OFF ;; esac
mkfifo "$work/in" "$work/out"
my "$client" -BNrn < "$work/in" > "$work/out" &
holder=$!
exec 3> "$work/in" 4< "$work/out"
printf '%s\n' "$2" >&3
: > "$work/counts"
line=
while IFS= read -r line <&4; do
  if [ "$line" = lumbung-listed ]; then break; fi
  printf '%s\n' "$line" >> "$work/counts"
done
if [ "$line" != lumbung-listed ]; then wait "$holder" || exit; exit 1; fi
{
  code=0
  my "$dumper" $options --no-tablespaces --single-transaction --quick --routines --triggers --events --hex-blob \
    --databases -- "$1" || code=$?
  echo "$code" > "$work/code"
} 3>&- 4<&- &
dump=$!
turns=0
while [ ! -s "$work/code" ]; do
  printf '%s\n' "$3" >&3
  IFS= read -r open <&4 || { wait "$holder" || exit; exit 1; }
  if [ "$open" != 0 ]; then break; fi
  turns=$((turns + 1))
  if [ "$turns" -gt 300 ]; then echo 'no consistent snapshot of the dump was seen' >&2; kill "$dump"; exit 1; fi
  sleep 0.1
done
printf 'UNLOCK TABLES;\n' >&3
sed -u 's/^/lumbung:/' <&4 >&2 3>&- &
teller=$!
cat "$work/counts" >&3
exec 3>&-
echo "lumbung:{\"tool\":\"$("$dumper" --no-defaults --version)\"}" >&2
wait "$dump"
wait "$holder"
wait "$teller"
read -r code < "$work/code"
exit "$code"
"""
)
USERS_SCRIPT = (
    TOOLS
    + r"""
case $help in
  *--system=*) my "$dumper" --system=users ;;
  *)
    my "$client" -BNre "$1" > "$work/ask"
    my "$client" -BNr < "$work/ask" > "$work/users"
    sed 's/$/;/' "$work/users"
    echo '-- Dump completed' ;;
esac
"""
)

LIST_SQL = """
SELECT 'version', VERSION();
SELECT JSON_OBJECT('name', s.schema_name, 'size_bytes', COALESCE(SUM(t.data_length + t.index_length), 0))
FROM information_schema.schemata s LEFT JOIN information_schema.tables t ON t.table_schema = s.schema_name
WHERE s.schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
GROUP BY s.schema_name ORDER BY s.schema_name;
"""
# A name with a newline would be two lines here: such a table is dumped, but not counted.
HOLD_SQL = """
SET SESSION lock_wait_timeout = 60; SET SESSION sql_mode = '';
FLUSH TABLES WITH READ LOCK;
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ;
START TRANSACTION WITH CONSISTENT SNAPSHOT;
SET @database = {database};
SELECT CONCAT('SELECT JSON_OBJECT(''version'', ', QUOTE(VERSION()), ', ''database_bytes'', ',
  COALESCE(SUM(data_length + index_length), 0), ');') FROM information_schema.tables WHERE table_schema = @database;
SELECT CONCAT('SELECT JSON_OBJECT(''table'', ', QUOTE(table_name), ', ''engine'', ', QUOTE(COALESCE(engine, '')),
  ', ''rows'', COUNT(*)) FROM `', REPLACE(table_schema, '`', '``'), '`.`', REPLACE(table_name, '`', '``'), '`;')
FROM information_schema.tables
WHERE table_schema = @database AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND table_name NOT LIKE '%\\n%'
ORDER BY table_name;
SET @before = (SELECT MAX(id) FROM information_schema.processlist);
SELECT 'lumbung-listed';
"""
OPEN_SQL = """
SELECT COUNT(*) FROM information_schema.innodb_trx t
JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
JOIN information_schema.processlist mine ON mine.id = CONNECTION_ID()
WHERE p.id > @before AND p.user = mine.user AND p.db = @database
  AND SUBSTRING_INDEX(p.host, ':', 1) = SUBSTRING_INDEX(mine.host, ':', 1);
"""
USERS_SQL = """
SELECT CONCAT('SHOW CREATE USER ', QUOTE(user), '@', QUOTE(host), '; SHOW GRANTS FOR ', QUOTE(user), '@', QUOTE(host),
  ';') FROM mysql.user WHERE user <> ''
"""


def literal(name: str) -> str:
    """A text for SQL, by its bytes: nothing in it is ever read as SQL."""
    return f"CONVERT(x'{name.encode().hex()}' USING utf8mb4)"


def secret(_access: AccessSpec, password: str) -> str:
    """The options file for --defaults-extra-file."""
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    return f'[client]\npassword="{escaped}"\n'


def list_argv(ssh: Sequence[str], address: str, access: AccessSpec) -> list[str]:
    """List the databases."""
    return database.remote_argv(ssh, address, LIST_SCRIPT, access, [LIST_SQL])


def dump_argv(ssh: Sequence[str], address: str, access: AccessSpec, name: str) -> list[str]:
    """Dump one database to standard output, and tell its tables' rows on the side."""
    words = [name, HOLD_SQL.format(database=literal(name)), OPEN_SQL]
    return database.remote_argv(ssh, address, DUMP_SCRIPT, access, words)


def accounts_argv(ssh: Sequence[str], address: str, access: AccessSpec) -> list[str]:
    """Dump users and grants to standard output."""
    return database.remote_argv(ssh, address, USERS_SCRIPT, access, [USERS_SQL])


def parse_list(output: bytes) -> dict[str, Any]:
    """Version and databases, as `list_argv` tells them. Raises EngineError('database.failed')."""
    try:
        first, *lines = output.decode("utf-8").splitlines()
        word, version = first.split("\t")
        if word != "version":
            raise ValueError(word)
        found = [json.loads(line) for line in lines]
        listed = [{"name": str(d["name"]), "size_bytes": int(d["size_bytes"])} for d in found]
        return {"version": version, "databases": listed}
    except (ValueError, KeyError, TypeError) as error:
        raise EngineError("database.failed", tool=ENGINE, tail=repr(output[:200]), engine=ENGINE) from error


def check_dump(path: Path) -> None:
    """Raises EngineError('dump.damaged') unless the program said, near the end, that it was complete."""
    if TRAILER not in end_of(path):
        raise EngineError("dump.damaged", tool=ENGINE, file=path.name)


def not_transactional(tables: Sequence[dict[str, Any]]) -> list[str]:
    """The tables that no snapshot holds still: written to meanwhile, they may be dumped as they never were."""
    return [
        str(table["table"]) for table in tables if str(table.get("engine", "")).lower() not in TRANSACTIONAL
    ]
