"""Findings: raised once in the commit that found them, shown until the Kasubbid closes them with a note."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, outbox
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Finding, Run, User
from portal.store.queries import findings as rows
from portal.store.queries import people, snapshots

NOTE_MIN, NOTE_MAX = 10, 1000


def raise_once(
    server_id: int | None,
    kind: str,
    code: str,
    *,
    at: datetime,
    place: str = "",
    run: Run | None = None,
    severity: str = "bad",
    context: dict[str, Any] | None = None,
) -> Finding | None:
    """Note what was found, inside the caller's transaction; None when the same is open already.

    `place` tells faults of one kind apart: the part that was read, the copy that was tested. Without a server it is the
    portal's own: its trail.
    """
    open_key = f"{server_id}:{kind}:{place}"
    if rows.open_by_key(open_key):
        return None
    proven = snapshots.last_proven(server_id) if server_id is not None else None
    finding = Finding.create(
        server=server_id, kind=kind, severity=severity, code=code, context=context or {}, run=run,
        last_proven=proven, open_key=open_key, raised_at=at)  # fmt: skip
    outbox.finding_raised(finding, at)
    audit.record(
        "finding:raised",
        actor=None,
        subject_type="finding",
        subject_id=finding.id,
        at=at,
        data={
            "server_id": server_id,
            "kind": kind,
            "code": code,
            "run": run.id if run else None,
            "last_proven": proven.snapshot_id if proven else "",
        },
    )
    return finding


def close(finding_id: int, note: str, user: User, *, at: datetime) -> Finding:
    """Close a finding: what was done about it, in the Kasubbid's words.

    Raises NotFound, Forbidden('finding.role'), InvalidInput (field `note`),
    TransitionRefused('finding.closed', 'finding.review').
    """
    note = note.strip()
    with transaction():
        finding = rows.get(finding_id)
        if finding is None:
            raise NotFound("finding.unknown")
        if Role.SUBDIVISION_HEAD.value not in people.roles(user, at):
            raise Forbidden("finding.role")
        if finding.kind == "emergency":
            raise TransitionRefused("finding.review")
        if not NOTE_MIN <= len(note) <= NOTE_MAX:
            raise InvalidInput(fields={"note": ("finding.note", {"least": NOTE_MIN, "most": NOTE_MAX})})
        touched = (
            Finding.update(closed_at=at, closed_by=user, note=note, open_key=None)
            .where(Finding.id == finding_id, Finding.closed_at.is_null())
            .execute()
        )
        if touched != 1:
            raise TransitionRefused("finding.closed")
        audit.record(
            "finding:closed",
            actor=user,
            subject_type="finding",
            subject_id=finding_id,
            at=at,
            data={"server_id": finding.server_id, "kind": finding.kind, "note": note},
        )
        return Finding.get_by_id(finding_id)


def settle(server_id: int, kind: str, place: str, note: str, user: User, *, at: datetime) -> None:
    """Close what is open of this kind at this place because its cause is gone, inside the caller's transaction."""
    finding = rows.open_by_key(f"{server_id}:{kind}:{place}")
    if finding is None:
        return
    told = {"closed_at": at, "closed_by": user, "note": note, "open_key": None}
    Finding.update(**told).where(Finding.id == finding.id).execute()
    audit.record(
        "finding:closed",
        actor=user,
        subject_type="finding",
        subject_id=finding.id,
        at=at,
        data={"server_id": server_id, "kind": kind, "note": note},
    )


def refuse_while_open(server_id: int) -> None:
    """Nothing of a server goes while something is wrong with its copies. Raises Forbidden('finding.open')."""
    if count := rows.count_open(server_id):
        raise Forbidden("finding.open", count=count)
