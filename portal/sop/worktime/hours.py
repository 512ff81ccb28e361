"""The opening hours of one day and of a week (Perpres 21/2023): as values, and as the tables keep them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise
from types import MappingProxyType

from portal.errors import PortalError


class CalendarError(PortalError):
    """The office calendar makes no sense, or never opens: `calendar.*`."""

    status = 422


@dataclass(frozen=True, order=True)
class Span:
    """An open stretch of a day in local time, the start included and the end not; never past midnight."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise CalendarError("calendar.span_order", start=_text(self.start), end=_text(self.end))


@dataclass(frozen=True)
class DayHours:
    """The open spans of a day, in order; none means closed. What lies between two spans is a break."""

    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        for earlier, later in pairwise(self.spans):
            if later.start < earlier.end:
                raise CalendarError(
                    "calendar.spans_overlap", end=_text(earlier.end), start=_text(later.start)
                )

    def __bool__(self) -> bool:
        """Whether the office opens at all that day."""
        return bool(self.spans)

    @classmethod
    def of(cls, *spans: str) -> DayHours:
        """Given spans as "07:30-12:00", return their day. Raise CalendarError."""
        return cls.from_pairs([span.split("-") for span in spans])

    @classmethod
    def from_pairs(cls, pairs: Iterable[Sequence[str]] | None) -> DayHours:
        """Given [["07:30", "12:00"], …] as the tables keep it (none or empty: closed), return the day.

        Raise CalendarError: `calendar.time`, `calendar.span_order`, `calendar.spans_overlap`.
        """
        return cls(tuple(Span(*_times(pair)) for pair in pairs or ()))

    def pairs(self) -> list[list[str]]:
        """Return the spans as the tables keep them."""
        return [[_text(span.start), _text(span.end)] for span in self.spans]

    def settle(self, clock: time) -> time:
        """Given a clock time on this (open) day, return it moved into office time.

        In a break it becomes the break's end, before opening the opening, after closing the closing.
        """
        for span in self.spans:
            if clock < span.end:
                return max(clock, span.start)
        return self.spans[-1].end


def week_from_pairs(week: Mapping[str, Iterable[Sequence[str]] | None]) -> dict[int, DayHours]:
    """Given {"0": [["08:00", "12:00"], …], …} (Monday is 0), return the week. Raise CalendarError."""
    if not set(week) <= set("0123456"):
        raise CalendarError("calendar.weekday", weekday=min(set(week) - set("0123456")))
    return {int(weekday): DayHours.from_pairs(pairs) for weekday, pairs in week.items()}


def week_to_pairs(week: Mapping[int, DayHours]) -> dict[str, list[list[str]]]:
    """Return a week as the tables keep it: the inverse of `week_from_pairs`."""
    return {str(weekday): hours.pairs() for weekday, hours in sorted(week.items())}


def _times(pair: Sequence[str]) -> tuple[time, time]:
    try:
        start, end = (time.fromisoformat(text) for text in pair)
    except (TypeError, ValueError) as error:
        raise CalendarError("calendar.time", value=str(pair)[:40]) from error
    if start.tzinfo or end.tzinfo:
        raise CalendarError("calendar.time", value=str(pair)[:40])
    return start, end


def _text(clock: time) -> str:
    return clock.isoformat(timespec="auto" if clock.second or clock.microsecond else "minutes")


CLOSED = DayHours()
_WEEKDAYS = range(4)
_FRIDAY = 4

STANDARD_WEEK: Mapping[int, DayHours] = MappingProxyType(
    {
        **dict.fromkeys(_WEEKDAYS, DayHours.of("07:30-12:00", "13:00-16:00")),
        _FRIDAY: DayHours.of("07:30-11:30", "13:00-16:30"),
    }
)
"""Perpres 21/2023: 37.5 hours; a weekday that is not named is closed."""

RAMADAN_WEEK: Mapping[int, DayHours] = MappingProxyType(
    {
        **dict.fromkeys(_WEEKDAYS, DayHours.of("08:00-12:00", "12:30-15:00")),
        _FRIDAY: DayHours.of("08:00-11:30", "12:30-15:30"),
    }
)
"""Perpres 21/2023: 32.5 hours in the month of Ramadan."""
