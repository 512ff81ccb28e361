"""Calendars that make no sense are refused, and none is searched for ever."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from portal.sop.worktime import (
    CLOSED,
    RAMADAN_WEEK,
    STANDARD_WEEK,
    Allowance,
    CalendarError,
    DayHours,
    OfficeCalendar,
    Period,
    Span,
    SpecialDay,
    add,
    due,
    is_open,
    next_opening,
    week_from_pairs,
    week_to_pairs,
)

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def open_minutes(week: dict[int, DayHours]) -> int:
    return sum(
        (span.end.hour - span.start.hour) * 60 + span.end.minute - span.start.minute
        for day in week.values()
        for span in day.spans
    )


def test_it_holds_the_hours_of_perpres_21_2023() -> None:
    assert open_minutes(dict(STANDARD_WEEK)) == 37.5 * 60
    assert open_minutes(dict(RAMADAN_WEEK)) == 32.5 * 60


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ([["16:00", "07:30"]], "calendar.span_order"),
        ([["07:30", "07:30"]], "calendar.span_order"),
        ([["07:30", "12:00"], ["11:00", "16:00"]], "calendar.spans_overlap"),
        ([["13:00", "16:00"], ["07:30", "12:00"]], "calendar.spans_overlap"),
        ([["07:30"]], "calendar.time"),
        ([["07:30", "25:00"]], "calendar.time"),
        ([["07:30", "12:00+07:00"]], "calendar.time"),
        ([["07:30", None]], "calendar.time"),
        ([7], "calendar.time"),
    ],
)
def test_it_refuses_hours_that_make_no_sense(pairs: list, code: str) -> None:
    with pytest.raises(CalendarError) as refused:
        DayHours.from_pairs(pairs)
    assert refused.value.code == code


def test_it_refuses_a_period_that_ends_before_it_begins() -> None:
    with pytest.raises(CalendarError) as refused:
        Period("Ramadan", date(2026, 3, 20), date(2026, 2, 19), RAMADAN_WEEK)
    assert refused.value.code == "calendar.period_order"


@pytest.mark.parametrize("zone", ["Asia/Atlantis", "", "../etc/passwd", "Asia/Jakarta\0"])
def test_it_refuses_a_zone_that_is_none(zone: str) -> None:
    with pytest.raises(CalendarError) as refused:
        OfficeCalendar(zone=zone)
    assert refused.value.code == "calendar.zone"


def test_it_refuses_a_weekday_that_is_none() -> None:
    with pytest.raises(CalendarError) as refused:
        week_from_pairs({"7": [["08:00", "12:00"]]})
    assert refused.value.code == "calendar.weekday"


def test_it_reads_back_the_hours_that_it_wrote() -> None:
    assert week_to_pairs(RAMADAN_WEEK)["4"] == [["08:00", "11:30"], ["12:30", "15:30"]]
    assert week_from_pairs(week_to_pairs(RAMADAN_WEEK)) == RAMADAN_WEEK
    assert DayHours.from_pairs(None) == CLOSED


def test_it_says_so_when_the_office_never_opens() -> None:
    for forever in (OfficeCalendar(weekly={}), OfficeCalendar(weekly={0: CLOSED})):
        with pytest.raises(CalendarError) as refused:
            due(forever, NOON, Allowance(1, "hour"))
        assert refused.value.code == "calendar.no_opening"
        with pytest.raises(CalendarError):
            due(forever, NOON, Allowance(1, "day"))
        with pytest.raises(CalendarError):
            add(forever, NOON, -timedelta(hours=1))


def test_it_says_so_where_dates_end() -> None:
    with pytest.raises(CalendarError):
        due(OfficeCalendar(), datetime(9999, 12, 30, 5, tzinfo=UTC), Allowance(9, "day"))


def test_it_finds_an_opening_after_a_year_of_leave() -> None:
    leave = {date(2026, 11, 23) + timedelta(days=n): SpecialDay("leave") for n in range(365)}
    assert next_opening(OfficeCalendar(days=leave), NOON) == datetime(2027, 11, 23, 0, 30, tzinfo=UTC)


def test_it_puts_a_special_day_before_the_period_and_the_week() -> None:
    office = OfficeCalendar(
        periods=(Period("Ramadan", date(2026, 2, 19), date(2026, 3, 20), RAMADAN_WEEK),),
        days={
            date(2026, 2, 21): SpecialDay("a Saturday of work", DayHours.of("09:00-11:00")),
            date(2026, 2, 24): SpecialDay("leave"),
        },
    )
    assert office.hours(date(2026, 2, 21)).spans == (Span(time(9), time(11)),)
    assert office.hours(date(2026, 2, 22)) == CLOSED
    assert office.hours(date(2026, 2, 23)) == RAMADAN_WEEK[0]
    assert office.hours(date(2026, 2, 24)) == CLOSED
    assert office.hours(date(2026, 3, 23)) == STANDARD_WEEK[0]


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("07:29", False), ("07:30", True), ("11:59", True), ("12:00", False), ("13:00", True), ("16:00", False)],
)
def test_it_opens_at_the_opening_and_not_at_the_closing(clock: str, expected: bool) -> None:
    office = OfficeCalendar()
    instant = office.instant(date(2026, 11, 23), time.fromisoformat(clock))
    assert is_open(office, instant) is expected
