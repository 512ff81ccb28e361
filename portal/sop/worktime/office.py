"""The office calendar: which hours hold on which date, and the open stretches from any instant on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

from portal.sop.worktime.hours import CLOSED, STANDARD_WEEK, CalendarError, DayHours

SEARCH_DAYS = 400
"""How many closed days in a row are looked at before the calendar is said never to open."""

_ONE_DAY = timedelta(days=1)

Stretch = tuple[datetime, datetime]
"""Open from, open until: aware, UTC, the end not included."""


@dataclass(frozen=True)
class SpecialDay:
    """A date that differs: a holiday or cuti bersama (closed), or a day with hours of its own."""

    name: str
    hours: DayHours = CLOSED


@dataclass(frozen=True)
class Period:
    """Dates (both included) with other weekly hours; a weekday it does not name keeps the standard hours."""

    name: str
    first: date
    last: date
    weekly: Mapping[int, DayHours]

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise CalendarError("calendar.period_order", first=self.first, last=self.last)

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the period."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class OfficeCalendar:
    """The hours of every date: a special day first, then the first period that covers it, then the week.

    Weekdays count from Monday, 0; one that is not named is closed. `zone` is an IANA name.
    """

    weekly: Mapping[int, DayHours] = field(default_factory=lambda: STANDARD_WEEK)
    periods: tuple[Period, ...] = ()
    days: Mapping[date, SpecialDay] = field(default_factory=lambda: MappingProxyType({}))
    zone: str = "Asia/Jakarta"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise CalendarError("calendar.zone", zone=self.zone[:80]) from error

    @property
    def timezone(self) -> tzinfo:
        """The zone in which clock times are meant."""
        return ZoneInfo(self.zone)

    def period(self, day: date) -> Period | None:
        """Return the period that `day` lies in, if any."""
        return next((period for period in self.periods if period.covers(day)), None)

    def hours(self, day: date) -> DayHours:
        """Return the open spans of `day`."""
        if day in self.days:
            return self.days[day].hours
        usual = self.weekly.get(day.weekday(), CLOSED)
        period = self.period(day)
        return period.weekly.get(day.weekday(), usual) if period else usual

    def instant(self, day: date, clock: time) -> datetime:
        """Return the UTC instant at which the office's clock shows `clock` on `day`."""
        return datetime.combine(day, clock, self.timezone).astimezone(UTC)

    def local(self, instant: datetime) -> datetime:
        """Return an aware instant in the office's zone. Raise ValueError for a naive one."""
        return utc(instant).astimezone(self.timezone)

    def stretches(self, day: date) -> tuple[Stretch, ...]:
        """Return the open stretches of `day`, in order."""
        return tuple(
            (self.instant(day, span.start), self.instant(day, span.end)) for span in self.hours(day).spans
        )

    def onward(self, instant: datetime) -> Iterator[Stretch]:
        """Yield what is open from `instant` on, without end. Raise CalendarError when nothing is."""
        for day in self.open_days(self.local(instant).date(), _ONE_DAY):
            for opens, closes in self.stretches(day):
                if closes > instant:
                    yield max(opens, instant), closes

    def backward(self, instant: datetime) -> Iterator[Stretch]:
        """Yield what was open before `instant`, the latest first. Raise CalendarError when nothing was."""
        for day in self.open_days(self.local(instant).date(), -_ONE_DAY):
            for opens, closes in reversed(self.stretches(day)):
                if opens < instant:
                    yield opens, min(closes, instant)

    def open_days(self, first: date, step: timedelta = _ONE_DAY) -> Iterator[date]:
        """Yield the open dates from `first` on, one `step` (a day, either way) after the other.

        Raise CalendarError (`calendar.no_opening`) after SEARCH_DAYS closed ones, or where dates end.
        """
        day, closed = first, 0
        while closed <= SEARCH_DAYS:
            if self.hours(day):
                closed = 0
                yield day
            else:
                closed += 1
            try:
                day += step
            except OverflowError:
                break
        raise CalendarError("calendar.no_opening", first=first, days=SEARCH_DAYS)


def utc(instant: datetime) -> datetime:
    """Return an aware instant in UTC. Raise ValueError for a naive one: the caller has forgotten the zone."""
    if instant.tzinfo is None:
        raise ValueError("an aware datetime is expected")
    return instant.astimezone(UTC)
