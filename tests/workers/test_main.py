"""What a worker calls, and what it bears."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq.job import Callback, Job
from rq.serializers import JSONSerializer

from portal.config import Settings
from portal.operations import disposition, sweep
from portal.store.queries import runs
from workers import clock, main

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def job(function: str, *args: object, **more: Any) -> Job:
    """A job as somebody who can write to Redis would make it; nothing is sent."""
    return Job.create(function, args=args, connection=Redis(), serializer=JSONSerializer, **more)


def test_it_calls_its_one_function_with_one_integer() -> None:
    assert main.is_allowed(job("workers.entry.execute", 7))


def test_who_takes_runs_takes_restores_first() -> None:
    assert main.served(["runs", "quick"]) == ["first", "runs", "quick"]
    assert main.served(["quick"]) == ["quick"]


@pytest.mark.parametrize(
    "planted",
    [
        lambda: job("os.system", "id"),
        lambda: job("workers.entry.execute", "7"),
        lambda: job("workers.entry.execute", True),
        lambda: job("workers.entry.execute", 7, 8),
        lambda: job("workers.entry.execute", kwargs={"run_id": 7}),
        lambda: job("workers.entry.execute", 7, on_success=Callback("subprocess.check_call")),
        lambda: job("workers.entry.execute", 7, on_failure=Callback("subprocess.check_call")),
        lambda: job("workers.entry.execute", 7, on_stopped=Callback("subprocess.check_call")),
    ],
)
def test_it_refuses_whatever_else_is_asked(planted: Callable[[], Job]) -> None:
    assert not main.is_allowed(planted())


def test_a_task_that_breaks_does_not_stop_the_clock(
    settings: Settings, database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_at: datetime) -> list[int]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disposition, "resume_postponed", broken)
    clock.tick(settings, AT, sweep.Watch())
    assert not clock.beat_file(settings).exists()


def test_the_clock_beats_after_a_round_that_went_well(
    settings: Settings, database: None, tmp_path: Path
) -> None:
    clock.tick(settings, AT, sweep.Watch())
    assert clock.beat_file(settings).read_text(encoding="ascii") == AT.isoformat()


def test_the_clock_removes_what_old_restore_tests_brought_back(settings: Settings, database: None) -> None:
    kept = settings.var / "restore" / "run-1"
    kept.mkdir(parents=True)
    (kept / "berkas").touch()
    (kept / "tertutup").mkdir()
    (kept / "tertutup").chmod(0o555)
    assert clock.remove_old_restores(settings, datetime.now(UTC) + timedelta(days=6)) == []
    assert clock.remove_old_restores(settings, datetime.now(UTC) + timedelta(days=8)) == ["run-1"]
    assert not kept.exists()


@pytest.mark.parametrize("place", ["mirror", "restore"])
def test_what_a_run_makes_while_the_clock_looks_is_not_removed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """A run is claimed and makes its folder just after the leases were read."""
    folder = {"mirror": settings.vault_path / "1/mirror/2/dump-7", "restore": settings.var / "restore/run-7"}[
        place
    ]

    def leases() -> list[tuple[int, int, datetime]]:
        folder.mkdir(parents=True)
        return []

    monkeypatch.setattr(runs, "leases", leases)
    if place == "mirror":
        clock.remove_lost_dumps(settings)
    else:
        clock.remove_old_restores(settings, datetime.now(UTC) + timedelta(days=400))
    assert folder.is_dir()
