from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.operations import leases, runs
from portal.operations.leases import Lease
from portal.store import db
from portal.store.models import Run
from schemas.run import Progress
from tests.support import machines
from tests.support.sshd import until
from workers.heartbeat import Heartbeat


@pytest.fixture
def lease(cast, settings) -> Lease:
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server)
    run = machines.started(request, cast["agus"], settings)
    taken = leases.claim(run.id, "tests", at=db.now(), seconds=5)
    assert taken is not None
    return taken


@pytest.fixture
def heartbeat(lease: Lease) -> Iterator[Heartbeat]:
    with Heartbeat(lease, pulse_seconds=0.05) as beating:
        yield beating


def row(lease: Lease) -> Run:
    return Run.get_by_id(lease.run_id)


def test_it_prolongs_the_lease_and_carries_the_progress(lease: Lease, heartbeat: Heartbeat) -> None:
    before = row(lease).lease_expires_at
    heartbeat.report(Progress(phase="pull", percent=12.5))
    until(lambda: row(lease).progress.get("percent") == 12.5)
    until(lambda: row(lease).lease_expires_at > before + timedelta(milliseconds=100))
    assert not heartbeat.should_stop()


def test_it_hears_of_a_cancellation(lease: Lease, heartbeat: Heartbeat, cast) -> None:
    runs.cancel(lease.run_id, cast["agus"], at=db.now())
    until(heartbeat.should_stop)
    assert heartbeat.cancelled.is_set()
    assert not heartbeat.lost.is_set()


def test_it_finds_itself_fenced_off(lease: Lease, heartbeat: Heartbeat) -> None:
    Run.update(lease_token=lease.token + 1).where(Run.id == lease.run_id).execute()
    until(heartbeat.should_stop)
    assert heartbeat.lost.is_set()


def test_it_bears_a_database_that_is_locked_for_a_while(lease: Lease, settings) -> None:
    db.database.obj.pragma("busy_timeout", 50, permanent=True)
    with Heartbeat(lease, pulse_seconds=0.05) as heartbeat:
        blocker = sqlite3.connect(settings.var / "lumbung.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        heartbeat.report(Progress(phase="pull", percent=50.0))
        assert not heartbeat.lost.wait(1)
        blocker.execute("COMMIT")
        blocker.close()
        until(
            lambda: (
                not heartbeat.is_alive() or heartbeat.lost.is_set() or row(lease).lease_expires_at is not None
            )
        )
        assert heartbeat.is_alive()
        assert not heartbeat.should_stop()


def test_it_stops_the_run_when_it_breaks(lease: Lease) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    with Heartbeat(lease, on_beat=broken, pulse_seconds=0.05) as heartbeat:
        assert heartbeat.lost.wait(5)


def test_it_touches_nothing_after_its_end(lease: Lease) -> None:
    beats: list[int] = []
    with Heartbeat(lease, on_beat=lambda: beats.append(threading.get_ident()), pulse_seconds=0.05):
        until(lambda: len(beats) > 1)
    count = len(beats)
    leases.finish(lease, state="succeeded", at=db.now())
    assert not any(thread.name == "heartbeat" for thread in threading.enumerate())
    assert len(beats) == count
