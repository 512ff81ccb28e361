"""The office calendar's rows."""

from __future__ import annotations

from portal.store.models import CalendarDay, CalendarPeriod


def days() -> list[CalendarDay]:
    """Every day that differs, in order."""
    return list(CalendarDay.select().order_by(CalendarDay.date))


def periods() -> list[CalendarPeriod]:
    """Every period with other hours, in order."""
    return list(CalendarPeriod.select().order_by(CalendarPeriod.first))
