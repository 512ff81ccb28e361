"""Reminders over any run of the clock: each told once, in office hours, never after the desk had its say."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.sop import reminders, worktime
from portal.sop.reminders import Reminder, Waiting
from portal.sop.worktime import Allowance, OfficeCalendar, SpecialDay
from tests.sop.test_worktime_properties import allowances, calendars, instants

ticks = st.lists(st.timedeltas(timedelta(0), timedelta(days=12)), max_size=40)


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def step(allowance: Allowance, entered: datetime, calendar: OfficeCalendar | None = None) -> Waiting:
    due_at = worktime.due(calendar or OfficeCalendar(), entered, allowance)
    return Waiting(1, "policy_selection", entered, due_at, allowance)


def told(waiting: Waiting, moments: list[datetime], calendar: OfficeCalendar | None = None):
    """What the clock writes when it ticks at these moments: a key that is known is not told again."""
    known: dict[str, tuple[Reminder, datetime]] = {}
    for at in moments:
        for found in reminders.due(calendar or OfficeCalendar(), waiting, at):
            known.setdefault(found.key, (found.reminder, at))
    return list(known.values())


@given(calendars(), instants, allowances, ticks)
def test_each_is_told_once_and_in_office_hours(calendar, entered, allowance, steps):
    waiting = step(allowance, entered, calendar)
    for moments in ([entered + offset for offset in steps], sorted(entered + offset for offset in steps)):
        found = told(waiting, moments, calendar)
        assert all(worktime.is_open(calendar, at) for _, at in found)
        kinds = Counter(reminder for reminder, _ in found)
        assert kinds[Reminder.SOON] <= 1 >= kinds[Reminder.ESCALATED]
        late = [calendar.local(at).date() for reminder, at in found if reminder is Reminder.LATE]
        assert len(late) == len(set(late)), "once an office day"
        assert all((at < waiting.due_at) == (reminder is Reminder.SOON) for reminder, at in found)


@given(calendars(), instants, allowances, st.integers(1, 30))
def test_a_clock_that_ticks_again_and_again_tells_nothing_twice(calendar, entered, allowance, times):
    waiting = step(allowance, entered, calendar)
    at = worktime.next_opening(calendar, waiting.due_at)
    assert told(waiting, [at] * times, calendar) == told(waiting, [at], calendar)


def test_it_comes_when_a_quarter_is_left_and_waits_for_the_morning():
    waiting = step(Allowance(5, "hour"), wib(23, 9))
    assert waiting.due_at == wib(23, 15)
    assert reminders.soon_from(OfficeCalendar(), waiting) == wib(23, 13, 45)
    assert told(waiting, [wib(23, 13, 44)]) == []
    assert told(waiting, [wib(23, 13, 45)]) == [(Reminder.SOON, wib(23, 13, 45))]
    day = step(Allowance(1, "day"), wib(23, 15))
    every_hour = [wib(23, 15) + timedelta(hours=n) for n in range(25)]
    assert told(day, every_hour)[0] == (Reminder.SOON, wib(24, 14))


def test_what_falls_into_the_night_or_a_holiday_waits_for_the_opening():
    calendar = OfficeCalendar(days={date(2026, 11, 24): SpecialDay("Libur")})
    waiting = Waiting(1, "execution", wib(23, 15), wib(23, 16), Allowance(1, "hour"))
    minutes = [wib(23, 16) + timedelta(minutes=30 * n) for n in range(90)]
    assert told(waiting, minutes, calendar)[0] == (Reminder.LATE, wib(25, 7, 30))


def test_it_is_late_once_each_office_day_and_goes_up_after_a_day():
    waiting = step(Allowance(1, "hour"), wib(23, 9))
    every = [wib(23, 9) + timedelta(minutes=15 * n) for n in range(4 * 24 * 2)]
    found = told(waiting, every)
    assert found == [
        (Reminder.SOON, wib(23, 9, 45)),
        (Reminder.LATE, wib(23, 10)),
        (Reminder.LATE, wib(24, 7, 30)),
        (Reminder.ESCALATED, wib(24, 10)),
        (Reminder.LATE, wib(25, 7, 30)),
    ]


def test_a_clock_that_stood_still_tells_what_is_true_now_and_nothing_of_the_past():
    waiting = step(Allowance(1, "hour"), wib(23, 9))
    assert [reminder for reminder, _ in told(waiting, [wib(26, 9)])] == [Reminder.LATE, Reminder.ESCALATED]


def test_a_step_that_was_entered_again_is_another_step():
    first, again = step(Allowance(1, "hour"), wib(23, 9)), step(Allowance(1, "hour"), wib(25, 9))
    keys = {due.key for each in (first, again) for due in reminders.due(OfficeCalendar(), each, wib(27, 9))}
    assert len([key for key in keys if key.startswith("escalated")]) == 2
