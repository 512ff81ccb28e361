"""Very many rows at once: their indexes rest meanwhile and are made anew at the end, which takes seconds in place of
minutes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

from portal.store import db
from portal.store.models import BackupRequest

TOGETHER = 20_000
QUICK = {"foreign_keys": 0, "synchronous": 0, "cache_size": -400_000, "temp_store": "memory"}
"""How SQLite works while it is filled: what breaks off is thrown away anyway."""


@contextmanager
def loading(*models: Any) -> Iterator[None]:
    """One transaction, in which the indexes of these tables rest."""
    if db.is_sqlite():
        for name, value in QUICK.items():
            db.database.execute_sql(f"PRAGMA {name} = {value}")
    with db.transaction():
        resting = [index for model in models for index in _indexes(model._meta.table_name)]
        for index in resting:
            db.database.execute_sql(f'DROP INDEX "{index.name}"')
        yield
        for index in resting:
            db.database.execute_sql(index.sql)
    if not db.is_sqlite():
        db.database.execute_sql("ANALYZE")  # as its own housekeeping does before long
        return
    for name in QUICK:
        db.database.execute_sql(f"PRAGMA {name} = {db.SQLITE_PRAGMAS.get(name, 0)}")


def write(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows of a table in the raw, what they leave out as the model has it."""
    fields = [each for each in model._meta.sorted_fields if each.name != "id" or model is BackupRequest]
    defaults = {
        each.name: _plain(each.default() if callable(each.default) else each.default) for each in fields
    }
    names = ", ".join(f'"{each.column_name}"' for each in fields)
    table, plain = model._meta.table_name, (_row(row, defaults) for row in rows)
    # What rows begin with may ask the database, which answers nothing while it takes them.
    plain = chain(list(islice(plain, 1)), plain)
    cursor = db.database.connection().cursor()
    if not db.is_sqlite():
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in plain:
                copy.write_row(row)
        if model is BackupRequest:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('backup_request', 'id'), max(id)) FROM backup_request"
            )
        return
    marks = ", ".join("?" * len(fields))
    sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # nosec B608
    while together := list(islice(plain, TOGETHER)):
        cursor.executemany(sql, together)


def _indexes(table: str) -> list[Any]:
    """What can be made anew: all but what the table's key is."""
    return [
        index for index in db.database.get_indexes(table) if index.sql and not index.name.endswith("_pkey")
    ]


def _row(row: dict[str, Any], defaults: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(_plain(row[name]) if name in row else default for name, default in defaults.items())


def _plain(value: Any) -> Any:
    """A value as the database keeps it."""
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    return json.dumps(value) if isinstance(value, dict | list) else value
