"""The office calendar's rows."""

from __future__ import annotations

from datetime import date, datetime

from peewee import JOIN

from portal.store.models import AuditEntry, BackupRequest, CalendarDay, CalendarPeriod, DueMove, User


def days() -> list[CalendarDay]:
    """Every day that differs, in order."""
    return list(CalendarDay.select().order_by(CalendarDay.date))


def day(wanted: date) -> CalendarDay | None:
    """What makes a date differ, or None."""
    return CalendarDay.get_or_none(CalendarDay.date == wanted)


def period(period_id: int) -> CalendarPeriod | None:
    """One period, or None."""
    return CalendarPeriod.get_or_none(CalendarPeriod.id == period_id)


def periods() -> list[CalendarPeriod]:
    """Every period with other hours, in order."""
    return list(CalendarPeriod.select().order_by(CalendarPeriod.first))


def moves_of(request: BackupRequest) -> list[DueMove]:
    """How changes of the calendar moved the due time of the step at which a request lies, oldest first."""
    mine = (DueMove.backup_request == request.id) & (DueMove.entered_at == request.step_entered_at)
    query = DueMove.select(DueMove, User).join(User, JOIN.LEFT_OUTER, on=(DueMove.actor == User.id))
    return list(query.where(mine).order_by(DueMove.id))


def changed_since(at: datetime) -> bool:
    """Whether the office calendar was changed at or after `at`."""
    mine = (AuditEntry.subject_type == "calendar") & (AuditEntry.at >= at)
    return bool(AuditEntry.select().where(mine).exists())
