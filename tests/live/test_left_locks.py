"""A restic that was made to end leaves no lock, not even one that it had not noted yet."""

from __future__ import annotations

import threading
import time

import pytest

from portal.operations import runs
from portal.store import db
from portal.store.models import Run
from tests.support.site import Site
from workers.engines import restic

UNNOTED = "restic backup --no-cache --stdin < /dev/zero & sleep 3; kill -9 $!; sleep 60"
"""Killed, restic leaves its lock behind as it does when a signal comes before it has noted the lock."""


def test_a_cancelled_backup_leaves_no_lock(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.backup()
    locks = site.settings.vault_path / str(site.server.id) / "repository" / "locks"
    run = site.start_backup()
    monkeypatch.setattr(restic, "backup_argv", lambda **_: ["sh", "-c", UNNOTED])
    seen = []

    def cancel() -> None:
        time.sleep(5)
        seen.extend(locks.iterdir())
        with db.connection():
            runs.stop(run.id, site.cast["agus"], at=db.now())

    thread = threading.Thread(target=cancel)
    thread.start()
    assert site.carry_out(run).state == "cancelled"
    thread.join()
    assert seen, "there was a lock to leave"
    assert not list(locks.iterdir())
    assert Run.get_by_id(run.id).code == "run.cancelled"
