from __future__ import annotations

import sqlite3
import threading
import time

import pytest
from playhouse.sqlite_ext import SqliteDatabase

from portal.store import db
from portal.store.models import Unit
from workers import patience
from workers.patience import patiently


@pytest.fixture
def locked(database: None, settings, monkeypatch: pytest.MonkeyPatch):
    """Somebody else writes to the database, until the returned connection commits."""
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.05)
    db.database.close()
    assert isinstance(db.database.obj, SqliteDatabase)
    db.database.obj.pragma("busy_timeout", 50, permanent=True)
    blocker = sqlite3.connect(settings.var / "lumbung.db", isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN IMMEDIATE")
    yield blocker
    blocker.close()


def write() -> None:
    with db.transaction():
        Unit.create(code="X", name="X")


def test_it_waits_for_a_database_that_is_locked(locked: sqlite3.Connection) -> None:
    timer = threading.Timer(0.6, lambda: locked.execute("COMMIT"))
    timer.start()
    patiently(write, seconds=10)
    timer.join()
    with db.connection():
        assert Unit.select().where(Unit.code == "X").count() == 1


def test_it_does_not_wait_for_ever(locked: sqlite3.Connection) -> None:
    began = time.monotonic()
    with pytest.raises(db.Unavailable):
        patiently(write, seconds=0.3)
    assert time.monotonic() - began < 5


def test_it_tries_once_what_fails_for_another_reason(database: None) -> None:
    tries: list[int] = []

    def broken() -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        patiently(broken, seconds=10)
    assert tries == [1]
