"""What may be changed in the office calendar, as values: the rows that would be written, and those that would go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.errors import InvalidInput, NotFound
from portal.operations import office
from portal.sop import calendar_seed, worktime
from portal.store.models import CalendarDay, CalendarPeriod
from portal.store.queries import calendar as rows
from schemas.office_time import DayForm, DayKind, PeriodForm


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. `what`: day_set, day_removed, period_set, period_removed or seeded; `told` describes it as JSON.

    `days` and `periods` are written as they are here (a period with an `id` over the row that has it); `gone_days` and
    `gone_periods` are removed.
    """

    what: str
    told: dict[str, Any]
    days: tuple[dict[str, Any], ...] = ()
    periods: tuple[dict[str, Any], ...] = ()
    gone_days: frozenset[date] = field(default_factory=frozenset)
    gone_periods: frozenset[int] = field(default_factory=frozenset)

    def calendar(self) -> worktime.OfficeCalendar:
        """The office calendar as it would be. Raises worktime.CalendarError."""
        days = {row.date: row for row in rows.days() if row.date not in self.gone_days}
        days |= {values["date"]: CalendarDay(**values) for values in self.days}
        replaced = self.gone_periods | {values["id"] for values in self.periods if "id" in values}
        periods = [row for row in rows.periods() if row.id not in replaced]
        periods += [CalendarPeriod(**values) for values in self.periods]
        return office.calendar(days.values(), sorted(periods, key=lambda row: row.first))


def set_day(form: DayForm) -> Edit:
    """The day as typed, whatever the calendar says of it now. Raises InvalidInput."""
    _refuse(form.problems())
    hours = [list(pair) for pair in form.hours] if form.kind is DayKind.SPECIAL else None
    values = {"date": form.day, "kind": form.kind.value, "name": form.name, "hours": hours}
    told = {"day": form.day.isoformat(), "day_kind": form.kind.value, "name": form.name, "hours": hours or []}
    return Edit("day_set", told, days=(values,))


def remove_day(day: date) -> Edit:
    """The day as the week has it again. Raises NotFound('calendar.unknown_day')."""
    row = rows.day(day)
    if row is None:
        raise NotFound("calendar.unknown_day")
    told = {"day": day.isoformat(), "day_kind": row.kind, "name": row.name}
    return Edit("day_removed", told, gone_days=frozenset({day}))


def set_period(form: PeriodForm, period_id: int | None = None) -> Edit:
    """The period as typed, over the one that is changed. Raises InvalidInput, NotFound('calendar.unknown_period')."""
    _refuse(form.problems())
    if period_id is not None:
        find_period(period_id)
    for other in rows.periods():
        if other.id != period_id and other.first <= form.last and form.first <= other.last:
            context = {"name": other.name, "first": other.first, "last": other.last}
            raise InvalidInput(fields={"first": ("calendar.periods_overlap", context)})
    values = {"name": form.name, "first": form.first, "last": form.last, "weekly": form.weekly()}
    told = {"name": form.name, "first": form.first.isoformat(), "last": form.last.isoformat(),
            "hours": form.weekly()}  # fmt: skip
    return Edit("period_set", told, periods=(values if period_id is None else {"id": period_id, **values},))


def remove_period(period_id: int) -> Edit:
    """The days of a period as the week has them again. Raises NotFound('calendar.unknown_period')."""
    row = find_period(period_id)
    told = {"name": row.name, "first": row.first.isoformat(), "last": row.last.isoformat()}
    return Edit("period_removed", told, gone_periods=frozenset({period_id}))


def find_period(period_id: int) -> CalendarPeriod:
    """One period. Raises NotFound('calendar.unknown_period')."""
    row = rows.period(period_id)
    if row is None:
        raise NotFound("calendar.unknown_period")
    return row


def seeding(years: Iterable[int]) -> Edit:
    """The holidays, cuti bersama and Ramadans of `years` that the calendar lacks: what the office has entered for a
    date, or for days of a Ramadan, stays as it is."""
    wanted = sorted(set(years))
    known = {row.date for row in rows.days()}
    taken = [(row.first, row.last) for row in rows.periods()]
    days = tuple(
        {"date": day.date, "kind": day.kind, "name": day.name, "hours": None}
        for day in calendar_seed.seed_days(wanted)
        if day.date not in known
    )
    periods = tuple(
        {"name": period.name, "first": period.first, "last": period.last,
         "weekly": worktime.week_to_pairs(period.weekly)}
        for period in calendar_seed.seed_periods(wanted)
        if not any(first <= period.last and period.first <= last for first, last in taken)
    )  # fmt: skip
    return Edit("seeded", {"years": wanted, "days": len(days), "periods": len(periods)}, days, periods)


def _refuse(problems: dict[str, tuple[str, dict[str, Any]]]) -> None:
    if problems:
        raise InvalidInput(fields=problems)
