"""Taking back one's last decision, until the next desk has opened the request (decision 0021)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from portal.errors import Forbidden, NotFound, PortalError, StaleStep, TransitionRefused
from portal.operations import (
    audit,
    earlier,
    evaluation_sums,
    grant_versions,
    issued,
    letters,
    mandates,
    notices,
    office,
    restore_wishes,
)
from portal.sop import undo as book
from portal.sop.table import Action, Effect, Role, Transition
from portal.sop.undo import Back
from portal.store.db import transaction
from portal.store.models import BackupRequest, Disposition, Grant, User
from portal.store.queries import begun, calendar, dispositions
from portal.store.queries import letters as letter_rows
from portal.store.queries import requests as rows
from schemas.followup import RequestKind


def undo(request_id: int, revision: int, *, user: User, at: datetime) -> BackupRequest:
    """Put the request back to what it was before `user`'s decision, and return it. `revision` is the state that the
    page showed, the one that the decision made; sent twice it is done once.

    Raises NotFound, StaleStep('chain.stale') when it went on meanwhile, Forbidden and TransitionRefused as `refusal`.
    """
    with transaction():
        seen = rows.lock(request_id)
        if seen is None:
            raise NotFound("request.unknown")
        if seen.revision != revision:
            return _went_on(seen, revision, user)
        last = dispositions.at_revision(seen.id, revision - 1)
        problem = refusal(seen, last, user, at)
        if problem is not None or last is None:
            raise problem or TransitionRefused("undo.nothing")
        _take_back(seen, last, at)
        _write_down(seen, last, user, at)
        back = rows.lock(request_id) or seen
        notices.taken_back(back, seen.revision, last.action, user, at)
        return back


def may_undo(backup_request: BackupRequest, user: User, at: datetime) -> Disposition | None:
    """The decision that `user` could take back now, for buttons; `undo` judges again."""
    last = dispositions.at_revision(backup_request.id, backup_request.revision - 1)
    return last if last is not None and refusal(backup_request, last, user, at) is None else None


def refusal(seen: BackupRequest, last: Disposition | None, user: User, at: datetime) -> PortalError | None:
    """Why the last decision cannot be taken back by `user`, or None when it can."""
    if last is None or last.action == Action.UNDO:
        return TransitionRefused("undo.nothing")
    if last.actor_id != user.id:
        return Forbidden("undo.not_yours", by=last.actor.name if last.actor else audit.PORTAL)
    row = book.decided(seen.sop_version, last.step, last.action, last.role)
    if row is None or not book.undoable(row) or last.before is None:
        return TransitionRefused("undo.final", action=last.action)
    if seen.opened_at is not None:
        by = seen.opened_by.name if seen.opened_by else audit.PORTAL
        return TransitionRefused("undo.opened", by=by, at=seen.opened_at)
    letter = str(last.data.get("letter", ""))
    if letter_rows.is_void(seen.id, letter):
        return TransitionRefused("undo.void", number=letter)
    sitting = mandates.seats(seen, user, at, last.step)
    if not mandates.actor(seen, user, sitting).may_act_as(Role(last.role)):
        return mandates.explained(Forbidden("chain.role", role=last.role), seen, user, at)
    return _begun(seen, last, row)


def can_be(backup_request: BackupRequest, row: Transition) -> bool:
    """Whether this move of the request could be taken back once it is made: only such are made in one press."""
    acts = Effect.FOLLOW_UP in row.effect and backup_request.kind != RequestKind.SERVICE
    return book.undoable(row) and not acts


def _begun(seen: BackupRequest, last: Disposition, row: Transition) -> PortalError | None:
    if not can_be(seen, row):
        # What was approved about a service holds since then.
        return TransitionRefused("undo.work_begun")
    touches_work = not book.needs(row).isdisjoint({Back.WORK, Back.GRANT})
    if touches_work and begun.since(seen.id, last.created_at):
        return TransitionRefused("undo.work_begun")
    return None


def _went_on(seen: BackupRequest, revision: int, user: User) -> BackupRequest:
    done = dispositions.at_revision(seen.id, revision)
    if done is None:
        raise StaleStep("chain.unknown_state")
    if done.action == Action.UNDO and done.actor_id == user.id:
        return seen
    by = done.actor.name if done.actor else audit.PORTAL
    raise StaleStep("undo.went_on", by=by, action=done.action, at=done.created_at)


def _take_back(seen: BackupRequest, last: Disposition, at: datetime) -> None:
    if number := last.data.get("letter"):
        letters.withdraw(number, at=at)
    if "grant" in last.data:
        # Nothing hangs on it yet: the foreign keys of runs, schedules and mirrors would refuse. What it was stays in
        # the decision's row and in the trail.
        Grant.delete().where(Grant.backup_request == seen.id).execute()
    if "approved" in last.data:
        grant_versions.forget(seen)
        restore_wishes.forget(seen)
    issued.withdraw(seen.id, seen.revision, at=at)
    Disposition.update(undone_at=at).where(Disposition.id == last.id).execute()
    evaluation_sums.forget(last.created_at)
    changes: dict[str, Any] = earlier.restored(last.before or {})
    changes |= _by_calendar(seen, last, changes)
    changes |= {"revision": seen.revision + 1, "updated_at": at}
    BackupRequest.update(**changes).where(BackupRequest.id == seen.id).execute()


def _by_calendar(seen: BackupRequest, last: Disposition, changes: dict[str, Any]) -> dict[str, Any]:
    """The due time as the office calendar has it by now, where that was changed since the decision."""
    if not calendar.changed_since(last.created_at):
        return {}
    back = BackupRequest(**{name: value for name, value in (seen.__data__ | changes).items() if name != "id"})
    found = office.account(back, dispositions.of_request(seen.id))
    if found is None:
        return {}
    left = int((found.left or -found.late) / timedelta(seconds=1)) if back.paused_at else None
    return {"due_at": found.due_at, "remaining_seconds": left}


def _write_down(seen: BackupRequest, last: Disposition, user: User, at: datetime) -> None:
    given = mandates.seats(seen, user, at, last.step).get(Role(last.role))
    taken = {name: last.data[name] for name in ("letter", "grant") if name in last.data}
    Disposition.create(
        backup_request=seen,
        revision=seen.revision,
        step=seen.step,
        action=Action.UNDO.value,
        next_step=last.step,
        actor=user,
        role=last.role,
        delegation=given,
        data={"undone": last.revision, "action": last.action} | taken,
        entered_at=seen.step_entered_at,
        due_at=seen.due_at,
        created_at=at,
    )
    audit.record(
        "request:undo",
        actor=user,
        subject_type="request",
        subject_id=seen.id,
        at=at,
        data={
            "number": seen.number,
            "step": seen.step,
            "next_step": last.step,
            "role": last.role,
            "undone": last.action,
            **taken,
            **({"mandate": mandates.told(given)} if given else {}),
        },
    )
