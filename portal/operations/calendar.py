"""The office calendar: filled once from what is known of a year, then kept by the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.operations import audit
from portal.sop import calendar_seed
from portal.sop.worktime import week_to_pairs
from portal.store.db import transaction
from portal.store.models import CalendarDay, CalendarPeriod, User
from portal.store.queries import calendar as rows


def seed(years: Iterable[int], *, actor: User | None, at: datetime) -> tuple[int, int]:
    """Add the holidays, cuti bersama and Ramadans of `years` that the calendar lacks; return how many days and
    periods. What the office has entered for a date, or for days of a Ramadan, stays as it is."""
    wanted = sorted(set(years))
    with transaction():
        known = {row.date for row in rows.days()}
        taken = [(row.first, row.last) for row in rows.periods()]
        days = [day for day in calendar_seed.seed_days(wanted) if day.date not in known]
        periods = [
            period
            for period in calendar_seed.seed_periods(wanted)
            if not any(first <= period.last and period.first <= last for first, last in taken)
        ]
        for day in days:
            CalendarDay.create(date=day.date, kind=day.kind, name=day.name, hours=None)
        for period in periods:
            weekly = week_to_pairs(period.weekly)
            CalendarPeriod.create(name=period.name, first=period.first, last=period.last, weekly=weekly)
        added = {"years": wanted, "days": len(days), "periods": len(periods)}
        audit.record("calendar:seeded", actor=actor, subject_type="calendar", data=added, at=at)
    return len(days), len(periods)
