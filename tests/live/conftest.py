"""A real sshd and an approved request on it; a real PostgreSQL under the portal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from office import sample_site
from office.sshd import PracticeServer, free_port
from portal.config import Settings
from portal.store import db
from portal.store.models import Run, User
from tests.support import site as sites
from tests.support.postgresql import Portals
from tests.support.site import Site
from workers import entry


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As everywhere, but servers on loopback may be enrolled."""
    return settings.model_copy(update={"allow_loopback_servers": True})


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[PracticeServer]:
    """A running sshd with a configuration of its own."""
    server = PracticeServer(tmp_path / "sshd", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The folder that the server offers: a small web site with a symbolic and a hard link."""
    return sample_site.make(tmp_path / "srv" / "situs", documents=20)


@pytest.fixture
def site(settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path) -> Site:
    """The approved request for `tree`."""
    return sites.build(settings, cast, sshd, tree)


@pytest.fixture
def worker(app: Flask, settings: Settings) -> Iterator[None]:
    """Carries out whatever is queued, as the workers' processes do."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.2):
            with db.connection():
                waiting = [run.id for run in Run.select(Run.id).where(Run.state == "queued")]
            for run_id in waiting:
                entry.carry_out(run_id, settings)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stop.set()
    thread.join(30)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Portals]:
    """A running PostgreSQL."""
    server = Portals()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def served(settings: Settings, postgresql: Portals) -> Iterator[Settings]:
    """An installation on a database of that PostgreSQL, migrated and with an open connection."""
    served = Settings(**settings.model_dump() | {"database_url": postgresql.new()})
    served.ensure_folders()
    db.connect(served.database_url)
    db.migrate()
    try:
        with db.connection():
            yield served
    finally:
        db.database.close()
