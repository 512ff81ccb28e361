"""MariaDB and MySQL: a dump loaded into a database beside, counted there, and moved to its name. Pure.

There is no command that renames a database. So all tables change places in one RENAME TABLE, which happens whole or not
at all; views, routines and triggers cannot move, are written down by the dump program before, and made again after.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from schemas.database import AccessSpec
from workers.engines import database
from workers.engines.mariadb import TOOLS, literal

NAME_BYTES = 64
OWN = frozenset({"mysql", "information_schema", "performance_schema", "sys"})
WHOLE = b"lumbung-whole"
EVENTS_BEGIN = b"-- Dumping events for database "
EVENTS_END = b"-- Dumping routines for database "
SUMMED = re.compile(rb"\t(\d+)$")
MOVED_EXIT = 70
"""The tables have their new places, but not all that belongs to them could be made again."""

_SQL = (
    TOOLS
    + r"""
sql() { my "$client" -BNrn --max-allowed-packet=1G "$@"; }
load() { my "$client" --binary-mode -BNrn --max-allowed-packet=1G "$@"; }
"""
)
NAMES_SQL = "SELECT JSON_OBJECT('name', schema_name) FROM information_schema.schemata"
NAMES_SCRIPT = _SQL + r"""printf '%s\n' "$1" | sql"""
# Standard input is the dump. Its last statement says that it came whole: a client that finds the end of a broken stream
# is content with what there was.
FILL_SCRIPT = (
    _SQL
    + r"""
clean() { printf '%s\n' "$drop" | sql 2> /dev/null | sql > /dev/null 2>&1 || :; rm -rf "$work"; }
name=$1 drop=$2 count=$3
trap clean EXIT
printf '%s\n' "$drop" | sql > "$work/drop"
sql < "$work/drop"
load > "$work/said"
grep -qx lumbung-whole "$work/said" || { echo 'the dump broke off' >&2; exit 1; }
printf '%s\n' "$count" | sql > "$work/count"
sql < "$work/count"
trap 'rm -rf "$work"' EXIT
"""
)
TOLD_SCRIPT = _SQL + r"""printf '%s\n' "$1" | sql > "$work/drop"; sql < "$work/drop" """
SWAP_SCRIPT = (
    _SQL
    + r"""
temporary=$1 name=$2 kept=$3 make=$4 strip_temporary=$5 strip_name=$6 rename=$7 drop_made=$8 finish=$9
shift 9
views_of=$1
options='--no-tablespaces --skip-lock-tables --no-data'
case $help in *--set-gtid-purged*) options="$options --set-gtid-purged=OFF" ;; esac
made() { printf '%s\n' "$1" | sql > "$work/step"; sql < "$work/step"; }
views() {
  printf "$views_of" "$1" | sql > "$work/views"
  database=$2
  set --
  while IFS= read -r view; do set -- "$@" "$view"; done < "$work/views"
  [ $# = 0 ] || my "$dumper" $options --skip-triggers -- "$database" "$@"
}
rest() {
  my "$dumper" $options --no-create-info --routines --triggers -- "$2"
  views "$1" "$2"
}
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
undo() {
  if [ -e "$work/stripped" ]; then
    load "--database=$name" < "$work/old" || :
    load "--database=$name" < "$work/old_events" || :
  fi
  printf '%s\n' "$drop_made" | sql | sql || :
  rm -rf "$work"
}
cat > "$work/events"
if [ -n "$kept" ]; then
  rest "$(hex "$name")" "$name" > "$work/old"
  my "$dumper" $options --no-create-info --skip-triggers --events -- "$name" > "$work/old_events"
fi
rest "$(hex "$temporary")" "$temporary" > "$work/new"
made "$make"
trap undo EXIT
made "$strip_temporary"
if [ -n "$kept" ]; then : > "$work/stripped"; made "$strip_name"; fi
made "$rename"
trap 'rm -rf "$work"' EXIT
{ load "--database=$name" < "$work/new" && load "--database=$name" < "$work/events"; } || exit 70
if [ -n "$kept" ]; then load "--database=$kept" < "$work/old" || exit 70; fi
made "$finish"
"""
)
VIEWS_SQL = "SELECT table_name FROM information_schema.views WHERE BINARY table_schema = x'%s'"
"""Its %s is for the name's bytes, which the script knows."""
TABLES = "('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE')"
COUNT_SQL = """
SELECT CONCAT('SELECT JSON_OBJECT(''table'', ', QUOTE(table_name), ', ''rows'', COUNT(*)) FROM `',
  REPLACE(table_schema, '`', '``'), '`.`', REPLACE(table_name, '`', '``'), '`;'{mark})
FROM information_schema.tables
WHERE BINARY table_schema = {name} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND table_name NOT LIKE '%\\n%'
ORDER BY table_name;
"""
# The sum over a table's rows follows each count, as "database.table<tab>sum".
VERSION_SQL = "SELECT 'SELECT JSON_OBJECT(''version'', VERSION());';"
MARK_SQL = (
    """, ' CHECKSUM TABLE `', REPLACE(table_schema, '`', '``'), '`.`', REPLACE(table_name, '`', '``'), '`;'"""
)
DROP_SQL = """
SELECT CONCAT('DROP DATABASE `', schema_name, '`;') FROM information_schema.schemata
WHERE schema_name LIKE {pattern} AND BINARY schema_name <> {keep};
"""
# A database is dropped by name only where no table is in it.
DROP_EMPTY_SQL = """
SELECT CONCAT('DROP DATABASE `', REPLACE(s.schema_name, '`', '``'), '`;') FROM information_schema.schemata s
WHERE BINARY s.schema_name = {name} AND NOT EXISTS (
  SELECT 1 FROM information_schema.tables t WHERE t.table_schema = s.schema_name AND t.table_type <> 'VIEW');
"""
MAKE_SQL = """
SELECT CONCAT('CREATE DATABASE {new} CHARACTER SET ', default_character_set_name,
  ' COLLATE ', default_collation_name, ';')
FROM information_schema.schemata WHERE BINARY schema_name = {like};
"""
SAME_TEXT_SQL = """
SELECT CONCAT('ALTER DATABASE {name} CHARACTER SET ', default_character_set_name,
  ' COLLATE ', default_collation_name, ';')
FROM information_schema.schemata WHERE BINARY schema_name = {like};
"""
STRIP_SQL = """
SELECT 'SET SESSION lock_wait_timeout = 60;';
SELECT CONCAT('DROP TRIGGER {quoted}.`', REPLACE(trigger_name, '`', '``'), '`;')
  FROM information_schema.triggers WHERE BINARY trigger_schema = {name};
SELECT CONCAT('DROP VIEW {quoted}.`', REPLACE(table_name, '`', '``'), '`;')
  FROM information_schema.views WHERE BINARY table_schema = {name};
SELECT CONCAT('DROP ', routine_type, ' {quoted}.`', REPLACE(routine_name, '`', '``'), '`;')
  FROM information_schema.routines WHERE BINARY routine_schema = {name};
SELECT CONCAT('DROP EVENT {quoted}.`', REPLACE(event_name, '`', '``'), '`;')
  FROM information_schema.events WHERE BINARY event_schema = {name};
"""
RENAME_SQL = """
SET SESSION group_concat_max_len = 4294967295;
SELECT IF(EXISTS (SELECT 1 FROM information_schema.schemata WHERE BINARY schema_name = {temporary}),
  'SET SESSION lock_wait_timeout = 60; SET SESSION foreign_key_checks = 0;',
  'SIGNAL SQLSTATE ''45000'' SET MESSAGE_TEXT = ''the loaded database is gone'';');
SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(
  '`', REPLACE(table_schema, '`', '``'), '`.`', REPLACE(table_name, '`', '``'),
  '` TO ', IF(BINARY table_schema = {temporary}, '{name}', '{kept}'), '.`', REPLACE(table_name, '`', '``'), '`'
  ORDER BY BINARY table_schema = {temporary}, table_name SEPARATOR ', '), ';')
FROM information_schema.tables WHERE BINARY table_schema IN ({old}, {temporary}) AND table_type IN {tables}
HAVING COUNT(*) > 0;
"""


def quoted(name: str) -> str:
    """A name for SQL."""
    return "`" + name.replace("`", "``") + "`"


def raw(name: str) -> str:
    """A name for SQL as its bytes. The catalogue's own comparison takes "Situs" and "situs" for the same."""
    return f"x'{name.encode().hex()}'"


def inside(name: str) -> str:
    """A quoted name for SQL inside a text for SQL, where a backslash would mean something."""
    return quoted(name).replace("\\", "\\\\").replace("'", "''")


@dataclass
class Dump:
    """A dump as it is loaded under another name: without what changes the database, and its events apart. They would
    begin to work at once; they are made when the database has its name."""

    lines: Iterable[bytes]
    name: str
    temporary: str
    events: list[bytes] = field(default_factory=list)

    def __iter__(self) -> Iterator[bytes]:
        old, new = quoted(self.name).encode(), quoted(self.temporary).encode()
        use, make = b"USE " + old + b";", b"CREATE DATABASE "
        apart = False
        for line in self.lines:
            apart = line.startswith(EVENTS_BEGIN) or (apart and not line.startswith(EVENTS_END))
            if apart:
                self.events.append(line)
            elif line.rstrip(b"\r\n") == use:
                yield b"USE " + new + b";\n"
            elif line.startswith(make) and old in line:
                yield line.replace(old, new, 1)
            else:
                yield line
        yield b"\nSELECT '" + WHOLE + b"';\n"


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
    marks: bool = False,
) -> list[str]:
    """Make and fill `temporary` from standard input (a `Dump`), then tell its tables' rows, with `marks` as
    `state_argv` does; what an earlier try left of the same `family` (the beginning of its name) goes first."""
    words = [temporary, drop_sql(family), _count_sql(temporary, marks=marks)]
    return database.remote_argv(ssh, address, FILL_SCRIPT, access, words, secret_bytes=secret_bytes)


def drop_argv(ssh: Sequence[str], address: str, access: AccessSpec, family: str, keep: str = "") -> list[str]:
    """Drop the databases whose names begin so, but `keep`."""
    return database.remote_argv(ssh, address, TOLD_SCRIPT, access, [drop_sql(family, keep)])


def drop_sql(family: str, keep: str = "") -> str:
    """SQL that tells the SQL that drops the databases whose names begin so, but `keep`."""
    return DROP_SQL.format(pattern=literal(family.replace("_", "\\_") + "%"), keep=raw(keep))


def state_argv(ssh: Sequence[str], address: str, access: AccessSpec, name: str) -> list[str]:
    """Tell the rows and the checksum of each table of a database, for `state_of`."""
    return database.remote_argv(ssh, address, TOLD_SCRIPT, access, [_count_sql(name, marks=True)])


def state_of(lines: Iterable[bytes]) -> tuple[str, dict[str, tuple[int, str]]]:
    """The engine's version, and per table its rows and the sum over them. A server of another version may sum up
    otherwise."""
    version, tables, last = "", dict[str, tuple[int, str]](), ""
    for line in lines:
        if summed := SUMMED.search(line):
            tables[last] = (tables[last][0], summed[1].decode())
            continue
        told = json.loads(line)
        version = str(told.get("version", version))
        if "table" in told:
            last = str(told["table"])
            tables[last] = (int(told["rows"]), "")
    return version, tables


def _count_sql(name: str, *, marks: bool) -> str:
    count = COUNT_SQL.format(name=raw(name), mark=MARK_SQL if marks else "")
    return VERSION_SQL + count if marks else count


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
    """Give `name` the tables of `temporary`, and `kept` (empty: there is none) those that it has. Standard input: the
    events. Ends with MOVED_EXIT when the tables have moved and what belongs to them could not be made again."""
    make = MAKE_SQL.format(new=inside(kept or name), like=raw(name if kept else temporary))
    rename = RENAME_SQL.format(name=inside(name), kept=inside(kept or name), temporary=raw(temporary),
                               old=raw(name), tables=TABLES)  # fmt: skip
    strips = [STRIP_SQL.format(quoted=inside(each), name=raw(each)) for each in (temporary, name)]
    undo = DROP_EMPTY_SQL.format(name=raw(kept or name))
    finish = SAME_TEXT_SQL.format(name=inside(name), like=raw(temporary)) + DROP_EMPTY_SQL.format(
        name=raw(temporary)
    )
    words = [temporary, name, kept, make, *strips, rename, undo, finish, VIEWS_SQL]
    return database.remote_argv(ssh, address, SWAP_SCRIPT, access, words, secret_bytes=secret_bytes)
