"""When a schedule runs: its rhythm, the hours in which it may start, the days on which it rests."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice, pairwise
from typing import Annotated, Any, LiteralString

from cronsim import CronSim, CronSimError
from pydantic import BeforeValidator

from schemas.fields import chosen, day
from schemas.sealed import Frozen
from schemas.text import Line, refuse, whole_number

LINES_MAX = 60
SPAN_DAYS_MAX = 366
CRON_MAX = 100
LEAST_GAP = timedelta(minutes=15)
"""A backup takes a while: a schedule that comes oftener would only wait for itself."""
SAMPLES = 200
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::00)?")
_SPAN = re.compile(r"\s+(?:-|–|s\.?d\.?|/)\s+")
_BEFORE_A_LEAP_YEAR = datetime(2027, 12, 31, tzinfo=UTC)


class Rhythm(StrEnum):
    """How often a schedule comes."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CRON = "cron"


class DaySpan(Frozen):
    """Days of rest, from `first` to `last`, both of them counted."""

    first: date
    last: date


class Window(Frozen):
    """The hours in which a run may start, from `start` to before `end`; past midnight where `end` is the earlier."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """Whether a wall clock's time lies in it."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


class ScheduleRule(Frozen):
    """The whole rule of a schedule. Times are the office's wall clock; weekdays count from 0, Monday.

    A month that lacks `month_day` runs on its last day. `jitter_minutes` spreads the starts; a run that could not
    start within `grace_minutes` is late and alarms, and is made up for within `catch_up_hours` (0: not at all).
    """

    rhythm: Rhythm
    at: time = time(0)
    weekdays: tuple[int, ...] = ()
    month_day: int = 1
    cron: str = ""
    window: Window | None = None
    rests: tuple[DaySpan, ...] = ()
    jitter_minutes: int = 0
    grace_minutes: int = 60
    catch_up_hours: int = 24
    bandwidth_kib: int = 0


def clock_time(value: Any) -> time:
    """A time of day as a browser (02:30) or a hand (2.30) writes it. Codes: `field.required`, `schedule.time`."""
    if isinstance(value, time):
        return value
    text = Line(8).clean(value)
    found = _CLOCK.fullmatch(text)
    if found is None:
        refuse("schedule.time", "a time of day expected")
    return time(int(found[1]), int(found[2]))


def optional_time(value: Any) -> time | None:
    """As `clock_time`, or None for nothing."""
    return None if value in (None, "") else clock_time(value)


def weekday_numbers(value: Any) -> tuple[int, ...]:
    """Ticked weekdays, sorted, each once. Code: `form.choice`."""
    entries = [value] if isinstance(value, str | int) else list(value or ())
    if not all(str(entry) in "0123456" and len(str(entry)) == 1 for entry in entries):
        refuse("form.choice", "weekdays expected")
    return tuple(sorted({int(entry) for entry in entries}))


def rest_days(value: Any) -> tuple[DaySpan, ...]:
    """Days of rest as typed: one a line, a date or two with a dash between. Codes: `schedule.rests…`."""
    if not isinstance(value, str):
        return tuple(value or ())
    lines = [(number, line.strip()) for number, line in enumerate(value.splitlines(), 1) if line.strip()]
    if len(lines) > LINES_MAX:
        refuse("schedule.rests_too_many", "at most {most} lines", most=LINES_MAX)
    return tuple(_span(number, line) for number, line in lines)


def _span(number: int, line: str) -> DaySpan:
    parts = _SPAN.split(line)
    try:
        days = [day(part) for part in parts]
    except ValueError:
        days = []
    if len(days) not in (1, 2):
        refuse("schedule.rests", "a date, or two with a dash, expected", line=number)
    if not timedelta() <= days[-1] - days[0] < timedelta(days=SPAN_DAYS_MAX):
        refuse("schedule.rests_order", "the first day comes first, at most a year", line=number)
    return DaySpan(first=days[0], last=days[-1])


def cron_expression(value: Any) -> str:
    """Five fields as cron(5) has them. Codes: `schedule.cron`, `.cron_never`, `.cron_too_often`."""
    text = " ".join(Line(CRON_MAX, 0).clean(value).upper().split())
    if not text:
        return ""
    if len(text.split()) != 5:
        refuse("schedule.cron", "five fields expected")
    try:
        comes = list(islice(CronSim(text, _BEFORE_A_LEAP_YEAR), SAMPLES))
    except (CronSimError, AssertionError, ValueError, OverflowError):
        refuse("schedule.cron", "no such cron expression")
    if not comes:
        refuse("schedule.cron_never", "it never comes")
    if any(later - earlier < LEAST_GAP for earlier, later in pairwise(comes)):
        refuse("schedule.cron_too_often", "at most every {minutes} minutes", minutes=LEAST_GAP.seconds // 60)
    return text


def _number(least: int, most: int, code: LiteralString, empty: int) -> BeforeValidator:
    """A whole number; nothing typed is `empty`."""
    return BeforeValidator(
        lambda value: empty if value in ("", None) else whole_number(value, least, most, code=code)
    )


class ScheduleForm(Frozen):
    """A schedule as it is typed. `rule()` is what is kept of it."""

    name: Annotated[str, Line(80)]
    rhythm: Annotated[Rhythm, BeforeValidator(chosen(Rhythm))]
    at: Annotated[time | None, BeforeValidator(optional_time)] = None
    weekdays: Annotated[tuple[int, ...], BeforeValidator(weekday_numbers)] = ()
    month_day: Annotated[int, _number(1, 31, "schedule.month_day", 1)] = 1
    cron: Annotated[str, BeforeValidator(cron_expression)] = ""
    window_start: Annotated[time | None, BeforeValidator(optional_time)] = None
    window_end: Annotated[time | None, BeforeValidator(optional_time)] = None
    rests: Annotated[tuple[DaySpan, ...], BeforeValidator(rest_days)] = ()
    jitter_minutes: Annotated[int, _number(0, 180, "schedule.jitter", 0)] = 0
    grace_minutes: Annotated[int, _number(5, 1440, "schedule.grace", 60)] = 60
    catch_up_hours: Annotated[int, _number(0, 168, "schedule.catch_up", 0)] = 0
    bandwidth_kib: Annotated[int, _number(0, 10_000_000, "schedule.bandwidth", 0)] = 0

    def problems(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """What does not fit together, as (code, context) by field."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        if self.rhythm is Rhythm.CRON and not self.cron:
            found["cron"] = ("field.required", {})
        if self.rhythm is not Rhythm.CRON and self.at is None:
            found["at"] = ("field.required", {})
        if self.rhythm is Rhythm.WEEKLY and not self.weekdays:
            found["weekdays"] = ("schedule.no_weekday", {})
        if (self.window_start is None) != (self.window_end is None):
            found["window_end"] = ("schedule.window_half", {})
        elif self.window_start is not None and self.window_start == self.window_end:
            found["window_end"] = ("schedule.window_empty", {})
        elif self._outside():
            found["at"] = ("schedule.outside_window", {})
        return found

    def _outside(self) -> bool:
        window = self._window()
        return (
            window is not None
            and self.at is not None
            and self.rhythm is not Rhythm.CRON
            and not (window.holds(self.at))
        )

    def _window(self) -> Window | None:
        if self.window_start is None or self.window_end is None:
            return None
        return Window(start=self.window_start, end=self.window_end)

    def rule(self) -> ScheduleRule:
        """The rule, without what another rhythm would need."""
        return ScheduleRule(
            rhythm=self.rhythm,
            at=self.at or time(0),
            weekdays=self.weekdays if self.rhythm is Rhythm.WEEKLY else (),
            month_day=self.month_day if self.rhythm is Rhythm.MONTHLY else 1,
            cron=self.cron if self.rhythm is Rhythm.CRON else "",
            window=self._window(),
            rests=self.rests,
            jitter_minutes=self.jitter_minutes,
            grace_minutes=self.grace_minutes,
            catch_up_hours=self.catch_up_hours,
            bandwidth_kib=self.bandwidth_kib,
        )
