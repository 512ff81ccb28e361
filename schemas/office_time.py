"""The office calendar and its simulator as they are typed: days that differ, periods, hours, an allowance."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator

from schemas.fields import chosen, day
from schemas.sealed import Frozen
from schemas.text import Line, refuse, whole_number

HOURS_MAX = 120
SPANS_MAX = 6
PERIOD_DAYS_MAX = 366
CLOSED_MARK = "-"
"""Typed for a weekday on which the office stays closed in a period."""
Pairs = tuple[tuple[str, str], ...]
"""Open spans as the tables keep them: (("07:30", "12:00"), …); none is closed."""
_SPAN = re.compile(r"(\d{1,2})[:.](\d{2})\s*(?:-|–|—|s\.?d\.?)\s*(\d{1,2})[:.](\d{2})")
_BETWEEN = re.compile(r"\s*[,;\n]\s*")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2})[:.](\d{2})(?::00)?")


class DayKind(StrEnum):
    """How a day differs."""

    HOLIDAY = "holiday"
    JOINT_LEAVE = "joint_leave"
    SPECIAL = "special"


def open_hours(value: Any) -> Pairs:
    """Hours as typed: 07.30-12.00, 13.00-16.00; nothing gives none.

    Codes: `calendar.hours` (cannot be read), `calendar.span_order`, `calendar.spans_overlap`.
    """
    text = Line(HOURS_MAX, 0).clean(value or "")
    parts = [part for part in _BETWEEN.split(text) if part]
    if len(parts) > SPANS_MAX:
        refuse("calendar.hours", "at most a few spans expected")
    spans = [_span(part) for part in parts]
    for start, end in spans:
        if not start < end:
            refuse("calendar.span_order", "a span begins before it ends", start=shown(start), end=shown(end))
    for (_, end), (start, _) in pairwise(spans):
        if start < end:
            refuse("calendar.spans_overlap", "spans in order, apart", end=shown(end), start=shown(start))
    return tuple((f"{start:%H:%M}", f"{end:%H:%M}") for start, end in spans)


def shown(clock: time) -> str:
    """A clock time as the office writes it: 07.30."""
    return f"{clock:%H.%M}"


def typed_hours(pairs: Any) -> str:
    """The text from which `open_hours` makes these spans again."""
    return ", ".join(f"{start}-{end}".replace(":", ".") for start, end in pairs or ())


def week_hours(value: Any) -> Pairs | None:
    """A weekday's hours in a period; nothing typed: as usual (None); a dash: closed."""
    text = Line(HOURS_MAX, 0).clean(value or "")
    if text.strip() == CLOSED_MARK:
        return ()
    return open_hours(text) or None


def moment(value: Any) -> datetime:
    """A wall clock's date and time as a browser sends them. Codes: `field.required`, `calendar.moment`."""
    found = _MOMENT.fullmatch(Line(20).clean(value))
    if found is None:
        refuse("calendar.moment", "a date and a time expected")
    try:
        clock = time(int(found[2]), int(found[3]))
    except ValueError:
        refuse("calendar.moment", "a date and a time expected")
    return datetime.combine(day(found[1]), clock)


def _span(text: str) -> tuple[time, time]:
    found = _SPAN.fullmatch(text)
    try:
        numbers = [int(part) for part in found.groups()] if found else []
        return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except (ValueError, IndexError):
        refuse("calendar.hours", "spans like 07.30-12.00 expected")


class DayForm(Frozen):
    """A day that differs, as it is typed. `hours` count for a special day alone: the others are closed."""

    day: Annotated[date, BeforeValidator(day)]
    kind: Annotated[DayKind, BeforeValidator(chosen(DayKind))]
    name: Annotated[str, Line(160)]
    hours: Annotated[Pairs, BeforeValidator(open_hours)] = ()

    def problems(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """What does not fit together, as (code, context) by field."""
        if self.kind is DayKind.SPECIAL and not self.hours:
            return {"hours": ("calendar.special_hours", {})}
        return {}


class PeriodForm(Frozen):
    """Dates with other weekly hours, as they are typed: `hours_0` is Monday's."""

    name: Annotated[str, Line(80)]
    first: Annotated[date, BeforeValidator(day)]
    last: Annotated[date, BeforeValidator(day)]
    hours_0: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_1: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_2: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_3: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_4: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_5: Annotated[Pairs | None, BeforeValidator(week_hours)] = None
    hours_6: Annotated[Pairs | None, BeforeValidator(week_hours)] = None

    def weekly(self) -> dict[str, list[list[str]]]:
        """The weekdays that differ, as the tables keep them."""
        days = {str(number): getattr(self, f"hours_{number}") for number in range(7)}
        return {number: [list(pair) for pair in pairs] for number, pairs in days.items() if pairs is not None}

    def problems(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """What does not fit together, as (code, context) by field."""
        if not timedelta() <= self.last - self.first < timedelta(days=PERIOD_DAYS_MAX):
            return {"last": ("calendar.period_length", {"most": PERIOD_DAYS_MAX})}
        if not self.weekly():
            return {"hours_0": ("calendar.period_hours", {})}
        return {}


class Simulation(Frozen):
    """A start on the office's wall clock, an allowance, and a day that might be closed."""

    start: Annotated[datetime, BeforeValidator(moment)]
    amount: Annotated[int, BeforeValidator(lambda value: whole_number(value, 1, 400, code="calendar.amount"))]
    unit: Annotated[str, BeforeValidator(lambda value: value if value in ("day", "hour") else "hour")] = (
        "hour"
    )
    closed: Annotated[date | None, BeforeValidator(lambda value: day(value) if value else None)] = None
