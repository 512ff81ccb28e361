"""The account of a due time: what was given, and every day's share of it, so that the lines add up to the allowance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from portal.sop.worktime.clock import Allowance, due, elapsed, remaining
from portal.sop.worktime.explain import Pause, Slice, due_after, explain
from portal.sop.worktime.office import OfficeCalendar

_ZERO = timedelta()


@dataclass(frozen=True)
class DayLine:
    """One day of the account. `total` is what had been counted by its end."""

    date: date
    slices: tuple[Slice, ...]
    total: timedelta

    @property
    def counted(self) -> timedelta:
        """The office time that this day gave."""
        return sum((piece.duration for piece in self.slices if piece.kind == "counted"), _ZERO)

    @property
    def names(self) -> tuple[str, ...]:
        """What the calendar calls the day: a holiday, a day with hours of its own, a period; each once."""
        return tuple(dict.fromkeys(piece.name for piece in self.slices if piece.name))


@dataclass(frozen=True)
class Account:
    """How a due time came about: the counted time of `days` and what is `left` add up to `allowed`.

    `allowed` is the office time of the allowance from where it began: a day is what lies between a clock time and the
    same one on the next working day. `left` is what a pause that still lasts keeps; negative when it came too late.
    `late` is by how much the work was late when it was paused: what follows is no counting any more, it stays late.
    """

    start: datetime
    due_at: datetime
    allowance: Allowance
    allowed: timedelta
    days: tuple[DayLine, ...]
    left: timedelta = _ZERO
    late: timedelta = _ZERO

    @property
    def counted(self) -> timedelta:
        """The office time of all its days."""
        return sum((line.counted for line in self.days), _ZERO)


def account(
    calendar: OfficeCalendar,
    start: datetime,
    allowance: Allowance,
    pauses: Iterable[Pause] = (),
    stopped: datetime | None = None,
) -> Account:
    """Return the account of what was entered at `start`, with the `pauses` that have ended and the one that began at
    `stopped` and still lasts. Raise CalendarError."""
    pauses = sorted(pauses)
    allowed = elapsed(calendar, start, due(calendar, start, allowance))
    whole, late = _until_late(calendar, start, allowance, pauses)
    slices: Iterable[Slice] = explain(calendar, start, allowance, whole)
    due_at, left = due_after(calendar, start, allowance, pauses), _ZERO
    if stopped is not None and not late:
        due_at = due_after(calendar, start, allowance, whole)
        left = remaining(calendar, stopped, due_at)
        slices = _until(slices, min(stopped, due_at))
        late, left = max(-left, _ZERO), max(left, _ZERO)
    return Account(start, due_at, allowance, allowed, _by_day(slices), left, late)


def _until_late(
    calendar: OfficeCalendar, start: datetime, allowance: Allowance, pauses: list[Pause]
) -> tuple[list[Pause], timedelta]:
    """The pauses that came in time, and how late the first of the others came."""
    for number, (stopped, _) in enumerate(pauses):
        due_at = due_after(calendar, start, allowance, pauses[:number])
        left = remaining(calendar, max(stopped, start), due_at)
        if left < _ZERO:
            return pauses[:number], -left
    return pauses, _ZERO


def _until(slices: Iterable[Slice], end: datetime) -> Iterable[Slice]:
    for piece in slices:
        if piece.start < end:
            ends = min(piece.end, end.astimezone(piece.end.tzinfo))
            yield Slice(piece.start, ends, piece.kind, piece.name)


def _by_day(slices: Iterable[Slice]) -> tuple[DayLine, ...]:
    lines: list[DayLine] = []
    total = _ZERO
    for day, pieces in groupby(slices, lambda piece: piece.date):
        line = DayLine(day, tuple(pieces), _ZERO)
        total += line.counted
        lines.append(DayLine(line.date, line.slices, total))
    return tuple(lines)
