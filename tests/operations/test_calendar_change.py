"""A change of the calendar: shown first, carried out as shown, and the due times under way follow it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, calendar, calendar_edits, office, undoing
from portal.store.models import AuditEntry, CalendarDay, CalendarPeriod, DueMove
from portal.store.queries import calendar as rows
from portal.store.queries import dispositions
from schemas.office_time import DayForm, PeriodForm
from tests.support import desks

TUESDAY = date(2026, 11, 24)


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast, at=wib(23, 9))


def holiday(day: date = TUESDAY, **changes) -> calendar_edits.Edit:
    return calendar_edits.set_day(DayForm(**({"day": day, "kind": "holiday", "name": "Hari Guru"} | changes)))


def save(edit: calendar_edits.Edit, cast, at=desks.MONDAY) -> calendar.Preview:
    return calendar.change(edit, calendar.preview(edit).digest, cast["sri"], at=at)


def counted(file: desks.File) -> timedelta:
    return office.account(file.row, dispositions.of_request(file.request_id)).counted


def test_it_shows_what_would_move_and_changes_nothing(file):
    found = calendar.preview(holiday())
    assert [(move.request.id, move.old_due, move.new_due) for move in found.moves] == [
        (file.request_id, wib(24, 9), wib(25, 9))
    ]
    assert (file.row.due_at, rows.days()) == (wib(24, 9), [])


def test_the_fraction_of_a_second_that_a_postponement_lost_is_no_move(cast, settings):
    file = desks.file(settings, cast, at=wib(23, 9) + timedelta(microseconds=400_000)).walk("execution")
    file.at += timedelta(minutes=10, microseconds=300_000)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until=date(2026, 11, 26))
    assert calendar.preview(holiday(date(2026, 12, 30))).moves == ()
    file.at = wib(24, 9)
    file.act("agus", "resume")
    assert calendar.preview(holiday(date(2026, 12, 30))).moves == ()
    assert len(calendar.preview(holiday()).moves) == 1


def test_it_moves_the_due_times_in_the_same_commit_and_tells_of_it(file, cast):
    save(holiday(), cast)
    assert file.row.due_at == wib(25, 9)
    move = rows.moves_of(file.row)[0]
    assert (move.old_due, move.new_due, move.change["name"]) == (wib(24, 9), wib(25, 9), "Hari Guru")
    tags = [
        (entry.tag, entry.actor_id) for entry in AuditEntry.select().order_by(AuditEntry.id.desc()).limit(2)
    ]
    assert tags == [("request:due_moved", cast["sri"].id), ("calendar:day_set", cast["sri"].id)]
    assert audit.verify().ok
    save(calendar_edits.remove_day(TUESDAY), cast)
    assert file.row.due_at == wib(24, 9)
    assert rows.days() == []


def test_it_carries_out_only_what_was_shown(file, cast):
    edit = holiday()
    shown = calendar.preview(edit).digest
    file.at = wib(23, 10)
    file.act("bambang", "forward")
    with pytest.raises(StaleStep) as refused:
        calendar.change(edit, shown, cast["sri"], at=desks.MONDAY)
    assert refused.value.code == "calendar.moved"
    assert (rows.days(), DueMove.select().count()) == ([], 0)


@pytest.mark.parametrize("who", ["sari", "joko", "agus", "hendro", "tono"])
def test_nobody_else_changes_it(file, cast, who):
    edit = holiday()
    with pytest.raises(Forbidden):
        calendar.change(edit, calendar.preview(edit).digest, cast[who], at=desks.MONDAY)
    assert rows.days() == []


def test_a_paused_request_keeps_what_is_left_by_the_new_calendar(file, cast):
    file.at = wib(23, 15, 30)
    file.walk("execution")
    assert file.row.due_at == wib(24, 8)
    file.at = wib(24, 7, 45)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until="2026-11-30")
    assert file.row.remaining_seconds == 15 * 60
    save(holiday(), cast)
    assert (file.row.remaining_seconds, file.row.paused_at) == (30 * 60, wib(24, 7, 45))
    file.at = wib(26, 9)
    file.act("agus", "resume")
    assert file.row.due_at == wib(26, 9, 30)
    assert counted(file) == timedelta(hours=1), "and the account adds up by the new calendar"


def test_what_has_ended_stays_as_it_was(file, cast):
    file.act("bambang", "forward")
    written = file.dispositions[-1].due_at
    file.act("sari", "withdraw")
    assert save(holiday(), cast).moves == ()
    assert file.dispositions[1].due_at == written


def test_a_period_changes_the_hours_of_its_days_and_none_may_overlap(file, cast):
    form = {"name": "Ramadan", "first": "2026-11-23", "last": "2026-12-20", "hours_0": "08.00-12.00"}
    save(calendar_edits.set_period(PeriodForm(**form)), cast)
    period = CalendarPeriod.get()
    assert office.calendar().hours(date(2026, 11, 30)).pairs() == [["08:00", "12:00"]]
    with pytest.raises(InvalidInput) as refused:
        calendar_edits.set_period(
            PeriodForm(**form | {"name": "Lain", "first": "2026-12-20", "last": "2026-12-21"})
        )
    assert refused.value.fields["first"][0] == "calendar.periods_overlap"
    save(calendar_edits.set_period(PeriodForm(**form | {"hours_0": "09.00-12.00"}), period.id), cast)
    assert CalendarPeriod.get().weekly == {"0": [["09:00", "12:00"]]}
    save(calendar_edits.remove_period(period.id), cast)
    assert CalendarPeriod.select().count() == 0
    with pytest.raises(NotFound):
        calendar_edits.remove_period(period.id)


def test_a_postponement_that_was_taken_back_did_not_stop_the_clock(file, cast):
    file.walk("execution")
    file.at = wib(23, 9, 20)
    file.act("agus", "postpone", note="Disk penuh.", postponed_until="2026-11-30")
    undoing.undo(file.request_id, file.row.revision, user=cast["agus"], at=wib(23, 9, 30))
    file.at = wib(23, 9, 40)
    file.act("agus", "follow_up")
    account = office.account(file.row, dispositions.of_request(file.request_id))
    assert account.due_at == file.row.due_at == wib(23, 10)
    assert account.counted == timedelta(hours=1)


def test_a_special_day_has_hours_of_its_own(file, cast):
    save(holiday(kind="special", hours="10.00-12.00"), cast)
    assert CalendarDay.get().hours == [["10:00", "12:00"]]
    assert file.row.due_at == wib(24, 10)


def test_filling_a_year_moves_due_times_too(cast, settings):
    file = desks.file(settings, cast, at=datetime(2026, 12, 23, 8, tzinfo=UTC))
    before = file.row.due_at
    calendar.seed([2026], actor=None, at=desks.MONDAY)
    assert file.row.due_at > before
    assert rows.moves_of(file.row)[0].actor is None


def test_a_decision_taken_back_after_a_change_is_due_by_the_calendar_of_now(file, cast):
    file.at = wib(23, 10)
    file.act("bambang", "forward")
    save(holiday(), cast, at=wib(23, 11))
    file.at = wib(23, 12)
    assert file.undo("bambang").due_at == wib(25, 9)
