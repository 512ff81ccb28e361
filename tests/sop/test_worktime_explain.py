"""The list behind a due time, as an official would read it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.sop.worktime import RAMADAN_WEEK, Allowance, OfficeCalendar, Period, Slice, SpecialDay, explain

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JAKARTA)


def lines(slices: tuple[Slice, ...]) -> list[str]:
    return [
        f"{piece.date} {piece.start:%H:%M}-{piece.end:%H:%M} {piece.kind} {piece.name}".strip()
        for piece in slices
    ]


def test_it_lists_night_weekend_and_holiday() -> None:
    office = OfficeCalendar(days={date(2026, 11, 30): SpecialDay("Hari Libur")})
    assert lines(explain(office, at("2026-11-27 11:00"), Allowance(5, "hour"))) == [
        "2026-11-27 11:00-11:30 counted",
        "2026-11-27 11:30-13:00 break",
        "2026-11-27 13:00-16:30 counted",
        "2026-11-27 16:30-00:00 closed",
        "2026-11-28 00:00-00:00 weekend",
        "2026-11-29 00:00-00:00 weekend",
        "2026-11-30 00:00-00:00 holiday Hari Libur",
        "2026-12-01 00:00-07:30 closed",
        "2026-12-01 07:30-08:30 counted",
    ]


def test_it_names_the_period_whose_hours_were_used() -> None:
    office = OfficeCalendar(periods=(Period("Ramadan", date(2026, 2, 19), date(2026, 3, 20), RAMADAN_WEEK),))
    assert lines(explain(office, at("2026-02-19 11:30"), Allowance(1, "hour"))) == [
        "2026-02-19 11:30-12:00 counted Ramadan",
        "2026-02-19 12:00-12:30 break Ramadan",
        "2026-02-19 12:30-13:00 counted Ramadan",
    ]


def test_it_shows_where_the_clock_stood_still() -> None:
    office = OfficeCalendar()
    pauses = [(at("2026-11-23 09:00"), at("2026-11-24 10:00"))]
    slices = explain(office, at("2026-11-23 08:00"), Allowance(3, "hour"), pauses)
    assert lines(slices) == [
        "2026-11-23 08:00-09:00 counted",
        "2026-11-23 09:00-00:00 paused",
        "2026-11-24 00:00-10:00 paused",
        "2026-11-24 10:00-12:00 counted",
    ]
    assert slices[1].duration == timedelta(hours=15)
