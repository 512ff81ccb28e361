"""What a schedule will do next, and a month of what it did and will do."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from portal.sop.due import OFFICE_ZONE, Due, dues, next_due
from portal.store.queries import schedules as rows
from portal.web.messages import label
from schemas.schedule import ScheduleRule

YEARS = (2000, 2099)
SHOWN_MOST = 3
"""How many due times of one schedule a day shows one by one."""
TONES = {
    "ahead": "neutral",
    "overdue": "warn",
    "missed": "bad",
    "refused": "bad",
    "queued": "wait",
    "running": "info",
    "succeeded": "ok",
    "incomplete": "warn",
    "failed": "bad",
    "cancelled": "neutral",
    "interrupted": "bad",
}
WORST = ("bad", "warn", "info", "wait", "neutral", "ok")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What comes next: `next` is None when nothing does. `overdue`: it should have started and nobody has done it.
    `until` is when the request's authority ends."""

    rule: ScheduleRule
    next: Due | None
    overdue: bool
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A due time in the calendar, or several of one schedule (`times`, the last at `last`, `alike` in this state)."""

    schedule: Any
    at: datetime
    state: str
    words: str
    run_id: int | None = None
    late: bool = False
    times: int = 1
    last: datetime | None = None
    alike: int = 1

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.state]


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    date: date
    inside: bool
    today: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday. `before` and `after` are the neighbours as they stand in an address."""

    first: date
    before: str
    after: str
    weeks: list[list[Day]]
    total: int


def outlook(schedule: Any, until: datetime | None, at: datetime) -> Outlook:
    """What the schedule does next, as seen at `at`."""
    rule = ScheduleRule.model_validate(schedule.rule)
    if schedule.state != "active":
        return Outlook(rule, None, False, until)
    due = next_due(rule, schedule.id, rows.settled_until(schedule, at))
    if due is not None and until is not None and due.at >= until:
        due = None
    late = due is not None and at - due.start > timedelta(minutes=rule.grace_minutes)
    return Outlook(rule, due, late, until)


def month_asked(text: str | None, at: datetime) -> date:
    """The first day of the month in an address (2026-12), else of the present one."""
    found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text or "")
    if found and YEARS[0] <= int(found[1]) <= YEARS[1]:
        return date(int(found[1]), int(found[2]), 1)
    return at.astimezone(OFFICE_ZONE).date().replace(day=1)


def month(schedules: Iterable[Any], ends: Mapping[int, datetime], first: date, at: datetime) -> Month:
    """The month that begins with `first`: what ran or should have, and what will run while its authority holds."""
    after = (first + timedelta(days=32)).replace(day=1)
    span = (_midnight(first), _midnight(after))
    entries = sorted(
        _entries(list(schedules), ends, span, at), key=lambda entry: (entry.at, entry.schedule.id)
    )
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.at.astimezone(OFFICE_ZONE).date(), []).append(entry)
    today = at.astimezone(OFFICE_ZONE).date()
    weeks = [
        [Day(day, day.month == first.month, day == today, _brief(by_day.get(day, []))) for day in week]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    before = (first - timedelta(days=1)).replace(day=1)
    return Month(first, f"{before:%Y-%m}", f"{after:%Y-%m}", weeks, len(entries))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OFFICE_ZONE)


def _entries(
    schedules: list[Any], ends: Mapping[int, datetime], span: tuple[datetime, datetime], at: datetime
) -> Iterator[Entry]:
    known = {schedule.id: schedule for schedule in schedules}
    for row in rows.settled(known, *span):
        state = row.run.state if row.run else row.state
        kind = "run_state" if row.run else "scheduled_state"
        late = row.state == "late"
        yield Entry(known[row.schedule_id], row.due_at, state, label(kind, state), row.run_id, late)
    for schedule in schedules:
        if schedule.state == "active":
            yield from _ahead(schedule, ends.get(schedule.backup_request_id), span, at)


def _ahead(
    schedule: Any, ends: datetime | None, span: tuple[datetime, datetime], at: datetime
) -> Iterator[Entry]:
    rule = ScheduleRule.model_validate(schedule.rule)
    after = max(rows.settled_until(schedule, at), span[0] - timedelta(seconds=1))
    known = {row.due_at for row in rows.settled((schedule.id,), max(at, span[0]), span[1])}
    for due in dues(rule, schedule.id, after, span[1] - timedelta(seconds=1)):
        if (ends is not None and due.at >= ends) or due.at in known:
            continue
        state = "overdue" if due.start <= at else "ahead"
        yield Entry(schedule, due.at, state, label("scheduled_state", state))


def _brief(entries: list[Entry]) -> list[Entry]:
    """A day's entries; many of one schedule become one, which has the worst of their colours."""
    kept: list[Entry] = []
    for _, found in groupby(
        sorted(entries, key=lambda entry: entry.schedule.id), lambda entry: entry.schedule.id
    ):
        mine = list(found)
        if len(mine) <= SHOWN_MOST:
            kept += mine
            continue
        worst = min(mine, key=lambda entry: WORST.index(entry.tone))
        alike = sum(entry.state == worst.state for entry in mine)
        first, last = mine[0].at, mine[-1].at
        kept.append(replace(worst, at=first, run_id=None, times=len(mine), last=last, alike=alike))
    return sorted(kept, key=lambda entry: (entry.at, entry.schedule.id))
