"""Read side of the runs."""

from __future__ import annotations

from datetime import datetime

from portal.store.models import Run, RunStep
from schemas.run import DATA_KINDS


def get(run_id: int) -> Run | None:
    """One run, or None."""
    return Run.get_or_none(Run.id == run_id)


def by_key(idempotency_key: str) -> Run | None:
    """The run that a form with this key has started already, or None."""
    return Run.get_or_none(Run.idempotency_key == idempotency_key)


def steps(run_id: int) -> list[RunStep]:
    """The steps of a run in their order."""
    return list(RunStep.select().where(RunStep.run == run_id).order_by(RunStep.position))


def server_busy(server_id: int, *, except_run: int | None = None) -> bool:
    """Whether a run that moves data of this server is under way: one at a time, as its repository has one writer."""
    query = Run.select().where(Run.server == server_id, Run.state == "running", Run.kind.in_(DATA_KINDS))
    if except_run is not None:
        query = query.where(Run.id != except_run)
    return query.exists()


def expired(at: datetime) -> list[int]:
    """The running runs whose lease has run out."""
    return [run.id for run in Run.select(Run.id).where(Run.state == "running", Run.lease_expires_at < at)]


def waiting(*, before: datetime) -> list[Run]:
    """The queued runs that were last sent to the queue before `before`, or never, and whose server is free."""
    query = Run.select().where(Run.state == "queued", Run.enqueued_at.is_null() | (Run.enqueued_at < before))
    return [
        run
        for run in query.order_by(Run.queued_at)
        if run.kind not in DATA_KINDS or not server_busy(run.server_id)
    ]
