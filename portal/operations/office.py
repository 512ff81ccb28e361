"""Office time as the installation's calendar has it: the rows read into the rule book's calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from portal.sop import worktime
from portal.sop.table import Action, allowance
from portal.store.models import BackupRequest, CalendarDay, CalendarPeriod, Disposition
from portal.store.queries import calendar as rows


def calendar(
    days: Iterable[CalendarDay] | None = None, periods: Iterable[CalendarPeriod] | None = None
) -> worktime.OfficeCalendar:
    """The office calendar in force: the standard week, periods such as Ramadan, and the days that differ; or the one
    that other rows would make. Raises worktime.CalendarError."""
    return worktime.OfficeCalendar(
        periods=tuple(
            worktime.Period(
                row.name, row.first, row.last, {int(day): _hours(spans) for day, spans in row.weekly.items()}
            )
            for row in (rows.periods() if periods is None else periods)
        ),
        days={
            row.date: worktime.SpecialDay(row.name, _hours(row.hours or []))
            for row in (rows.days() if days is None else days)
        },
    )


def due(version: str, step: str, entered: datetime) -> datetime | None:
    """When `step`, entered at `entered`, is due (SOP, column "Waktu"); None where the SOP sets no time."""
    given = allowance(version, step)
    return worktime.due(calendar(), entered, given) if given else None


def explained(backup_request: BackupRequest, decisions: Iterable[Disposition]) -> tuple[worktime.Slice, ...]:
    """How the present due time was counted, slice by slice, the postponements left out; nothing where no clock runs.

    `decisions` are the request's, oldest first. While a postponement lasts, what was counted ends where it began.
    """
    found = account(backup_request, decisions)
    return tuple(piece for line in found.days for piece in line.slices) if found else ()


def account(
    backup_request: BackupRequest,
    decisions: Iterable[Disposition],
    by: worktime.OfficeCalendar | None = None,
) -> worktime.Account | None:
    """The account of the present due time by the calendar in force (or another); None where no clock runs."""
    given = allowance(backup_request.sop_version, backup_request.step)
    if given is None or backup_request.due_at is None:
        return None
    entered = backup_request.step_entered_at
    stood = pauses(entered, decisions)
    return worktime.account(by or calendar(), entered, given, stood, backup_request.paused_at)


def pauses(entered: datetime, decisions: Iterable[Disposition]) -> list[worktime.Pause]:
    """The postponements since `entered` that have ended: each from its decision to what let the clock go on. What was
    taken back did not happen."""
    found: list[worktime.Pause] = []
    stopped: datetime | None = None
    for decision in decisions:
        if decision.created_at < entered or decision.undone_at is not None:
            continue
        if decision.action == Action.POSTPONE:
            stopped = stopped or decision.created_at
        elif stopped and decision.action in (Action.RESUME, Action.FOLLOW_UP, Action.REPORT):
            found.append((stopped, decision.created_at))
            stopped = None
    return found


def seconds_left(now: datetime, due_at: datetime) -> int:
    """Office seconds from `now` until `due_at`; negative when late."""
    return int(worktime.remaining(calendar(), now, due_at).total_seconds())


def resume(now: datetime, seconds: int) -> datetime:
    """The due time of a clock that goes on at `now` with `seconds` of office time left; what was late stays late."""
    return worktime.resume_due(calendar(), now, timedelta(seconds=seconds))


def _hours(spans: list[list[str]]) -> worktime.DayHours:
    return worktime.DayHours(
        tuple(worktime.Span(time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
    )
