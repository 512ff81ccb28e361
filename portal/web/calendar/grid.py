"""A month of the office calendar in weeks from Monday: which hours hold on each day, and why."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from portal.sop.worktime import OfficeCalendar
from schemas.office_time import typed_hours

YEARS = (2000, 2100)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month. `hours` as the office writes them, empty for a closed day; `row` is what makes it differ,
    `period` the name of the one that it lies in."""

    date: date
    inside: bool
    today: bool
    hours: str
    row: Any = None
    period: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is more to say of it than the usual week does."""
        return self.row is not None or bool(self.period)

    @property
    def kind(self) -> str:
        """holiday, joint_leave, special, period, weekend or usual."""
        if self.row is not None:
            return str(self.row.kind)
        if not self.hours:
            return "weekend"
        return "period" if self.period else "usual"


@dataclass(frozen=True, slots=True)
class Month:
    """A month; `before` and `after` are the neighbours as they stand in an address."""

    first: date
    before: str
    after: str
    weeks: list[list[Day]]


def month_asked(text: str | None, today: date) -> date:
    """The first day of the month in an address (2026-12), else of the present one."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text or "")
    if found and YEARS[0] < int(found[1]) < YEARS[1]:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


def month(office: OfficeCalendar, rows: Iterable[Any], first: date, today: date) -> Month:
    """The month that begins with `first`; `rows` are the days that differ."""
    by_date = {row.date: row for row in rows}

    def one(day: date) -> Day:
        period = office.period(day)
        hours = typed_hours(office.hours(day).pairs()).replace("-", "–")
        named = period.name if period else ""
        return Day(day, day.month == first.month, day == today, hours, by_date.get(day), named)

    weeks = [
        [one(day) for day in week] for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    before, after = first - timedelta(days=1), first + timedelta(days=32)
    return Month(first, f"{before:%Y-%m}", f"{after:%Y-%m}", weeks)
