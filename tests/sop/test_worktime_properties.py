"""What must hold for every calendar, start and allowance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from portal.sop.worktime import (
    RAMADAN_WEEK,
    Allowance,
    DayHours,
    OfficeCalendar,
    Period,
    SpecialDay,
    add,
    due,
    due_after,
    elapsed,
    explain,
    is_open,
    next_opening,
    remaining,
    resume_due,
)

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
ZERO = timedelta()

dates = st.dates(FIRST, LAST)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
hours = st.builds(Allowance, st.integers(1, 40), st.just("hour"))
days = st.builds(Allowance, st.integers(1, 12), st.just("day"))
allowances = hours | days
amounts = st.timedeltas(ZERO, timedelta(hours=60))
special_days = st.builds(
    SpecialDay,
    st.just("special"),
    st.sampled_from([DayHours(), DayHours.of("07:30-11:00"), DayHours.of("09:00-10:00", "10:15-14:00")]),
)


@st.composite
def calendars(draw: st.DrawFn) -> OfficeCalendar:
    first = draw(dates)
    ramadan = Period("Ramadan", first, first + timedelta(days=29), RAMADAN_WEEK)
    return OfficeCalendar(
        periods=draw(st.sampled_from([(), (ramadan,)])),
        days=draw(st.dictionaries(dates, special_days, max_size=30)),
    )


def is_closing(calendar: OfficeCalendar, instant: datetime) -> bool:
    local = calendar.local(instant)
    return local.time() in {span.end for span in calendar.hours(local.date()).spans}


@given(calendars(), instants, allowances)
def test_it_is_due_in_office_time_or_at_a_closing(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance
) -> None:
    due_at = due(calendar, start, allowance)
    assert is_open(calendar, due_at) or is_closing(calendar, due_at)
    assert due_at > start


@given(calendars(), st.tuples(instants, instants), allowances)
def test_it_is_never_due_earlier_when_entered_later(
    calendar: OfficeCalendar, starts: tuple[datetime, datetime], allowance: Allowance
) -> None:
    earlier, later = sorted(starts)
    assert due(calendar, earlier, allowance) <= due(calendar, later, allowance)


@given(calendars(), instants, allowances)
def test_it_is_due_later_when_given_more(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance
) -> None:
    more = replace(allowance, amount=allowance.amount + 1)
    assert due(calendar, start, allowance) < due(calendar, start, more)


@given(calendars(), instants, hours)
def test_it_gives_exactly_the_hours_allowed(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance
) -> None:
    due_at = due(calendar, start, allowance)
    assert elapsed(calendar, start, due_at) == timedelta(hours=allowance.amount)
    assert remaining(calendar, due_at, start) == -timedelta(hours=allowance.amount)


@given(calendars(), instants, amounts)
def test_it_adds_and_takes_away_the_same(
    calendar: OfficeCalendar, start: datetime, amount: timedelta
) -> None:
    later = add(calendar, start, amount)
    assert elapsed(calendar, start, later) == amount
    earlier = add(calendar, start, -amount)
    assert elapsed(calendar, earlier, start) == amount


@given(calendars(), instants, instants)
def test_it_comes_back_to_an_open_instant(calendar: OfficeCalendar, start: datetime, end: datetime) -> None:
    start, end = sorted((start, end))
    assume(is_open(calendar, end))
    reached = add(calendar, start, elapsed(calendar, start, end))
    # The end of one stretch and the opening of the next are the same office time.
    assert next_opening(calendar, reached) == end


@given(calendars(), st.lists(instants, min_size=3, max_size=3))
def test_it_measures_parts_that_make_the_whole(calendar: OfficeCalendar, three: list[datetime]) -> None:
    a, b, c = sorted(three)
    assert elapsed(calendar, a, b) + elapsed(calendar, b, c) == elapsed(calendar, a, c)


@given(calendars(), instants, allowances, dates)
def test_it_is_never_due_earlier_for_one_more_holiday(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, holiday: date
) -> None:
    stricter = replace(calendar, days={**calendar.days, holiday: SpecialDay("holiday")})
    assert due(stricter, start, allowance) >= due(calendar, start, allowance)


@given(instants, st.integers(1, 12))
def test_it_keeps_the_clock_time_over_working_days(start: datetime, amount: int) -> None:
    same_hours = dict.fromkeys(range(5), DayHours.of("07:30-12:00", "13:00-16:00"))
    calendar = OfficeCalendar(weekly=same_hours)
    assume(is_open(calendar, start))
    due_at = calendar.local(due(calendar, start, Allowance(amount, "day")))
    entered = calendar.local(start)
    assert due_at.time() == entered.time()
    working = [
        day
        for day in (entered.date() + timedelta(days=n) for n in range(1, 40))
        if day.weekday() < 5 and day <= due_at.date()
    ]
    assert len(working) == amount


@settings(max_examples=15)
@given(calendars(), instants, st.integers(0, 3 * 24 * 60))
def test_it_never_counts_the_breaks(calendar: OfficeCalendar, start: datetime, minutes: int) -> None:
    """Minute by minute, the slow and certain way: every span begins and ends on a whole minute."""
    start = start.replace(second=0, microsecond=0)
    slow = sum(is_open(calendar, start + timedelta(minutes=n)) for n in range(minutes))
    assert elapsed(calendar, start, start + timedelta(minutes=minutes)) == timedelta(minutes=slow)


@given(calendars(), instants, hours, amounts, st.timedeltas(ZERO, timedelta(days=20)))
def test_it_works_as_long_with_a_pause_as_without(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, worked: timedelta, stopped: timedelta
) -> None:
    pause = add(calendar, start, min(worked, timedelta(hours=allowance.amount)))
    resumed = pause + stopped
    due_at = due_after(calendar, start, allowance, [(pause, resumed)])
    total = elapsed(calendar, start, pause) + elapsed(calendar, resumed, due_at)
    assert total == timedelta(hours=allowance.amount)
    left = remaining(calendar, pause, due(calendar, start, allowance))
    assert due_at == resume_due(calendar, resumed, left)


@given(calendars(), instants, hours, st.timedeltas(ZERO, timedelta(days=9)))
def test_it_explains_without_gaps_and_adds_up(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, stopped: timedelta
) -> None:
    pause = add(calendar, start, timedelta(minutes=30))
    pauses = [(pause, pause + stopped)]
    slices = explain(calendar, start, allowance, pauses)
    assert slices[0].start == start
    assert slices[-1].end == due_after(calendar, start, allowance, pauses)
    assert all(a.end == b.start for a, b in pairwise(slices))
    assert all(piece.start < piece.end for piece in slices)
    counted = sum((piece.duration for piece in slices if piece.kind == "counted"), ZERO)
    assert counted == timedelta(hours=allowance.amount)
    paused = sum((piece.duration for piece in slices if piece.kind == "paused"), ZERO)
    assert paused == stopped
    for piece in slices:
        middle = piece.start + (piece.end - piece.start) / 2
        assert piece.kind == "paused" or is_open(calendar, middle) == (piece.kind == "counted")
