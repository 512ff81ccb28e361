"""Fixtures for every test: settings in a fresh folder, an SQLite database, the cast, the application, browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as properties

from app import create_app
from portal.config import Settings
from portal.store import db
from portal.store.models import TABLES, User
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


@pytest.fixture
def database(settings: Settings) -> Iterator[None]:
    """The tables, empty, with an open connection."""
    settings.ensure_folders()
    db.connect(settings.database_url)
    with db.connection():
        if any(db.MIGRATIONS.glob("[0-9]*.py")):
            db.migrate()
        else:
            db.database.create_tables(TABLES)
        yield
    db.database.close()


@pytest.fixture
def cast(database: None) -> dict[str, User]:
    """The cast by user name (tests.support.people)."""
    return people.gather()


@pytest.fixture
def app(settings: Settings, cast: dict[str, User]) -> Flask:
    """The application on the cast's database, as in production but for `testing`."""
    app = create_app(settings)
    app.testing = True
    return app


@pytest.fixture
def browser(app: Flask) -> Callable[..., Browser]:
    """`browser("sari")` is a browser of hers, signed in; `browser()` a visitor's."""

    def open_browser(username: str | None = None) -> Browser:
        opened = Browser(app.test_client())
        return opened.sign_in(username) if username else opened

    return open_browser
