"""Office time as the installation's calendar has it: the rows read into the rule book's calendar."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from portal.sop import worktime
from portal.sop.table import allowance
from portal.store.models import BackupRequest
from portal.store.queries import calendar as rows


def calendar() -> worktime.OfficeCalendar:
    """The office calendar in force: the standard week, periods such as Ramadan, and the days that differ."""
    return worktime.OfficeCalendar(
        periods=tuple(
            worktime.Period(
                row.name, row.first, row.last, {int(day): _hours(spans) for day, spans in row.weekly.items()}
            )
            for row in rows.periods()
        ),
        days={row.date: worktime.SpecialDay(row.name, _hours(row.hours or [])) for row in rows.days()},
    )


def due(version: str, step: str, entered: datetime) -> datetime | None:
    """When `step`, entered at `entered`, is due (SOP, column "Waktu"); None where the SOP sets no time."""
    given = allowance(version, step)
    return worktime.due(calendar(), entered, given) if given else None


def explained(backup_request: BackupRequest) -> tuple[worktime.Slice, ...]:
    """How the present due time was counted, slice by slice; nothing where no clock runs."""
    given = allowance(backup_request.sop_version, backup_request.step)
    if given is None or backup_request.due_at is None:
        return ()
    return worktime.explain(calendar(), backup_request.step_entered_at, given)


def seconds_left(now: datetime, due_at: datetime) -> int:
    """Office seconds from `now` until `due_at`; negative when late."""
    return int(worktime.remaining(calendar(), now, due_at).total_seconds())


def resume(now: datetime, seconds: int) -> datetime:
    """The due time of a clock that goes on at `now` with `seconds` of office time left (none left: due now)."""
    return worktime.add(calendar(), now, timedelta(seconds=seconds)) if seconds > 0 else now


def _hours(spans: list[list[str]]) -> worktime.DayHours:
    return worktime.DayHours(
        tuple(worktime.Span(time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
    )
