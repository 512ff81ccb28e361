"""Who keeps schedules, and under what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, PortalError
from portal.operations import schedules
from portal.store.models import AuditEntry, Grant, Schedule
from schemas.grant import GrantScope
from schemas.schedule import ScheduleForm
from tests.support import machines
from tests.support.machines import AT

FORM = {"name": "Harian", "rhythm": "daily", "at": "02:00"}
KEY = "k" * 20


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.approved(cast["sari"], cast["joko"], server)


def make(request_, user, **form) -> Schedule:
    return schedules.create(request_.id, ScheduleForm(**(FORM | form)), user, KEY, at=AT)


def refusal(deed) -> str:
    with pytest.raises(PortalError) as refused:
        deed()
    return refused.value.code


def test_the_kasubbid_makes_one_however_often_it_is_sent(cast, request_):
    first = make(request_, cast["joko"])
    assert make(request_, cast["joko"]).id == first.id
    assert (first.server.name, first.rule["at"], first.begins_at) == ("Web PRTRN", "02:00:00", AT)
    assert AuditEntry.select().where(AuditEntry.tag == "schedule:created").count() == 1


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "agus", "dewi", "sri", "tono"])
def test_nobody_else_keeps_schedules(cast, request_, who):
    assert refusal(lambda: make(request_, cast[who])) == "schedule.role"
    made = make(request_, cast["joko"])
    for deed in (schedules.pause, schedules.resume, schedules.end):
        assert refusal(lambda deed=deed: deed(made.id, 0, cast[who], at=AT)) == "schedule.role"
    form = ScheduleForm(**FORM)
    assert refusal(lambda: schedules.change(made.id, 0, form, cast[who], at=AT)) == "schedule.role"
    assert Schedule.get().revision == 0


def test_nobody_schedules_a_request_of_their_own(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    own = machines.approved(cast["joko"], cast["joko"], server)
    assert refusal(lambda: make(own, cast["joko"])) == "chain.own_request"


def test_it_hangs_on_a_request_that_holds(cast, request_):
    Grant.update(ends_at=AT).execute()
    assert refusal(lambda: make(request_, cast["joko"])) == "authority.term_ended"
    with pytest.raises(InvalidInput):
        schedules.create(999, ScheduleForm(**FORM), cast["joko"], KEY, at=AT)


def test_what_was_approved_for_one_time_is_not_scheduled(cast, request_):
    grant = Grant.get()
    scope = GrantScope.model_validate(grant.scope | {"frequency": "once"})
    Grant.update(scope=scope.model_dump(mode="json"), digest=scope.digest()).execute()
    assert refusal(lambda: make(request_, cast["joko"])) == "schedule.once"


def test_it_refuses_what_does_not_fit_together_and_what_never_comes(cast, request_):
    with pytest.raises(InvalidInput) as refused:
        make(request_, cast["joko"], rhythm="weekly")
    assert set(refused.value.fields) == {"weekdays"}
    never = {"rhythm": "cron", "cron": "0 2 * * *", "window_start": "03:00", "window_end": "04:00"}
    with pytest.raises(InvalidInput) as refused:
        make(request_, cast["joko"], **never)
    assert refused.value.fields["rhythm"][0] == "schedule.never"


def test_it_is_changed_paused_resumed_and_ended_by_whoever_saw_it_as_it_is(cast, request_):
    made, joko, later = make(request_, cast["joko"]), cast["joko"], AT + timedelta(hours=1)
    form = ScheduleForm(**(FORM | {"at": "03:00"}))
    changed = schedules.change(made.id, 0, form, joko, at=later)
    assert (changed.rule["at"], changed.begins_at, changed.revision) == ("03:00:00", later, 1)
    entry = AuditEntry.get(AuditEntry.tag == "schedule:changed")
    assert (entry.data["old"], entry.data["new"]) == ({"at": "02:00:00"}, {"at": "03:00:00"})
    assert refusal(lambda: schedules.pause(made.id, 0, joko, at=later)) == "schedule.moved"
    schedules.pause(made.id, 1, joko, at=later)
    assert refusal(lambda: schedules.pause(made.id, 2, joko, at=later)) == "schedule.state"
    schedules.resume(made.id, 2, joko, at=later)
    schedules.end(made.id, 3, joko, at=later)
    assert refusal(lambda: schedules.resume(made.id, 4, joko, at=later)) == "schedule.state"
    assert refusal(lambda: schedules.change(made.id, 4, form, joko, at=later)) == "schedule.has_ended"


def test_it_is_not_resumed_when_its_request_gives_nothing_any_more(cast, request_):
    made = make(request_, cast["joko"])
    schedules.pause(made.id, 0, cast["joko"], at=AT)
    Grant.update(revoked_at=AT).execute()
    with pytest.raises(Forbidden):
        schedules.resume(made.id, 1, cast["joko"], at=AT)
    assert Schedule.get().state == "paused"
