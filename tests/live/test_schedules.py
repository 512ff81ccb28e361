"""Schedules with real clock processes on both kinds of database, and a scheduled backup over a real connection."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office.database_servers import PostgreSQL
from portal.config import Settings
from portal.operations import audit, schedule_runs, schedules
from portal.sop.due import next_due
from portal.store import db
from portal.store.models import Run, Schedule, ScheduledRun, Snapshot
from schemas.schedule import ScheduleForm
from tests.support import machines
from tests.support.site import Site

ROOT = Path(__file__).resolve().parents[2]
FORM = {"name": "Harian", "rhythm": "daily", "at": "02:00", "catch_up_hours": "12"}
SCHEDULES = 10
CLOCK = """
import pathlib, sys
from datetime import datetime
from portal import config
from portal.operations import schedule_runs
from portal.store import db
gate, ready, at = sys.argv[1:]
settings = config.load()
db.connect(settings.database_url)
with db.connection():
    schedule_runs.run_due(datetime.fromisoformat("2026-11-23T12:00:00+00:00"), settings)
    pathlib.Path(ready).touch()
    while not pathlib.Path(gate).exists():
        pass
    print("started", *schedule_runs.run_due(datetime.fromisoformat(at), settings))
"""


@pytest.fixture(scope="module")
def postgresql() -> Iterator[PostgreSQL]:
    server = PostgreSQL()
    try:
        server.start()
        server.sql("CREATE ROLE lumbung LOGIN PASSWORD 'lumbung'")
        yield server
    finally:
        server.stop()


class TestTwoClocks:
    @pytest.fixture(params=["sqlite", "postgresql"])
    def settings(self, request, settings: Settings) -> Settings:
        if request.param == "sqlite":
            return settings
        server = request.getfixturevalue("postgresql")
        server.sql("CREATE DATABASE lumbung OWNER lumbung")
        url = f"postgresql://lumbung:lumbung@127.0.0.1:{server.port}/lumbung"
        return settings.model_copy(update={"database_url": url})

    def test_each_due_time_has_one_run(self, settings: Settings, cast, tmp_path: Path) -> None:
        server = machines.trusted(cast["agus"], cast["joko"], settings)
        request = machines.approved(cast["sari"], cast["joko"], server)
        for number in range(SCHEDULES):
            form = ScheduleForm(**(FORM | {"name": f"Jadwal {number}"}))
            key = f"schedule-{number:012d}"
            schedules.create(request.id, form, cast["joko"], key, at=machines.AT)
        gate, night = tmp_path / "gate", machines.AT + timedelta(hours=16, seconds=3)
        clocks = [self.clock(settings, gate, tmp_path / f"ready-{name}", night) for name in ("a", "b")]
        deadline = time.monotonic() + 60
        while len(list(tmp_path.glob("ready-*"))) < len(clocks) and time.monotonic() < deadline:
            time.sleep(0.05)
        gate.touch()
        started = []
        for clock in clocks:
            out, complaint = clock.communicate(timeout=120)
            assert clock.returncode == 0, complaint
            started += out.partition("started ")[2].split()
        assert len(started) == len(set(started)) == SCHEDULES
        assert Run.select().where(Run.kind == "backup").count() == SCHEDULES
        rows = ScheduledRun.select()
        assert {(row.schedule_id, row.state) for row in rows} == {
            (schedule.id, "started") for schedule in Schedule.select()
        }
        assert audit.verify().ok

    @staticmethod
    def clock(settings: Settings, gate: Path, ready: Path, night) -> subprocess.Popen[str]:
        environment = {**os.environ, "LUMBUNG_VAR": str(settings.var), "DATABASE_URL": settings.database_url}
        argv = [sys.executable, "-c", CLOCK, str(gate), str(ready), night.isoformat()]
        return subprocess.Popen(
            argv, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


def scheduled(site: Site, **form: str) -> Run:
    """The run of a schedule's first due time, started by the clock and carried out."""
    typed = ScheduleForm(**(FORM | form))
    schedule = schedules.create(site.request_id, typed, site.cast["joko"], "k" * 20, at=db.now())
    due = next_due(typed.rule(), schedule.id, schedule.begins_at)
    [run_id] = schedule_runs.run_due(due.start, site.settings)
    return site.carry_out(Run.get_by_id(run_id))


def test_a_scheduled_backup_is_kept_and_proven_like_any_other(site: Site) -> None:
    run = scheduled(site)
    assert (run.state, run.code, run.started_by_id) == ("succeeded", "", None)
    assert run.backup_request_id == site.request_id
    proof = site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert proof.state == "succeeded"


def test_the_limit_reaches_the_connection(site: Site) -> None:
    (site.tree / "besar.bin").write_bytes(os.urandom(3 * 1024 * 1024))
    run = scheduled(site, bandwidth_kib="1024")
    assert run.state == "succeeded"
    [step] = [step for step in run.steps if step.name == "pull"]
    assert (step.finished_at - step.started_at).total_seconds() > 2
    again = site.backup()
    assert again.spec["bandwidth_kib"] == 0
