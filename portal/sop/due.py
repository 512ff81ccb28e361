"""When a schedule is due, and what is to be done about it now. Pure: a rule and instants in, instants out.

A due time is the office's wall clock, kept as an instant: it names the run, whatever the clocks of the machines do.
"""

from __future__ import annotations

import calendar
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from schemas.schedule import Rhythm, ScheduleRule

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
NEAR = timedelta(days=40)
HORIZON = timedelta(days=5 * 366)
"""How far ahead a next due time is looked for: the 29 February comes within it."""


@dataclass(frozen=True, slots=True)
class Due:
    """One due time. `start` is when the run begins: up to the jitter later, always the same for the same due time."""

    at: datetime
    start: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done now: the due time to `start` (`late` when it should have begun long ago), and those that
    were `missed`, oldest first."""

    start: Due | None = None
    late: bool = False
    missed: tuple[Due, ...] = ()


def dues(
    rule: ScheduleRule, schedule_id: int, after: datetime, until: datetime, zone: ZoneInfo = OFFICE_ZONE
) -> Iterator[Due]:
    """The due times after `after`, up to `until`: those of the rhythm that lie in the window and on no day of rest."""
    ahead = until + timedelta(minutes=rule.jitter_minutes)
    moments = (
        moment
        for moment in _moments(rule, after, ahead, zone)
        if moment > after and is_open(rule, moment, zone)
    )
    current = next(moments, None)
    while current is not None and current <= until:
        following = next(moments, None)
        yield Due(current, current + _jitter(rule, schedule_id, current, following, zone))
        current = following


def next_due(rule: ScheduleRule, schedule_id: int, after: datetime) -> Due | None:
    """The first due time after `after`, or None."""
    near = next(dues(rule, schedule_id, after, after + NEAR), None)
    return near or next(dues(rule, schedule_id, after + NEAR, after + HORIZON), None)


def settle(rule: ScheduleRule, schedule_id: int, after: datetime, at: datetime) -> Verdict:
    """What to do at `at` about the due times after `after`, which nothing was done about yet.

    At most one run starts, for the newest; what is too late to be made up for is missed. While the window is closed
    nothing is decided: it opens, or the time for catching up runs out.
    """
    pending = [due for due in dues(rule, schedule_id, after, at) if due.start <= at]
    if not pending:
        return Verdict()
    newest, older = pending[-1], tuple(pending[:-1])
    delay = at - newest.start
    if delay <= timedelta(minutes=rule.grace_minutes):
        return Verdict(newest, missed=older)
    if delay > timedelta(hours=rule.catch_up_hours):
        return Verdict(missed=tuple(pending))
    if not is_open(rule, at):
        return Verdict()
    return Verdict(newest, late=True, missed=older)


def _moments(rule: ScheduleRule, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The rhythm alone, in order, each instant once; it may begin a little before `after`."""
    if rule.rhythm is Rhythm.CRON:
        # Seconds count: cronsim looks from the whole second on.
        local = CronSim(rule.cron, (after - timedelta(seconds=1)).astimezone(zone))
        found = (moment.astimezone(UTC) for moment in local)
    else:
        found = (_instant(current, rule.at, zone) for current in _days(rule, after, until, zone))
    last = None
    for moment in takewhile(lambda moment: moment <= until, found):
        if last is None or moment > last:
            last = moment
            yield moment


def _days(rule: ScheduleRule, after: datetime, until: datetime, zone: ZoneInfo) -> Iterator[date]:
    current, last = after.astimezone(zone).date(), until.astimezone(zone).date()
    while current <= last:
        if _comes(rule, current):
            yield current
        current += timedelta(days=1)


def _comes(rule: ScheduleRule, current: date) -> bool:
    if rule.rhythm is Rhythm.WEEKLY:
        return current.weekday() in rule.weekdays
    if rule.rhythm is Rhythm.MONTHLY:
        return current.day == min(rule.month_day, calendar.monthrange(current.year, current.month)[1])
    return True


def _instant(current: date, moment: time, zone: ZoneInfo) -> datetime:
    """A wall clock's time that comes twice is the first one; one that is left out is as much later as was left out."""
    return datetime.combine(current, moment, zone).astimezone(UTC)


def is_open(rule: ScheduleRule, moment: datetime, zone: ZoneInfo = OFFICE_ZONE) -> bool:
    """Whether a run may begin at this moment: inside the window, on no day of rest."""
    local = moment.astimezone(zone)
    if any(rest.first <= local.date() <= rest.last for rest in rule.rests):
        return False
    return rule.window is None or rule.window.holds(local.time())


def _jitter(
    rule: ScheduleRule, schedule_id: int, due: datetime, following: datetime | None, zone: ZoneInfo
) -> timedelta:
    """How much later the run begins: told by the schedule and the due time alone, so that every clock says the same.
    It stays before the next due time and inside the window."""
    room = timedelta(minutes=rule.jitter_minutes)
    if following is not None:
        room = min(room, following - due)
    if rule.window is not None:
        local = due.astimezone(zone)
        end = datetime.combine(local.date(), rule.window.end, zone)
        room = min(room, (end if end > local else end + timedelta(days=1)).astimezone(UTC) - due)
    seconds = int(room.total_seconds())
    if seconds <= 0:
        return timedelta()
    mark = hashlib.sha256(f"{schedule_id}:{due.astimezone(UTC).isoformat()}".encode()).digest()
    return timedelta(seconds=int.from_bytes(mark[:8], "big") % seconds)
