"""What people are told: an event is written in the commit of what happened; the postman makes messages of it later."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.sop.table import Role
from portal.store import db
from portal.store.models import Finding, OutboxEvent, Run, User
from schemas.run import DATA_KINDS

RUN_EVENTS = {"failed": "run_failed", "interrupted": "run_failed", "incomplete": "run_incomplete"}
"""How runs end that administrators must hear of. A cancelled one was somebody's wish."""
AUDIENCE = {
    "run_failed": Role.ADMINISTRATOR,
    "run_incomplete": Role.ADMINISTRATOR,
    "finding": Role.SUBDIVISION_HEAD,
}


def announce(
    kind: str,
    key: str,
    *,
    subject: tuple[str, int | None],
    facts: dict[str, Any],
    at: datetime,
    recipient: User | None = None,
) -> None:
    """Write an event inside the caller's transaction; the same `key` is told once.

    Raises RuntimeError outside a transaction: a message about a change that was rolled back would be a lie.
    """
    if not db.database.in_transaction():
        raise RuntimeError("an event belongs in the transaction of what it tells")
    event = OutboxEvent.insert(
        kind=kind, key=key, subject_type=subject[0], subject_id=subject[1], facts=facts,
        audience=AUDIENCE[kind].value if recipient is None else "", recipient=recipient, created_at=at)  # fmt: skip
    event.on_conflict_ignore().execute()


def run_ended(run: Run, at: datetime) -> None:
    """Announce that a run that moves data failed, broke off or left something out."""
    kind = RUN_EVENTS.get(run.state)
    if kind is None or run.kind not in DATA_KINDS:
        return
    facts = {
        "run": run.id,
        "run_kind": run.kind,
        "state": run.state,
        "server": run.server.name,
        "request": run.backup_request.number if run.backup_request else "",
        "code": run.code,
        "at": at.isoformat(),
    }
    announce(kind, f"run:{run.id}:{run.state}", subject=("run", run.id), facts=facts, at=at)


def finding_raised(finding: Finding, at: datetime) -> None:
    """Announce that something is wrong with the copies of a server."""
    facts = {
        "finding": finding.id,
        "finding_kind": finding.kind,
        "severity": finding.severity,
        "server": finding.server.name,
        "code": finding.code,
        "run": finding.run_id,
        "at": at.isoformat(),
    }
    announce("finding", f"finding:{finding.id}", subject=("finding", finding.id), facts=facts, at=at)
