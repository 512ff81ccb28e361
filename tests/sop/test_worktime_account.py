"""The lines of an account add up to what was given, whatever the calendar and however often the clock stood still."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.sop.superiors import SUPERIOR_OF, ladder
from portal.sop.table import Role
from portal.sop.worktime import (
    Allowance,
    OfficeCalendar,
    SpecialDay,
    account,
    due,
    due_after,
    elapsed,
    remaining,
)
from tests.sop.test_worktime_properties import allowances, calendars, instants

ZERO = timedelta()
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
offsets = st.lists(st.timedeltas(ZERO, timedelta(days=9)), max_size=6)


def pairs(start: datetime, steps: list[timedelta]) -> list[tuple[datetime, datetime]]:
    """Pauses in order: each step leads to the next stop or the next going on."""
    moments = []
    for step in steps:
        start += step
        moments.append(start)
    return list(zip(moments[::2], moments[1::2], strict=False))


def asked(calendar: OfficeCalendar, start: datetime, allowance: Allowance) -> timedelta:
    """What an allowance is worth, told without the account."""
    if allowance.unit == "hour":
        return timedelta(hours=allowance.amount)
    return elapsed(calendar, start, due(calendar, start, allowance))


@given(calendars(), instants, allowances, offsets)
def test_its_lines_add_up_to_the_allowance(calendar, start, allowance, steps):
    pauses = pairs(start, steps)
    found = account(calendar, start, allowance, pauses)
    assert sum((line.counted for line in found.days), ZERO) == asked(calendar, start, allowance)
    assert found.due_at == due_after(calendar, start, allowance, pauses)
    assert [line.date for line in found.days] == sorted({line.date for line in found.days})


@given(calendars(), instants, allowances, offsets, st.timedeltas(ZERO, timedelta(days=9)))
def test_a_pause_that_lasts_keeps_what_is_left(calendar, start, allowance, steps, more):
    pauses = pairs(start, steps)
    stopped = (pauses[-1][1] if pauses else start) + more
    found = account(calendar, start, allowance, pauses, stopped)
    assert found.counted + found.left == asked(calendar, start, allowance)
    assert found.left >= ZERO <= found.late
    if not found.late:
        assert found.left == remaining(calendar, stopped, due_after(calendar, start, allowance, pauses))


def test_it_names_holidays_and_breaks():
    calendar = OfficeCalendar(days={date(2026, 11, 24): SpecialDay("Hari Guru")})
    found = account(calendar, MONDAY, Allowance(8, "hour"))
    monday, tuesday, wednesday = found.days
    assert (monday.counted, tuesday.counted) == (timedelta(hours=6), ZERO)
    assert tuesday.names == ("Hari Guru",)
    assert "break" in {piece.kind for piece in monday.slices}
    assert wednesday.total == timedelta(hours=8) == found.allowed


def test_what_was_late_when_it_was_paused_stays_late():
    stopped = MONDAY + timedelta(minutes=90)
    resumed = MONDAY + timedelta(days=1)
    found = account(OfficeCalendar(), MONDAY, Allowance(1, "hour"), [(stopped, resumed)])
    assert (found.counted, found.late) == (timedelta(hours=1), timedelta(minutes=30))
    assert found.due_at == resumed - timedelta(minutes=30)


def test_every_desk_answers_to_the_head_of_the_center_in_the_end():
    desks = set(Role) - {Role.SYSTEM_ADMIN, Role.AUDITOR, Role.CENTER_HEAD}
    assert set(SUPERIOR_OF) == desks
    assert {list(ladder(role))[-1] for role in desks} == {Role.CENTER_HEAD}
    assert list(ladder(Role.CENTER_HEAD)) == []
