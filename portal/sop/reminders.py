"""Which reminders a step calls for at an instant, pure: before it is due, each office day after, and one step higher.

Nothing is due outside office time: what falls into the night is due when the office opens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.sop import worktime
from portal.sop.worktime import Allowance

SHARE_LEFT = 0.25
"""The first reminder comes when this share of the allowance is left."""
OFFICE_DAY = timedelta(hours=7, minutes=30)
"""A day of Perpres 21/2023, for the share of an allowance in days."""
PATIENCE = Allowance(1, "day")
"""How long a step may be late before the superior is told."""


class Reminder(StrEnum):
    """What is told: soon due, due or late (once each office day), or to the superior that it is late."""

    SOON = "soon"
    LATE = "late"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits for its desk and whose clock runs."""

    request_id: int
    step: str
    entered_at: datetime
    due_at: datetime
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due, and the key under which it is told once."""

    reminder: Reminder
    key: str


def due(calendar: worktime.OfficeCalendar, waiting: Waiting, at: datetime) -> tuple[Due, ...]:
    """What is to be told at `at`, told already or not. A step that was entered again is another step."""
    if not worktime.is_open(calendar, at):
        return ()
    visit = f"{waiting.request_id}:{waiting.step}:{waiting.entered_at:%Y%m%dT%H%M%S}"
    if at < waiting.due_at:
        found = [(Reminder.SOON, "")] if at >= soon_from(calendar, waiting) else []
    else:
        found = [(Reminder.LATE, f":{calendar.local(at).date().isoformat()}")]
        if at >= worktime.due(calendar, waiting.due_at, PATIENCE):
            found.append((Reminder.ESCALATED, ""))
    return tuple(Due(reminder, f"{reminder.value}:{visit}{more}") for reminder, more in found)


def soon_from(calendar: worktime.OfficeCalendar, waiting: Waiting) -> datetime:
    """From when on a step is soon due."""
    given = waiting.allowance
    whole = given.amount * (OFFICE_DAY if given.unit == "day" else timedelta(hours=1))
    return worktime.add(calendar, waiting.due_at, -SHARE_LEFT * whole)
