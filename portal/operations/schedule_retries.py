"""A scheduled backup that failed for a reason that passes is tried again, later each time, while nobody is there to
press the button. What a person has started, a person starts again."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.errors import PortalError
from portal.operations import audit, runs, schedule_runs
from portal.sop.due import is_open
from portal.sop.retry import next_try
from portal.store.db import transaction
from portal.store.models import Run, Schedule, ScheduledRun
from portal.store.queries import schedules as rows


def retry_failed(at: datetime, settings: Settings) -> list[int]:
    """Start again what is worth it, and return the ids of the new runs."""
    started = []
    for scheduled in rows.failed():
        if not _is_time(scheduled, at):
            continue
        with transaction():
            schedule = rows.hold(scheduled.schedule_id)
            held = ScheduledRun.get_by_id(scheduled.id)
            again = _again(schedule, held, at) if schedule and _is_time(held, at) else None
        if again is not None:
            started.append(again.id)
            runs.send(again, settings, at)
    return started


def _is_time(scheduled: ScheduledRun, at: datetime) -> bool:
    """Whether this due time is to be tried again now: the newest of an active schedule, inside its window, and nobody
    has started the same backup since."""
    run, schedule = scheduled.run, scheduled.schedule
    if run is None or run.finished_at is None or run.state not in ("failed", "interrupted"):
        return False
    due = next_try(run.code, _tries(scheduled), run.finished_at)
    return (
        due is not None
        and at >= due
        and schedule.state == "active"
        and "retry_refused" not in scheduled.context
        and is_open(schedule_runs.rule_of(schedule), at)
        and rows.is_newest(scheduled)
        and not rows.was_run_since(run)
    )


def _tries(scheduled: ScheduledRun) -> int:
    return int(scheduled.context.get("tries", 1))


def _again(schedule: Schedule, scheduled: ScheduledRun, at: datetime) -> Run | None:
    """The next try of a due time, whose row then names this run; None where the authority gives none any more."""
    failed, tries = scheduled.run, _tries(scheduled) + 1
    if failed is None:
        return None
    key = f"schedule:{schedule.id}:{scheduled.due_at:%Y%m%dT%H%M%SZ}:{tries}"
    limit = schedule_runs.rule_of(schedule).bandwidth_kib
    try:
        run = runs.order_backup(schedule.backup_request, None, key, at=at, bandwidth_kib=limit)
    except PortalError as refusal:
        context = {**scheduled.context, "retry_refused": refusal.code}
        ScheduledRun.update(context=context).where(ScheduledRun.id == scheduled.id).execute()
        schedule_runs.tell_refused(schedule, scheduled.due_at, refusal, at)
        return None
    Run.update(parent=failed).where(Run.id == run.id).execute()
    context = {**scheduled.context, "tries": tries}
    ScheduledRun.update(run=run, context=context, settled_at=at).where(
        ScheduledRun.id == scheduled.id
    ).execute()
    audit.record(
        "schedule:retried",
        actor=None,
        subject_type="schedule",
        subject_id=schedule.id,
        at=at,
        data={"name": schedule.name, "run": run.id, "code": failed.code, "count": tries},
    )
    return run
