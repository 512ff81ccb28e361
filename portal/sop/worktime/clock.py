"""Office time as arithmetic: when something is due, what is left, what has passed.

Instants in and out are aware; those given back are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from portal.sop.worktime.office import OfficeCalendar, utc

_ZERO = timedelta()


@dataclass(frozen=True)
class Allowance:
    """How long a step may take (SOP, "Waktu"): office hours, or working days, at least one."""

    amount: int
    unit: Literal["day", "hour"]

    def __post_init__(self) -> None:
        if self.unit not in ("day", "hour") or self.amount < 1:
            raise ValueError(f"no such allowance: {self.amount} {self.unit}")


def is_open(calendar: OfficeCalendar, instant: datetime) -> bool:
    """Whether `instant` is office time; the instant of closing no longer is."""
    instant = utc(instant)
    return any(
        opens <= instant < closes for opens, closes in calendar.stretches(calendar.local(instant).date())
    )


def next_opening(calendar: OfficeCalendar, instant: datetime) -> datetime:
    """Return `instant` when it is office time, otherwise the next opening. Raise CalendarError."""
    return next(calendar.onward(utc(instant)))[0]


def add(calendar: OfficeCalendar, start: datetime, amount: timedelta) -> datetime:
    """Return the instant by which `amount` of office time has passed since `start`.

    It stays at the closing when it ends exactly there; nothing added gives the next office instant. A
    negative amount goes back, and stays at the opening. Raise CalendarError.
    """
    start = utc(start)
    left = abs(amount)
    forward = amount >= _ZERO
    for opens, closes in calendar.onward(start) if forward else calendar.backward(start):
        if left <= closes - opens:
            return opens + left if forward else closes - left
        left -= closes - opens
    raise AssertionError("the stretches never end")


def elapsed(calendar: OfficeCalendar, start: datetime, end: datetime) -> timedelta:
    """Return the office time from `start` to `end`; negative when `end` comes first."""
    start, end = utc(start), utc(end)
    if end < start:
        return -elapsed(calendar, end, start)
    total = _ZERO
    day, last = calendar.local(start).date(), calendar.local(end).date()
    while day <= last:
        for opens, closes in calendar.stretches(day):
            total += max(min(closes, end) - max(opens, start), _ZERO)
        day += timedelta(days=1)
    return total


def remaining(calendar: OfficeCalendar, now: datetime, due_at: datetime) -> timedelta:
    """Return the office time left until `due_at`; negative when late."""
    return elapsed(calendar, now, due_at)


def due(calendar: OfficeCalendar, start: datetime, allowance: Allowance) -> datetime:
    """Return when a step that was entered at `start` must be done. Raise CalendarError.

    Hours are office time. A day is the same clock time on the next working day, never 24 hours: entered
    outside office time it counts from the next opening, and a clock time that is no office time on the day it
    falls on becomes the end of the break, the opening or the closing.
    """
    if allowance.unit == "hour":
        return add(calendar, start, timedelta(hours=allowance.amount))
    begins = calendar.local(next_opening(calendar, start))
    day = next(islice(calendar.open_days(begins.date()), allowance.amount, None))
    return calendar.instant(day, calendar.hours(day).settle(begins.time()))


def resume_due(calendar: OfficeCalendar, now: datetime, left: timedelta) -> datetime:
    """Return the new due time of a clock that was stopped with `left` and runs again from `now`.

    What was late already (a negative `left`) stays late by as much. Raise CalendarError.
    """
    return add(calendar, now, left)
