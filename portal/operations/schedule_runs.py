"""What the clock does about schedules: start what is due, once; say aloud what should have run and did not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.errors import PortalError, TransitionRefused
from portal.operations import audit, findings, runs
from portal.sop.due import Due, dues, settle
from portal.store.db import transaction
from portal.store.models import Run, Schedule, ScheduledRun
from portal.store.queries import runs as run_rows
from portal.store.queries import schedules as rows
from schemas.schedule import ScheduleRule

KIND = "schedule_missed"
ROWS_MOST = 100
"""After a long absence this many of the missed due times are kept one by one; the finding counts them all."""
LOOK_BACK = timedelta(days=366)


def run_due(at: datetime, settings: Settings) -> list[int]:
    """Start the runs that are due and return their ids. One schedule that fails does not keep the others waiting;
    its fault is raised when all had their turn."""
    started: list[int] = []
    fault: Exception | None = None
    _forget_written_ahead(at)
    for schedule in rows.active():
        try:
            run = settle_one(schedule, at)
        except Exception as error:  # noqa: BLE001  (raised again below)
            fault = error
            continue
        if run is not None:
            started.append(run.id)
            runs.send(run, settings, at)
    if fault is not None:
        raise fault
    return started


def settle_one(schedule: Schedule, at: datetime) -> Run | None:
    """Decide on the due times of a schedule, and return the run that was started. What is written is one commit: the
    due time, which is UNIQUE, its run and its finding; so a second clock finds it done."""
    if _nothing_due(schedule, at):
        return None
    with transaction():
        held = rows.hold(schedule.id)
        if held is None or held.state != "active":
            return None
        verdict = settle(rule_of(held), held.id, _after(held, at), at)
        _write_missed(held, verdict.missed, at)
        run = _start(held, verdict.start, verdict.late, at) if verdict.start else None
        if verdict.start and verdict.late and run:
            count = len(verdict.missed) + 1
            _tell(held, "schedule.late", at, run=run, severity="warn", due_at=verdict.start.at, count=count)
        elif verdict.missed:
            _tell_missed(held, verdict.missed, at)
        return run


def give_up_pending(schedule: Schedule, at: datetime) -> None:
    """Before a schedule is changed or rests, inside the caller's transaction: what should have started by now and did
    not is missed, and told."""
    if schedule.state != "active":
        return
    missed = [
        due for due in dues(rule_of(schedule), schedule.id, _after(schedule, at), at) if due.start <= at
    ]
    _write_missed(schedule, missed, at)
    if missed:
        _tell_missed(schedule, missed, at)


def tell_unstarted(at: datetime) -> list[int]:
    """Raise a finding for each scheduled run that waits longer than its schedule allows although its server is free:
    no worker takes it. Return the ids of those runs."""
    told = []
    for scheduled, run in rows.waiting():
        schedule = scheduled.schedule
        grace = timedelta(minutes=rule_of(schedule).grace_minutes)
        if at - scheduled.settled_at <= grace or run_rows.server_busy(run.server_id):
            continue
        if rows.was_told(run.id, "schedule.not_started"):
            continue
        with transaction():
            _tell(schedule, "schedule.not_started", at, run=run, due_at=scheduled.due_at)
        told.append(run.id)
    return told


def tell_refused(schedule: Schedule, due_at: datetime, refusal: PortalError, at: datetime) -> dict[str, Any]:
    """Raise the finding that a due time's backup could not start, and return the refusal's context as JSON has it."""
    told = {name: _plain(value) for name, value in refusal.context.items()}
    _tell(schedule, "schedule.refused", at, due_at=due_at, reason=refusal.code, told=told)
    return told


def rule_of(schedule: Schedule) -> ScheduleRule:
    """The rule of a schedule as it was written."""
    return ScheduleRule.model_validate(schedule.rule)


def _after(schedule: Schedule, at: datetime) -> datetime:
    return max(rows.settled_until(schedule, at), at - LOOK_BACK)


def _nothing_due(schedule: Schedule, at: datetime) -> bool:
    verdict = settle(rule_of(schedule), schedule.id, _after(schedule, at), at)
    return verdict.start is None and not verdict.missed


def _start(schedule: Schedule, due: Due, late: bool, at: datetime) -> Run | None:
    """The run of a due time, or None where its authority, or a run that still goes on, does not let it start: that is
    noted and told."""
    key = f"schedule:{schedule.id}:{due.at:%Y%m%dT%H%M%SZ}"
    try:
        if live := rows.live_run(schedule.id):
            raise TransitionRefused("schedule.still_running", run=live.id)
        limit = rule_of(schedule).bandwidth_kib
        run = runs.order_backup(schedule.backup_request, None, key, at=at, bandwidth_kib=limit)
    except PortalError as refusal:
        told = tell_refused(schedule, due.at, refusal, at)
        _settled(schedule, due, "refused", at, code=refusal.code, context=told)
        return None
    _settled(schedule, due, "late" if late else "started", at, run=run)
    return run


def _settled(schedule: Schedule, due: Due, state: str, at: datetime, **fields: Any) -> None:
    ScheduledRun.create(schedule=schedule, due_at=due.at, state=state, settled_at=at, **fields)


def _write_missed(schedule: Schedule, missed: Sequence[Due], at: datetime) -> None:
    for due in missed[-ROWS_MOST:]:
        _settled(schedule, due, "missed", at)


def _tell_missed(schedule: Schedule, missed: Sequence[Due], at: datetime) -> None:
    code = "schedule.missed" if len(missed) > 1 else "schedule.missed_once"
    _tell(schedule, code, at, count=len(missed), first=missed[0].at, last=missed[-1].at)


def _tell(
    schedule: Schedule, code: str, at: datetime, *, run: Run | None = None, severity: str = "bad", **told: Any
) -> None:
    context = {"schedule": schedule.name, **{name: _plain(value) for name, value in told.items()}}
    findings.raise_once(
        schedule.server_id, KIND, code, at=at, place=f"{schedule.id}:{code}", run=run, severity=severity,
        context=context)  # fmt: skip


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, datetime) else value


def _forget_written_ahead(at: datetime) -> None:
    """A clock that ran ahead has called due times missed that are still to come: they are open again. Those that ran
    stay settled."""
    ahead = rows.written_ahead(at)
    if not ahead:
        return
    with transaction():
        ScheduledRun.delete().where(
            ScheduledRun.id.in_([row.id for row in ahead]), ScheduledRun.run.is_null()
        ).execute()
        audit.record(
            "schedule:reopened",
            actor=None,
            subject_type="schedule",
            at=at,
            data={"count": len(ahead), "due_at": ahead[0].due_at.isoformat()},
        )
