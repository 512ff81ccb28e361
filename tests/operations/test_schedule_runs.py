"""What is due starts once; what should have run and did not is told."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from peewee import IntegrityError

from portal.errors import Forbidden
from portal.operations import audit, authority, leases, schedule_runs, schedules
from portal.sop.due import OFFICE_ZONE
from portal.store import db
from portal.store.models import AuditEntry, BackupRequest, Finding, Grant, Run, Schedule, ScheduledRun, Server
from schemas.schedule import ScheduleForm
from tests.support import machines
from tests.support.machines import AT

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=OFFICE_ZONE)
FORM = {"name": "Harian", "rhythm": "daily", "at": "02:00", "grace_minutes": "30", "catch_up_hours": "12"}
_keys = count(1)


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def schedule(cast, request_):
    return make(cast, request_)


def make(cast, request_, **form) -> Schedule:
    key = f"schedule-{next(_keys):012d}"
    return schedules.create(request_.id, ScheduleForm(**(FORM | form)), cast["joko"], key, at=AT)


def tick(settings, at) -> list[int]:
    return schedule_runs.run_due(at, settings)


def rows() -> list[tuple[str, str]]:
    found = ScheduledRun.select().order_by(ScheduledRun.due_at)
    return [(f"{row.due_at.astimezone(OFFICE_ZONE):%d %H:%M}", row.state) for row in found]


def told() -> list[tuple[str, str]]:
    return [(finding.kind, finding.code) for finding in Finding.select().order_by(Finding.id)]


def ended(run_id, settings) -> None:
    lease = leases.claim(run_id, "tests", at=AT, seconds=60)
    leases.finish(lease, state="succeeded", at=AT)


def test_it_starts_what_is_due_under_the_request_with_the_portal_as_actor(settings, request_, schedule):
    assert tick(settings, NIGHT - MINUTE) == []
    [run_id] = tick(settings, NIGHT + timedelta(seconds=4))
    run = Run.get_by_id(run_id)
    assert (run.kind, run.backup_request_id, run.started_by_id) == ("backup", request_.id, None)
    assert run.grant_id == Grant.get().id
    assert run.idempotency_key == f"schedule:{schedule.id}:20261123T190000Z"
    entry = AuditEntry.get(AuditEntry.tag == "run:started", AuditEntry.subject_id == run_id)
    assert (entry.actor_id, entry.actor_name) == (None, audit.PORTAL)
    authority.verify_run(run, at=NIGHT)
    assert (rows(), told()) == ([("24 02:00", "started")], [])


def test_it_starts_each_due_time_once(settings, schedule):
    assert len(tick(settings, NIGHT)) == 1
    for minute in range(60):
        assert tick(settings, NIGHT + minute * MINUTE) == []
    ended(Run.select(Run.id).where(Run.kind == "backup").get().id, settings)
    assert len(tick(settings, NIGHT + DAY)) == 1
    assert rows() == [("24 02:00", "started"), ("25 02:00", "started")]


def test_two_clocks_start_one_run(settings, cast, request_):
    for number in range(8):
        make(cast, request_, name=f"Jadwal {number}")
    db.database.close()
    barrier = threading.Barrier(2)

    def clock(_number: int) -> list[int]:
        with db.connection():
            barrier.wait()
            return tick(settings, NIGHT)

    with ThreadPoolExecutor(2) as clocks:
        started = [run_id for ids in clocks.map(clock, range(2)) for run_id in ids]
    db.database.connect(reuse_if_open=True)
    assert len(started) == len(set(started)) == 8
    assert ScheduledRun.select().count() == 8
    assert Run.select().where(Run.kind == "backup").count() == 8


def test_the_database_itself_allows_one_row_for_a_due_time(settings, schedule):
    tick(settings, NIGHT)
    with pytest.raises(IntegrityError), db.transaction():
        ScheduledRun.create(schedule=schedule, due_at=NIGHT, state="started")


def test_what_breaks_off_leaves_neither_run_nor_row(settings, schedule, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(schedule_runs, "_settled", broken)
        with pytest.raises(OSError, match="power cut"):
            tick(settings, NIGHT)
    assert (Run.select().where(Run.kind == "backup").count(), rows()) == (0, [])
    assert len(tick(settings, NIGHT + MINUTE)) == 1


def test_one_bad_schedule_does_not_keep_the_others_waiting(settings, cast, request_, schedule):
    good = make(cast, request_, name="Sehat")
    Schedule.update(rule={"rhythm": "?"}).where(Schedule.id == schedule.id).execute()
    with pytest.raises(ValueError, match="rhythm"):
        tick(settings, NIGHT)
    assert [row.schedule_id for row in ScheduledRun.select()] == [good.id]


@pytest.mark.parametrize("jump", [-DAY, -timedelta(hours=1), -MINUTE])
def test_a_clock_set_back_starts_nothing_twice(settings, schedule, jump):
    [run_id] = tick(settings, NIGHT + MINUTE)
    ended(run_id, settings)
    for minute in range(0, 90, 10):
        assert tick(settings, NIGHT + jump + minute * MINUTE) == []
    assert rows() == [("24 02:00", "started")]


def test_a_clock_that_ran_ahead_does_not_silence_the_schedule(settings, schedule):
    """A year ahead for a moment: one run at most is started there, and the true nights still run."""
    ahead = tick(settings, NIGHT + 300 * DAY + timedelta(hours=20))
    assert ahead == []
    assert len(rows()) == schedule_runs.ROWS_MOST
    [run_id] = tick(settings, NIGHT)
    assert rows() == [("24 02:00", "started")]
    ended(run_id, settings)
    assert len(tick(settings, NIGHT + DAY)) == 1
    assert audit.verify().ok


def test_a_run_that_a_clock_ahead_has_started_is_not_repeated(settings, schedule):
    [run_id] = tick(settings, NIGHT + 3 * DAY)
    ended(run_id, settings)
    assert tick(settings, NIGHT - MINUTE) == []
    for day in range(3):
        [run_id] = tick(settings, NIGHT + day * DAY)
        ended(run_id, settings)
    assert tick(settings, NIGHT + 3 * DAY) == []
    assert Run.select().where(Run.kind == "backup").count() == 4


def test_it_catches_up_with_one_run_and_says_so(settings, schedule):
    [run_id] = tick(settings, NIGHT + 2 * DAY + timedelta(hours=5))
    assert rows() == [("24 02:00", "missed"), ("25 02:00", "missed"), ("26 02:00", "late")]
    finding = Finding.get()
    assert (told(), finding.run_id, finding.severity) == (
        [("schedule_missed", "schedule.late")],
        run_id,
        "warn",
    )
    assert finding.context["count"] == 3


def test_what_is_too_late_is_missed_and_alarms(settings, schedule):
    assert tick(settings, NIGHT + timedelta(hours=13)) == []
    assert (rows(), told()) == ([("24 02:00", "missed")], [("schedule_missed", "schedule.missed_once")])
    assert tick(settings, NIGHT + timedelta(hours=14)) == []
    assert Finding.select().count() == 1


def test_a_refused_run_alarms_with_the_reason_and_is_not_tried_again_for_that_time(settings, schedule):
    Server.update(host_key_state="changed").execute()
    assert tick(settings, NIGHT) == []
    assert (rows(), told()) == ([("24 02:00", "refused")], [("schedule_missed", "schedule.refused")])
    assert Finding.get().context["reason"] == "server.host_key_changed"
    Server.update(host_key_state="approved").execute()
    assert tick(settings, NIGHT + MINUTE) == []
    assert len(tick(settings, NIGHT + DAY)) == 1


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("authority.withdrawn", {"step": "withdrawn"}),
        ("authority.postponed", {"paused_at": AT}),
        ("authority.not_followed_up", {"followed_up_at": None}),
    ],
)
def test_every_check_of_the_authority_holds_for_the_portal_too(settings, schedule, code, fields):
    BackupRequest.update(**fields).execute()
    assert tick(settings, NIGHT) == []
    assert ScheduledRun.get().code == code


def test_nothing_runs_after_the_term(settings, schedule):
    Grant.update(ends_at=NIGHT).execute()
    assert tick(settings, NIGHT) == []
    assert ScheduledRun.get().code == "authority.term_ended"


def test_it_does_not_pile_up_behind_a_run_of_its_own(settings, schedule):
    [first] = tick(settings, NIGHT)
    assert tick(settings, NIGHT + DAY) == []
    assert (rows()[1], ScheduledRun.get(run=None).context) == (("25 02:00", "refused"), {"run": first})


def test_a_run_that_no_worker_takes_alarms_once(settings, schedule):
    [run_id] = tick(settings, NIGHT)
    assert schedule_runs.tell_unstarted(NIGHT + 30 * MINUTE) == []
    assert schedule_runs.tell_unstarted(NIGHT + 31 * MINUTE) == [run_id]
    Finding.update(closed_at=NIGHT, open_key=None).execute()
    assert schedule_runs.tell_unstarted(NIGHT + 32 * MINUTE) == []


def test_a_run_that_waits_for_its_server_does_not_alarm(settings, cast, request_, schedule):
    other = machines.started(request_, cast["agus"], settings)
    leases.claim(other.id, "w", at=AT, seconds=60)
    tick(settings, NIGHT)
    assert schedule_runs.tell_unstarted(NIGHT + DAY) == []


def test_a_paused_schedule_rests_and_what_was_due_then_does_not_count(settings, cast, schedule):
    schedules.pause(schedule.id, 0, cast["joko"], at=AT)
    assert tick(settings, NIGHT) == []
    schedules.resume(schedule.id, 1, cast["joko"], at=NIGHT + MINUTE)
    assert tick(settings, NIGHT + 2 * MINUTE) == []
    assert (rows(), told()) == ([], [])
    assert len(tick(settings, NIGHT + DAY)) == 1


@pytest.mark.parametrize("deed", ["pause", "end", "change"])
def test_what_should_have_run_before_a_change_is_told(settings, cast, schedule, deed):
    later = NIGHT + timedelta(hours=2)
    more = (ScheduleForm(**(FORM | {"at": "03:00"})),) if deed == "change" else ()
    getattr(schedules, deed)(schedule.id, 0, *more, cast["joko"], at=later)
    assert (rows(), told()) == ([("24 02:00", "missed")], [("schedule_missed", "schedule.missed_once")])


def test_the_worker_refuses_a_run_of_the_portal_that_no_schedule_holds(settings, request_, schedule):
    [run_id] = tick(settings, NIGHT)
    run = Run.get_by_id(run_id)
    Schedule.update(state="paused").execute()
    assert refusal(run) == "authority.schedule_stopped"
    Schedule.update(state="active").execute()
    authority.verify_run(run, at=NIGHT)
    ScheduledRun.delete().execute()
    assert refusal(run) == "authority.no_schedule"


def refusal(run) -> str:
    with pytest.raises(Forbidden) as refused:
        authority.verify_run(run, at=NIGHT)
    return refused.value.code


def test_the_bandwidth_is_part_of_the_sealed_order(settings, cast, request_):
    make(cast, request_, bandwidth_kib="512")
    [run_id] = tick(settings, NIGHT)
    run = Run.get_by_id(run_id)
    assert run.spec["bandwidth_kib"] == 512
    Run.update(spec={**run.spec, "bandwidth_kib": 0}).execute()
    assert refusal(Run.get_by_id(run_id)) == "authority.spec_changed"
