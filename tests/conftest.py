"""Fixtures for every test: settings in a fresh folder, an SQLite database, the cast, the application, browsers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as properties
from jinja2 import FileSystemBytecodeCache

from app import create_app
from portal.config import Settings
from portal.store import db
from portal.store.models import User
from tests.support import people
from tests.support.app import Browser

# Property tests are not timed: the machine may be busy with something else.
UNTIMED = (HealthCheck.too_slow, HealthCheck.filter_too_much)
properties.register_profile("patient", deadline=None, suppress_health_check=UNTIMED)
properties.load_profile("patient")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation in a folder of its own, over plain HTTP; Redis is where nobody listens."""
    return Settings(
        var=tmp_path / "var",
        cookie_secure=False,
        secret_key="only-for-tests-" + "x" * 32,
        sign_in_per_minute=1000,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database through all migrations, empty: made once, copied for each test."""
    file = tmp_path_factory.mktemp("migrated") / "lumbung.db"
    db.connect(f"sqlite:///{file}")
    with db.connection():
        db.migrate()
        db.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates of the pages, compiled once for the applications of all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def database(settings: Settings, migrated: Path) -> Iterator[None]:
    """The tables, empty, with an open connection."""
    settings.ensure_folders()
    shutil.copyfile(migrated, settings.var / "lumbung.db")
    db.connect(settings.database_url)
    with db.connection():
        if not db.is_sqlite():
            db.migrate()
        yield
    db.database.close()


@pytest.fixture
def cast(database: None) -> dict[str, User]:
    """The cast by user name (tests.support.people)."""
    return people.gather()


@pytest.fixture
def app(settings: Settings, cast: dict[str, User], compiled: FileSystemBytecodeCache) -> Flask:
    """The application on the cast's database, as in production but for `testing`."""
    app = create_app(settings)
    app.testing = True
    app.jinja_env.bytecode_cache = compiled
    return app


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser("sari")` is a browser of hers, signed in; `browser()` a visitor's."""

    def open_browser(username: str | None = None) -> Browser:
        opened = Browser(app.test_client())
        return opened.sign_in(username) if username else opened

    return open_browser
