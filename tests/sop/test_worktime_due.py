"""Due times counted by hand with a calendar on the desk: 23 November 2026 is a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.sop.worktime import (
    RAMADAN_WEEK,
    Allowance,
    DayHours,
    OfficeCalendar,
    Period,
    SpecialDay,
    due,
    due_after,
    remaining,
    resume_due,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
OFFICE = OfficeCalendar(
    periods=(Period("Ramadan", date(2026, 2, 19), date(2026, 3, 20), RAMADAN_WEEK),),
    days={
        date(2026, 3, 18): SpecialDay("Cuti Bersama Hari Suci Nyepi"),
        date(2026, 3, 19): SpecialDay("Hari Suci Nyepi"),
        date(2026, 3, 20): SpecialDay("Cuti Bersama Idul Fitri"),
        date(2026, 3, 23): SpecialDay("Cuti Bersama Idul Fitri"),
        date(2026, 3, 24): SpecialDay("Cuti Bersama Idul Fitri"),
        date(2026, 11, 30): SpecialDay("half a day", DayHours.of("07:30-11:00")),
        date(2026, 12, 24): SpecialDay("Cuti Bersama Natal"),
        date(2026, 12, 25): SpecialDay("Hari Raya Natal"),
    },
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("entered", "hours", "expected"),
    [
        ("2026-11-23 08:00", 3, "2026-11-23 11:00"),
        ("2026-11-23 08:00", 5, "2026-11-23 14:00"),  # lunch is not counted
        ("2026-11-23 11:00", 1, "2026-11-23 12:00"),  # ends as the break begins
        ("2026-11-23 11:30", 1, "2026-11-23 13:30"),
        ("2026-11-23 12:15", 1, "2026-11-23 14:00"),  # entered at lunch
        ("2026-11-23 05:00", 1, "2026-11-23 08:30"),  # entered before opening
        ("2026-11-23 15:00", 1, "2026-11-23 16:00"),  # ends exactly at closing: stays
        ("2026-11-23 15:30", 1, "2026-11-24 08:00"),
        ("2026-11-23 16:00", 1, "2026-11-24 08:30"),  # entered at closing
        ("2026-11-23 23:59", 3, "2026-11-24 10:30"),
        ("2026-11-23 14:00", 5, "2026-11-24 10:30"),
        ("2026-11-27 10:30", 3, "2026-11-27 15:00"),  # Friday: break 11:30-13:00
        ("2026-11-27 16:00", 1, "2026-11-30 08:00"),  # Friday to Monday
        ("2026-11-28 10:00", 3, "2026-11-30 10:30"),  # entered on Saturday
        ("2026-11-30 10:00", 3, "2026-12-01 09:30"),  # the half day
        ("2026-12-23 15:30", 1, "2026-12-28 08:00"),  # Christmas and the weekend
        ("2026-02-18 15:30", 1, "2026-02-19 08:30"),  # the day before Ramadan into it
        ("2026-02-19 11:30", 1, "2026-02-19 13:00"),  # its break is 12:00-12:30
        ("2026-02-19 14:30", 3, "2026-02-20 10:30"),
        ("2026-02-20 11:00", 3, "2026-02-20 15:00"),  # Friday in Ramadan: break 11:30-12:30
        (
            "2026-03-17 14:00",
            5,
            "2026-03-25 11:30",
        ),  # the long leave of Nyepi and Idul Fitri, then usual hours
    ],
)
def test_it_counts_office_hours(entered: str, hours: int, expected: str) -> None:
    assert due(OFFICE, at(entered), Allowance(hours, "hour")) == at(expected)


@pytest.mark.parametrize(
    ("entered", "days", "expected"),
    [
        ("2026-11-23 09:12", 1, "2026-11-24 09:12"),
        ("2026-11-23 09:12", 3, "2026-11-26 09:12"),
        ("2026-11-23 06:00", 1, "2026-11-24 07:30"),
        ("2026-11-23 12:30", 1, "2026-11-24 13:00"),
        ("2026-11-23 17:00", 1, "2026-11-25 07:30"),  # counts from Tuesday's opening
        ("2026-11-26 11:45", 1, "2026-11-27 13:00"),  # in Friday's longer break: its end
        ("2026-11-26 11:30", 1, "2026-11-27 13:00"),  # as Friday's break begins: its end
        ("2026-11-26 15:59", 1, "2026-11-27 15:59"),
        ("2026-11-20 16:15", 1, "2026-11-23 16:00"),  # Friday closes later than Monday: Monday's closing
        ("2026-11-27 14:00", 1, "2026-11-30 11:00"),  # the half day's closing
        ("2026-11-28 10:00", 1, "2026-12-01 07:30"),  # entered on Saturday
        ("2026-02-18 07:45", 1, "2026-02-19 08:00"),  # Ramadan opens later: the opening
        ("2026-02-18 15:45", 1, "2026-02-19 15:00"),
        ("2026-02-18 12:00", 1, "2026-02-19 13:00"),
        ("2026-03-17 10:00", 1, "2026-03-25 10:00"),
        ("2026-12-23 10:00", 2, "2026-12-29 10:00"),
    ],
)
def test_it_counts_working_days(entered: str, days: int, expected: str) -> None:
    assert due(OFFICE, at(entered), Allowance(days, "day")) == at(expected)


def test_it_gives_utc_and_takes_any_zone() -> None:
    due_at = due(OFFICE, datetime(2026, 11, 23, 1, 0, tzinfo=UTC), Allowance(1, "hour"))
    assert due_at.tzinfo is UTC
    assert due_at == at("2026-11-23 09:00")


def test_it_moves_with_a_pause_and_keeps_what_was_left() -> None:
    due_at = due(OFFICE, at("2026-11-23 08:00"), Allowance(5, "hour"))
    left = remaining(OFFICE, at("2026-11-23 09:30"), due_at)
    assert left == timedelta(hours=3, minutes=30)
    assert resume_due(OFFICE, at("2026-11-26 10:00"), left) == at("2026-11-26 14:30")


def test_it_stays_late_by_as_much_after_a_pause() -> None:
    due_at = at("2026-11-23 15:00")
    left = remaining(OFFICE, at("2026-11-24 08:00"), due_at)
    assert left == -timedelta(hours=1, minutes=30)
    resumed = at("2026-11-26 08:00")
    moved = resume_due(OFFICE, resumed, left)
    assert moved == at("2026-11-25 15:00")
    assert remaining(OFFICE, resumed, moved) == left


def test_it_applies_several_pauses_in_order_of_time() -> None:
    pauses = [
        (at("2026-11-25 09:00"), at("2026-11-26 13:00")),
        (at("2026-11-23 09:00"), at("2026-11-25 08:00")),
    ]
    # 1 hour on Monday, 1 on Wednesday, the last of the three on Thursday afternoon
    assert due_after(OFFICE, at("2026-11-23 08:00"), Allowance(3, "hour"), pauses) == at("2026-11-26 14:00")


def test_it_counts_from_the_entry_when_the_pause_began_before() -> None:
    pauses = [(at("2026-11-23 08:00"), at("2026-11-25 08:00"))]
    assert due_after(OFFICE, at("2026-11-23 09:00"), Allowance(3, "hour"), pauses) == at("2026-11-25 11:00")


@pytest.mark.parametrize("amount", [0, -1])
def test_it_refuses_an_empty_allowance(amount: int) -> None:
    with pytest.raises(ValueError, match="no such allowance"):
        Allowance(amount, "hour")


def test_it_refuses_a_time_without_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        due(OFFICE, datetime(2026, 11, 23, 8), Allowance(1, "hour"))  # noqa: DTZ001 - the fault itself
