"""Office time, pure: nothing here reads a clock or a table.

Source: Perpres 21/2023 for the hours; the SOP for what a "hari" and a "jam" are. The hours of a day stand in
`hours`, the calendar of dates in `office`, the arithmetic in `clock`, and how a due time was
counted in `explain`, summed up day by day in `account`.
"""

from __future__ import annotations

from portal.sop.worktime.account import Account, DayLine, account
from portal.sop.worktime.clock import (
    Allowance,
    add,
    due,
    elapsed,
    is_open,
    next_opening,
    remaining,
    resume_due,
)
from portal.sop.worktime.explain import Kind, Pause, Slice, due_after, explain
from portal.sop.worktime.hours import (
    CLOSED,
    RAMADAN_WEEK,
    STANDARD_WEEK,
    CalendarError,
    DayHours,
    Span,
    week_from_pairs,
    week_to_pairs,
)
from portal.sop.worktime.office import OfficeCalendar, Period, SpecialDay

__all__ = [
    "CLOSED",
    "RAMADAN_WEEK",
    "STANDARD_WEEK",
    "Account",
    "Allowance",
    "CalendarError",
    "DayHours",
    "DayLine",
    "Kind",
    "OfficeCalendar",
    "Pause",
    "Period",
    "Slice",
    "Span",
    "SpecialDay",
    "account",
    "add",
    "due",
    "due_after",
    "elapsed",
    "explain",
    "is_open",
    "next_opening",
    "remaining",
    "resume_due",
    "week_from_pairs",
    "week_to_pairs",
]
