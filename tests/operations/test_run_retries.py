"""A person's backup that failed for what passes goes on in that person's name; everything else waits for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import audit, authority, people, run_retries, runs
from portal.sop.retry import BACKOFF
from portal.sop.table import Role
from portal.store.models import Grant, RoleHolding, Run
from tests.support import machines
from tests.support.machines import AT

HOUR = timedelta(hours=1)


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def failed(cast, settings, request_):
    return fail(machines.started(request_, cast["agus"], settings, at=AT))


def fail(run, at=AT, code="ssh.unreachable", state="failed"):
    return machines.finished(run, state=state, code=code, at=at)


def test_it_tries_three_times_with_longer_waits_in_the_name_of_who_started_it(settings, cast, failed):
    run = failed
    for count, wait in enumerate(BACKOFF, start=2):
        due = run.finished_at + wait
        assert run_retries.next_of(run) == due
        assert run_retries.retry_failed(due - timedelta(seconds=1), settings) == []
        [run_id] = run_retries.retry_failed(due, settings)
        assert run_retries.retry_failed(due, settings) == []
        again = Run.get_by_id(run_id)
        authority.verify_run(again, at=due)
        assert (again.parent_id, again.started_by_id) == (run.id, cast["agus"].id)
        assert [source["path"] for source in again.spec["sources"]] == [
            source["path"] for source in run.spec["sources"]
        ]
        assert count == again_count(again)
        run = fail(again, due)
    assert run_retries.next_of(run) is None
    assert run_retries.retry_failed(run.finished_at + HOUR, settings) == []
    assert audit.verify().ok


def again_count(run) -> int:
    return 1 + (again_count(run.parent) if run.parent else 0)


@pytest.mark.parametrize("code", ["ssh.auth_refused", "ssh.host_key_changed", "source.missing", "vault.full"])
def test_what_waits_for_a_person_is_not_tried_again(cast, settings, request_, code):
    fail(machines.started(request_, cast["agus"], settings, at=AT), code=code)
    assert run_retries.retry_failed(AT + HOUR, settings) == []


@pytest.mark.parametrize("state", ["cancelled", "incomplete", "succeeded"])
def test_only_what_failed_is_tried_again(cast, settings, request_, state):
    fail(machines.started(request_, cast["agus"], settings, at=AT), code="ssh.timeout", state=state)
    assert run_retries.retry_failed(AT + HOUR, settings) == []


def test_it_leaves_alone_what_a_person_has_started_again(cast, settings, failed):
    runs.restart(failed.id, cast["agus"], "r" * 20, at=AT + timedelta(minutes=2), settings=settings)
    assert run_retries.next_of(failed) is None
    assert run_retries.retry_failed(AT + HOUR, settings) == []


def test_a_clock_that_was_away_for_long_leaves_it_to_people(settings, failed):
    assert run_retries.retry_failed(AT + timedelta(days=1), settings) == []


def test_without_the_grant_or_the_role_nothing_starts(cast, settings, failed):
    ends = Grant.get().ends_at
    Grant.update(ends_at=AT).execute()
    assert run_retries.retry_failed(AT + HOUR, settings) == []
    Grant.update(ends_at=ends).execute()
    holding = RoleHolding.get(RoleHolding.user == cast["agus"], RoleHolding.role == Role.ADMINISTRATOR)
    people.end_role(holding.id, actor=None, at=AT)
    assert run_retries.retry_failed(AT + HOUR, settings) == []
    assert Run.select().where(Run.kind == "backup").count() == 1
