"""The clock's broom: what the queue lost is sent again, and a run whose worker fell silent is ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal import queue
from portal.config import Settings
from portal.operations import leases
from portal.store.db import transaction
from portal.store.models import Run
from portal.store.queries import runs as rows


def interrupt_expired(at: datetime) -> list[int]:
    """End every running run whose lease has run out: its worker died or lost the machine. Return their ids.

    The token grows too, so that a worker that only slept finds itself fenced off.
    """
    ended = []
    for run_id in rows.expired(at):
        with transaction():
            touched = (
                Run.update(
                    state="interrupted",
                    code="run.interrupted",
                    finished_at=at,
                    lease_expires_at=None,
                    lease_token=Run.lease_token + 1,
                )
                .where(Run.id == run_id, Run.state == "running", Run.lease_expires_at < at)
                .execute()
            )
            if touched == 1:
                leases.end_steps(run_id, at)
                leases.record_end(Run.get_by_id(run_id), at)
                ended.append(run_id)
    return ended


def requeue_lost(at: datetime, settings: Settings) -> list[int]:
    """Send the queued runs again that the queue does not hold (Redis flushed, down at submit) or whose server has
    become free. A run delivered twice is claimed once. Return the ids sent; raises nothing when Redis is down."""
    sent = []
    for run in rows.waiting(before=at - timedelta(seconds=settings.sweep_seconds)):
        if queue.enqueue(run.id, run.kind, settings):
            Run.update(enqueued_at=at).where(Run.id == run.id, Run.state == "queued").execute()
            sent.append(run.id)
    return sent
