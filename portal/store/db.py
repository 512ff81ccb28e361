"""The one database handle, its transactions and its field for instants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peewee import (
    AutoField,
    Database,
    DatabaseProxy,
    DateTimeField,
    InterfaceError,
    Model,
    OperationalError,
    PostgresqlDatabase,
    SqliteDatabase,
)
from playhouse.db_url import parse
from playhouse.migrations import Runner

from portal.store import request_words

database = DatabaseProxy()
Unavailable = (OperationalError, InterfaceError)
"""What is raised while the database cannot be reached or stays locked; trying again later can succeed."""
# Any number that no other advisory lock of the portal uses.
_KEY_LOCK = 119_003
MIGRATIONS = Path(__file__).parent / "migrations"
SQLITE_PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "synchronous": "full",
    "busy_timeout": 20_000,
    "cache_size": -16_000,
}


def connect(url: str) -> Database:
    """Bind the models to `url` (`sqlite:///path` or `postgresql://…`) and return the database, not yet open."""
    parameters = parse(url)
    name = parameters.pop("database")
    real: Database
    if url.startswith("sqlite"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        real = SqliteDatabase(name, pragmas=SQLITE_PRAGMAS, timeout=20)
    else:
        real = PostgresqlDatabase(name, **parameters)
    database.initialize(real)
    return real


def migrate() -> list[str]:
    """Apply the pending migrations and return their names."""
    with database.connection_context() if database.is_closed() else _already_open():
        applied = list(Runner(database.obj, str(MIGRATIONS)).up())
        if is_sqlite():
            request_words.keep(database)
        return applied


@contextmanager
def _already_open() -> Iterator[None]:
    yield


@contextmanager
def connection() -> Iterator[None]:
    """Open the connection of this thread for one piece of work, and close it after."""
    opened = database.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            database.close()


@contextmanager
def transaction() -> Iterator[None]:
    """One commit. On SQLite it takes the write lock at once: a deferred transaction that reads, then
    writes, fails with BUSY whatever the timeout (pitfalls)."""
    if isinstance(database.obj, SqliteDatabase) and not database.in_transaction():
        with database.atomic("IMMEDIATE"):
            yield
    else:
        with database.atomic():
            yield


def is_sqlite() -> bool:
    """Whether the embedded default is in use."""
    return isinstance(database.obj, SqliteDatabase)


def hold_key(key: str) -> None:
    """Let whoever sends the same form at once wait until the first has committed, so that it is done once. SQLite's
    writers are one at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_KEY_LOCK, key))


class InstantField(DateTimeField):
    """An instant: aware in Python, UTC without a zone in the database."""

    def db_value(self, value: Any) -> Any:
        """Given an aware datetime, return it as stored. Raises ValueError for one without a zone."""
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise ValueError("an instant needs a zone")
            value = value.astimezone(UTC).replace(tzinfo=None)
        return super().db_value(value)

    def python_value(self, value: Any) -> Any:
        """Given what is stored, return it aware, UTC."""
        value = super().python_value(value)
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


class Table(Model):
    """What every stored thing shares: its id, the database and table names that follow the class."""

    id = AutoField()

    class Meta:
        database = database
        legacy_table_names = False


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)
