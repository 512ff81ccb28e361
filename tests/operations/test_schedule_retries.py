"""What passes is tried again, later each time; what does not waits for a person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from portal.operations import audit, authority, runs, schedule_retries, schedule_runs, schedules
from portal.sop.due import OFFICE_ZONE
from portal.sop.retry import BACKOFF, PASSING, next_try
from portal.store.models import Finding, Grant, Run, Schedule, ScheduledRun
from portal.web import messages
from schemas.schedule import ScheduleForm
from tests.support import machines
from tests.support.machines import AT

NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=OFFICE_ZONE)
SECONDS = timedelta(seconds=42)
FORM = {"name": "Harian", "rhythm": "daily", "at": "02:00", "bandwidth_kib": "512"}


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def failed(cast, settings, request_):
    return fail(first(cast, settings, request_), NIGHT)


def first(cast, settings, request_, **form) -> Run:
    schedules.create(request_.id, ScheduleForm(**(FORM | form)), cast["joko"], "k" * 20, at=AT)
    [run_id] = schedule_runs.run_due(NIGHT, settings)
    return Run.get_by_id(run_id)


def fail(run, at, code="ssh.unreachable") -> Run:
    """The run as it is 42 seconds after `at`."""
    return machines.finished(run, state="failed", code=code, at=at)


def test_it_tries_three_times_with_longer_waits(settings, failed):
    run, now = failed, NIGHT
    for wait in BACKOFF:
        due = now + SECONDS + wait
        assert schedule_retries.retry_failed(due - timedelta(seconds=1), settings) == []
        [run_id] = schedule_retries.retry_failed(due, settings)
        assert schedule_retries.retry_failed(due, settings) == []
        again = Run.get_by_id(run_id)
        authority.verify_run(again, at=due)
        assert (again.parent_id, again.spec["bandwidth_kib"], again.started_by_id) == (run.id, 512, None)
        run, now = fail(again, due), due
    assert schedule_retries.retry_failed(now + timedelta(hours=9), settings) == []
    row = ScheduledRun.get()
    assert (row.run_id, row.context, ScheduledRun.select().count()) == (run.id, {"tries": 4}, 1)
    assert audit.verify().ok


def test_it_stops_when_it_has_succeeded(settings, failed):
    [run_id] = schedule_retries.retry_failed(NIGHT + timedelta(hours=1), settings)
    machines.finished(Run.get_by_id(run_id), at=NIGHT + timedelta(hours=1))
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=9), settings) == []


@pytest.mark.parametrize("code", ["ssh.auth_refused", "ssh.host_key_changed", "source.missing", "vault.full"])
def test_what_waits_for_a_person_is_not_tried_again(cast, settings, request_, code):
    fail(first(cast, settings, request_), NIGHT, code)
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=9), settings) == []


@pytest.mark.parametrize("state", ["cancelled", "incomplete", "succeeded"])
def test_only_what_failed_is_tried_again(cast, settings, request_, state):
    machines.finished(first(cast, settings, request_), state=state, code="ssh.timeout", at=NIGHT)
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=9), settings) == []


def test_a_worker_that_died_is_no_reason_to_give_up(settings, failed):
    Run.update(state="interrupted", code="run.interrupted").where(Run.id == failed.id).execute()
    assert len(schedule_retries.retry_failed(NIGHT + timedelta(minutes=6), settings)) == 1


def test_it_leaves_alone_what_a_person_has_started_again(cast, settings, failed):
    runs.restart(failed.id, cast["agus"], "r" * 20, at=NIGHT + timedelta(minutes=2), settings=settings)
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=1), settings) == []


def test_it_leaves_alone_what_a_person_has_started_itself(cast, settings, request_):
    fail(machines.started(request_, cast["agus"], settings, at=NIGHT), NIGHT)
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=1), settings) == []


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_a_schedule_that_rests_tries_nothing_again(settings, failed, state):
    Schedule.update(state=state).execute()
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=1), settings) == []


def test_it_keeps_to_the_window(cast, settings, request_):
    fail(first(cast, settings, request_, window_start="01:00", window_end="03:00"), NIGHT)
    assert schedule_retries.retry_failed(NIGHT + timedelta(hours=2), settings) == []
    assert len(schedule_retries.retry_failed(NIGHT + timedelta(minutes=59), settings)) == 1


def test_the_next_due_time_takes_over(settings, failed):
    schedule_runs.run_due(NIGHT + timedelta(days=1), settings)
    assert schedule_retries.retry_failed(NIGHT + timedelta(days=1, hours=1), settings) == []


def test_it_tells_once_when_the_authority_is_gone(settings, failed):
    Grant.update(ends_at=NIGHT).execute()
    for hour in (1, 2):
        assert schedule_retries.retry_failed(NIGHT + timedelta(hours=hour), settings) == []
        Finding.update(open_key=None, closed_at=NIGHT).execute()
    assert [finding.context["reason"] for finding in Finding.select()] == ["authority.term_ended"]


def test_every_code_that_passes_is_one_that_ends_runs():
    assert [code for code in PASSING if not messages.knows(code)] == []
    for code in ("ssh.unknown_host", "ssh.failed", "vault.unreachable", "database.away", "database.locked"):
        assert next_try(code, 1, AT) == AT + BACKOFF[0]
    assert next_try("ssh.timeout", 4, AT) is None
    assert next_try("source.missing", 1, AT) is None
