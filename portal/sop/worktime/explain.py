"""How a due time was counted: the stretch from entry to due, cut into slices that a page can list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from portal.sop.worktime.clock import Allowance, due, remaining, resume_due
from portal.sop.worktime.office import OfficeCalendar, utc

Kind = Literal["counted", "break", "closed", "holiday", "weekend", "paused"]
Pause = tuple[datetime, datetime]
"""The clock stood still from, until (Ditunda): aware instants."""


@dataclass(frozen=True)
class Slice:
    """A part of one day: from `start` to `end` (office's zone; the end may be the next midnight).

    `kind`: counted (office time), break, closed (before opening, after closing), holiday (closed by the
    calendar), weekend (closed by the week), paused. `name` is the calendar's: the holiday, the special day, the period.
    """

    start: datetime
    end: datetime
    kind: Kind
    name: str = ""

    @property
    def date(self) -> date:
        """The office's date that the slice lies on."""
        return self.start.date()

    @property
    def duration(self) -> timedelta:
        """How long the slice is by the clock on the wall."""
        return utc(self.end) - utc(self.start)


def due_after(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, pauses: Iterable[Pause] = ()
) -> datetime:
    """Return `due` as each of `pauses` moved it. Raise CalendarError."""
    due_at = due(calendar, start, allowance)
    for stopped, resumed in sorted(pauses):
        due_at = resume_due(calendar, resumed, remaining(calendar, max(stopped, start), due_at))
    return due_at


def explain(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, pauses: Iterable[Pause] = ()
) -> tuple[Slice, ...]:
    """Return the slices from `start` to the due time: in order, without gaps. Raise CalendarError.

    For hours the counted slices add up to the allowance (unless it was late when paused); for days they show
    the working time in between.
    """
    pauses = sorted(pauses)
    begins, ends = calendar.local(start), calendar.local(due_after(calendar, start, allowance, pauses))
    slices: list[Slice] = []
    for piece in _days(calendar, begins.date(), ends.date()):
        clipped = replace(piece, start=max(piece.start, begins), end=min(piece.end, ends))
        for part in _without(clipped, [(calendar.local(a), calendar.local(b)) for a, b in pauses]):
            _append(slices, part)
    return tuple(slices)


def _days(calendar: OfficeCalendar, first: date, last: date) -> Iterator[Slice]:
    """Yield every slice of the days, midnight to midnight."""
    day = first
    while day <= last:
        yield from _day(calendar, day)
        day += timedelta(days=1)


def _day(calendar: OfficeCalendar, day: date) -> Iterator[Slice]:
    zone = calendar.timezone
    cursor = datetime.combine(day, time.min, zone)
    midnight = datetime.combine(day + timedelta(days=1), time.min, zone)
    special, period = calendar.days.get(day), calendar.period(day)
    name = special.name if special else ""
    spans = calendar.hours(day).spans
    if not spans:
        yield Slice(cursor, midnight, "holiday" if special else "weekend", name)
        return
    name = name or (period.name if period else "")
    for number, span in enumerate(spans):
        opens, closes = datetime.combine(day, span.start, zone), datetime.combine(day, span.end, zone)
        yield Slice(cursor, opens, "break" if number else "closed", name)
        yield Slice(opens, closes, "counted", name)
        cursor = closes
    yield Slice(cursor, midnight, "closed", name)


def _without(piece: Slice, pauses: Iterable[Pause]) -> Iterator[Slice]:
    """Cut the pauses (in order) out of a slice, as slices of their own."""
    for stopped, resumed in pauses:
        begins, ends = max(stopped, piece.start), min(resumed, piece.end)
        if begins < ends:
            yield replace(piece, end=begins)
            yield Slice(begins, ends, "paused")
            piece = replace(piece, start=ends)
    yield piece


def _append(slices: list[Slice], piece: Slice) -> None:
    """Add what is not empty; what goes on on the same day in the same kind makes one slice."""
    if piece.start >= piece.end:
        return
    last = slices[-1] if slices else None
    if last and (last.date, last.kind, last.name) == (piece.date, piece.kind, piece.name):
        slices[-1] = replace(last, end=piece.end)
    else:
        slices.append(piece)
