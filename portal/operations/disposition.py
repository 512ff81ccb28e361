"""The desk where requests are decided: one function for every action of the rule book.

One transaction holds the move, the decision's row, its effects and the audit entry (design, "Path of a request").
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import (
    audit,
    delegations,
    earlier,
    facts,
    freezing,
    mandates,
    notices,
    office,
    selection,
)
from portal.operations.effects import EFFECTS, Deed
from portal.operations.parcel import seconds_spent
from portal.sop import chain, undo
from portal.sop.table import TERMINAL, Action, Step, Transition
from portal.store.db import transaction
from portal.store.models import BackupRequest, Disposition, User
from portal.store.queries import dispositions
from portal.store.queries import requests as rows
from schemas.decision import INSTRUCTIONS, Decision


def available(backup_request: BackupRequest, user: User, at: datetime) -> tuple[Transition, ...]:
    """The moves that `user` may make now, for buttons; `act` judges again."""
    sitting = mandates.seats(backup_request, user, at)
    found = chain.available(
        backup_request.sop_version,
        backup_request.step,
        mandates.actor(backup_request, user, sitting),
        facts.of(backup_request, None, at),
    )
    return tuple(row for row in found if not mandates.two_hands(backup_request, user, row.role, sitting))


def act(decision: Decision, *, user: User, at: datetime, settings: Settings) -> BackupRequest:
    """Carry out one decision and return the request as it then stands.

    The same decision sent twice by the same person (a double click) is done once. Raises NotFound, StaleStep when
    somebody decided first, Forbidden, TransitionRefused and InvalidInput as `chain.advance` and the effects do.
    """
    with transaction():
        backup_request = rows.lock(decision.request_id)
        if backup_request is None:
            raise NotFound("request.unknown")
        if backup_request.revision != decision.revision:
            return _already_decided(backup_request, decision, user)
        sitting = mandates.seats(backup_request, user, at)
        row = _row(backup_request, decision, user, sitting, at)
        _check_instructions(decision)
        deed = Deed(backup_request, decision, row, user, at, settings, sitting.get(row.role))
        deed.data, deed.details = selection.recorded(backup_request, decision, at=at)
        if deed.delegation is not None:
            deed.data["mandate"] = delegations.told(deed.delegation)
        for effect in row.effect:
            EFFECTS[effect](deed)
        _move(deed)
        moved = rows.lock(decision.request_id) or backup_request
        notices.moved(moved, row, at)
        freezing.freeze(moved, row, at=at, settings=settings)
        return moved


def _row(
    backup_request: BackupRequest, decision: Decision, user: User, sitting: mandates.Seats, at: datetime
) -> Transition:
    """The rule book's row for the decision, by a right that counts at this moment."""
    actor = mandates.actor(backup_request, user, sitting)
    judged = facts.of(backup_request, decision, at)
    try:
        row = chain.advance(
            backup_request.sop_version, backup_request.step, decision.action, actor, judged, decision.note
        )
    except Forbidden as refused:
        raise mandates.explained(refused, backup_request, user, at) from None
    mandates.check_hands(backup_request, user, row, sitting)
    return row


def resume_postponed(at: datetime) -> list[int]:
    """Let the clock of every request go on whose postponement date has come; return their ids. Run by the clock.

    Nobody decided it, but it stands in the file like a decision, so that timeline and due time can be explained.
    """
    return [request_id for request_id in rows.postponed_until(at) if _resume(request_id, at)]


def _resume(request_id: int, at: datetime) -> bool:
    with transaction():
        seen = rows.lock(request_id)
        if seen is None or seen.paused_at is None:
            return False
        due = office.resume(at, seen.remaining_seconds) if seen.remaining_seconds is not None else seen.due_at
        BackupRequest.update(
            paused_at=None,
            remaining_seconds=None,
            postponed_until=None,
            told_at=None,
            due_at=due,
            opened_at=None,
            opened_by=None,
            revision=seen.revision + 1,
            updated_at=at,
        ).where(BackupRequest.id == request_id).execute()
        Disposition.create(
            backup_request=seen,
            revision=seen.revision,
            step=seen.step,
            action=Action.RESUME.value,
            next_step=seen.step,
            actor=None,
            role="",
            entered_at=seen.step_entered_at,
            due_at=due,
            created_at=at,
        )
        audit.record(
            "request:resumed",
            actor=None,
            subject_type="request",
            subject_id=request_id,
            data={"number": seen.number, "due_at": due.isoformat() if due else None},
            at=at,
        )
        notices.resumed(rows.lock(request_id) or seen, at)
    return True


def _already_decided(backup_request: BackupRequest, decision: Decision, user: User) -> BackupRequest:
    done = dispositions.at_revision(backup_request.id, decision.revision)
    if done and done.actor_id == user.id and done.action == decision.action:
        return backup_request
    if done is None:
        raise StaleStep("chain.unknown_state")
    raise StaleStep(
        "chain.stale",
        by=done.actor.name if done.actor else audit.PORTAL,
        action=done.action,
        at=done.created_at,
        step=done.step,
    )


def _check_instructions(decision: Decision) -> None:
    unknown = set(decision.instructions) - set(INSTRUCTIONS)
    if unknown:
        raise InvalidInput(fields={"instructions": ("instruction.unknown", {})})


def _move(deed: Deed) -> None:
    seen, row = deed.backup_request, deed.row
    changes: dict[str, Any] = {
        "revision": seen.revision + 1,
        "updated_at": deed.at,
        "opened_at": None,
        "opened_by": None,
        **deed.changes,
    }
    if row.next_step != row.step:
        changes.update(
            step=row.next_step.value,
            step_entered_at=deed.at,
            paused_at=None,
            remaining_seconds=None,
            postponed_until=None,
            told_at=None,
            due_at=office.due(seen.sop_version, row.next_step, deed.at),
        )
    if row.next_step in TERMINAL:
        changes["closed_at"] = deed.at
    moved = (
        BackupRequest.update(**changes)
        .where(
            BackupRequest.id == seen.id,
            BackupRequest.revision == seen.revision,
            BackupRequest.step == seen.step,
        )
        .execute()
    )
    if moved != 1:
        raise StaleStep("chain.unknown_state")
    _write_down(deed, changes)


def _write_down(deed: Deed, changes: dict[str, Any]) -> None:
    seen, row, decision = deed.backup_request, deed.row, deed.decision
    written = Disposition(
        backup_request=seen,
        revision=seen.revision,
        step=row.step.value,
        action=row.action.value,
        next_step=row.next_step.value,
        actor=deed.actor,
        role=row.role.value,
        delegation=deed.delegation,
        note=decision.note.strip(),
        instructions=list(decision.instructions),
        data=deed.data | deed.details,
        entered_at=seen.step_entered_at,
        due_at=deed.changes.get("due_at", seen.due_at),
        created_at=deed.at,
        before=earlier.kept(seen, changes) if undo.undoable(row) else None,
    )
    written.office_seconds = seconds_spent(written)
    written.save(force_insert=True)
    audit.record(
        f"request:{row.action.value}",
        actor=deed.actor,
        subject_type="request",
        subject_id=seen.id,
        at=deed.at,
        data={
            "number": changes.get("number") or seen.number,
            "step": row.step.value,
            "next_step": row.next_step.value,
            "role": row.role.value,
            "note": decision.note.strip(),
            **deed.data,
        },
    )


__all__ = ["Action", "Forbidden", "Step", "act", "available", "resume_postponed"]
