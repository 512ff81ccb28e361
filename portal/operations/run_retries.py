"""A backup that a person started and that failed for a reason that passes is tried again in that person's name, later
each time; what a schedule started is schedule_retries'."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import PortalError
from portal.operations import audit, runs
from portal.sop.retry import BACKOFF, PASSING, next_try
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Run, Source
from portal.store.queries import runs as rows
from portal.store.queries import schedules
from schemas.run import RunSpec

LATEST = BACKOFF[-1] + timedelta(hours=1)
"""A clock that was away for longer does not come back to what people have long seen as failed."""


def retry_failed(at: datetime, settings: Settings) -> list[int]:
    """Start again what is worth it, and return the ids of the new runs."""
    started = []
    for failed in rows.failed_backups(PASSING, since=at - LATEST):
        if not _is_time(failed, at):
            continue
        with transaction():
            rows.hold_server(failed.server_id)
            again = _again(failed, at) if _is_time(failed, at) else None
        if again is not None:
            started.append(again.id)
            runs.send(again, settings, at)
    return started


def next_of(run: Run) -> datetime | None:
    """When a failed backup will be tried again, or None: not at all."""
    if run.started_by_id is None or run.finished_at is None or run.state not in ("failed", "interrupted"):
        return None
    return None if schedules.was_run_since(run) else next_try(run.code, rows.tries(run), run.finished_at)


def _is_time(run: Run, at: datetime) -> bool:
    due = next_of(run)
    return due is not None and at >= due


def _again(failed: Run, at: datetime) -> Run | None:
    """The next try, of the same sources; None where the person or the request gives no authority any more."""
    user, request = failed.started_by, failed.backup_request
    if user is None or request is None:
        return None
    spec = RunSpec.model_validate(failed.spec)
    wanted = {(source.kind, source.path) for source in spec.sources}
    known = Source.select().where(Source.server == failed.server_id)
    ids = [source.id for source in known if (source.kind, source.path) in wanted]
    try:
        runs.require(user, at, Role.ADMINISTRATOR)
        runs.not_own(request, user)
        run = runs.order_backup(
            request, user, f"retry:{failed.id}", at=at, source_ids=ids, bandwidth_kib=spec.bandwidth_kib
        )
    except PortalError:
        return None
    Run.update(parent=failed).where(Run.id == run.id).execute()
    audit.record(
        "run:retried",
        actor=None,
        subject_type="run",
        subject_id=run.id,
        at=at,
        data={"run": failed.id, "code": failed.code, "count": rows.tries(failed) + 1},
    )
    return run
