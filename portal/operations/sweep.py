"""The clock's broom: what the queue lost is sent again, and a run whose worker fell silent is ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from portal import queue
from portal.config import Settings
from portal.operations import findings, leases
from portal.store.db import transaction
from portal.store.models import Run, RunStep
from portal.store.queries import runs as rows

OWED = "commands_owed"
BEFORE, AFTER = "before", "after"
"""The steps of the commands around a backup."""


class Watch:
    """Notices the leases that nobody renews. It goes by a steady clock and by change alone, never by what the wall
    clock says: that may jump a day either way, and no run is ended or left standing for it (pitfalls)."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        self._steady = steady
        self._seen: dict[int, tuple[tuple[int, datetime], float]] = {}

    def silent(self, held: Iterable[tuple[int, int, datetime]], seconds: float) -> list[tuple[int, int]]:
        """Given the leases now held as (run, token, expiry), return the (run, token) of those that have not changed
        for `seconds` of looking."""
        now, before, self._seen = self._steady(), self._seen, {}
        for run_id, token, expires in held:
            mark = (token, expires)
            known = before.get(run_id)
            self._seen[run_id] = known if known and known[0] == mark else (mark, now)
        return [(run_id, mark[0]) for run_id, (mark, since) in self._seen.items() if now - since > seconds]


def interrupt_silent(watch: Watch, *, at: datetime, seconds: float) -> list[int]:
    """End every running run whose lease was not renewed for `seconds`: its worker died or lost the machine. Return
    their ids.

    The token grows too, so that a worker that only slept finds itself fenced off.
    """
    return [run_id for run_id, token in watch.silent(rows.leases(), seconds) if _interrupt(run_id, token, at)]


def _interrupt(run_id: int, token: int, at: datetime) -> bool:
    with transaction():
        touched = (
            Run.update(
                state="interrupted",
                code="run.interrupted",
                finished_at=at,
                lease_expires_at=None,
                lease_token=Run.lease_token + 1,
            )
            .where(Run.id == run_id, Run.state == "running", Run.lease_token == token)
            .execute()
        )
        if touched == 1:
            _tell_owed(run_id, at)
            leases.end_steps(run_id, at)
            leases.record_end(Run.get_by_id(run_id), at)
        return bool(touched == 1)


def _tell_owed(run_id: int, at: datetime) -> None:
    """Where the commands before a backup had begun and those after it did not end, what they stopped on the server may
    still stand: the run says so, and a finding names what somebody has to do there now."""
    run = Run.get_by_id(run_id)
    commands = "; ".join(run.spec.get("after") or ())
    steps = {step.name: step.state for step in RunStep.select().where(RunStep.run == run_id)}
    if not commands or BEFORE not in steps or steps.get(AFTER) == "done":
        return
    Run.update(context={**run.context, "after_failed": commands}).where(Run.id == run_id).execute()
    context = {"command": commands, "run": run_id}
    findings.raise_once(
        run.server_id, OWED, "commands.after_owed", at=at, run=run, place=str(run_id), context=context
    )


def requeue_lost(at: datetime, settings: Settings) -> list[int]:
    """Send the queued runs again that the queue does not hold (Redis flushed, down at submit) or whose server has
    become free. A run delivered twice is claimed once. Return the ids sent; raises nothing when Redis is down."""
    sent = []
    for run in rows.waiting(before=at - timedelta(seconds=settings.sweep_seconds), after=at):
        if queue.enqueue(run.id, run.kind, settings):
            Run.update(enqueued_at=at).where(Run.id == run.id, Run.state == "queued").execute()
            sent.append(run.id)
    return sent
