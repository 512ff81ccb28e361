"""Mails at the steps that matter: to whom a request comes, and to whoever asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.operations import outbox
from portal.sop.table import TERMINAL, Action, Role, Step, Transition, desk_of, tellers
from portal.store.models import BackupRequest, OutboxEvent, User
from portal.store.queries import dispositions
from portal.store.queries import requests as rows

ABOUT_A_DESK = frozenset({"desk", "reminder", "escalation", "postponement"})
"""What concerns somebody only as long as the request lies where it lay."""
NEWS: dict[tuple[Action, Step], str] = {
    (Action.SUBMIT, Step.UNIT_NOTE): "submitted",
    (Action.RETURN, Step.RETURNED): "returned",
    (Action.APPROVE, Step.EXECUTION): "approved",
    (Action.REFUSE, Step.REPLY): "refused",
    (Action.POSTPONE, Step.EXECUTION): "postponed",
    (Action.INFORM, Step.EXECUTION): "postponement_told",
    (Action.ANSWER, Step.RECEIPT): "reply_ready",
    (Action.RECEIVE, Step.CLOSED): "closed",
}
"""What the requester hears of, by the action and where it leads; the timeline shows every other step."""


def moved(backup_request: BackupRequest, row: Transition, at: datetime) -> None:
    """Announce a decision inside its transaction; `backup_request` stands as the decision has left it."""
    visit = f"{backup_request.id}:{backup_request.revision}"
    told = facts(backup_request, at)
    subject = ("request", backup_request.id)
    news = NEWS.get((row.action, row.next_step))
    if news:
        more = {"news": news, "until": _until(backup_request)}
        outbox.announce("news", f"news:{visit}", subject=subject, facts=told | more, at=at,
                        recipient=backup_request.requester)  # fmt: skip
    if row.action is Action.POSTPONE:
        for teller in tellers(backup_request.sop_version, row.next_step):
            outbox.announce("postponement", f"postponement:{visit}", subject=subject, at=at, audience=teller,
                            facts=told | {"until": _until(backup_request)})  # fmt: skip
    desk = desk_of(backup_request.sop_version, row.next_step)
    if desk in (None, Role.REQUESTER) or row.next_step == row.step or row.next_step in TERMINAL:
        return
    outbox.announce("desk", f"desk:{visit}", subject=subject, facts=told, at=at,
                    audience=desk, unit_id=unit_of(backup_request, desk))  # fmt: skip


def resumed(backup_request: BackupRequest, at: datetime) -> None:
    """Announce to its desk that a postponed request has come back by its date. Inside the caller's transaction."""
    desk, visit = desk_of(backup_request.sop_version, backup_request.step), backup_request.revision
    outbox.announce("desk", f"desk:{backup_request.id}:{visit}", subject=("request", backup_request.id), at=at,
                    facts=facts(backup_request, at) | {"resumed": True}, audience=desk,
                    unit_id=unit_of(backup_request, desk))  # fmt: skip


def _until(backup_request: BackupRequest) -> str:
    until = backup_request.postponed_until
    return until.isoformat() if until else ""


def taken_back(backup_request: BackupRequest, revision: int, action: str, by: User, at: datetime) -> None:
    """Tell nobody any more of the decision that made `revision` and was taken back, and whoever was told by mail
    already that it does not hold. `backup_request` stands as the undoing has left it."""
    visit = f"{backup_request.id}:{revision}"
    keys = [f"{kind}:{visit}" for kind in ("news", "desk", "postponement")]
    told = OutboxEvent.key.in_(keys)
    OutboxEvent.delete().where(told & OutboxEvent.spread_at.is_null()).execute()
    if OutboxEvent.select().where(told).exists():
        more = {"action": action, "by": by.name, "told": keys}
        outbox.announce(outbox.UNDONE, f"{outbox.UNDONE}:{visit}", subject=("request", backup_request.id),
                        facts=facts(backup_request, at) | more, at=at)  # fmt: skip


def unit_of(backup_request: BackupRequest, role: Role | None) -> int | None:
    """The unit whose holder of `role` is meant: a unit head's is the request's own."""
    return backup_request.unit_id if role is Role.UNIT_HEAD else None


def facts(backup_request: BackupRequest, at: datetime) -> dict[str, Any]:
    """What every mail about a request tells."""
    return {
        "number": backup_request.number or "",
        "step": backup_request.step,
        "entered": backup_request.step_entered_at.isoformat(),
        "due": backup_request.due_at.isoformat() if backup_request.due_at else "",
        "requester": backup_request.requester.name,
        "unit": backup_request.unit.name,
        "at": at.isoformat(),
    }


def step_of(event: OutboxEvent) -> str:
    """At which step's desk an event waits, "" for everything else: a mandate may be for some steps only."""
    return str(event.facts.get("step", "")) if event.kind in ABOUT_A_DESK else ""


def requester_id(event: OutboxEvent) -> int | None:
    """Whose request an event is about, None for everything else."""
    request = rows.get(event.subject_id) if event.kind in ABOUT_A_DESK and event.subject_id else None
    return request.requester_id if request else None


def is_current(event: OutboxEvent) -> bool:
    """Whether what an event tells still holds: nobody is reminded of what has left the desk or was postponed, or hears
    of a decision that was taken back."""
    if event.kind == "news":
        return not _undone(event)
    if event.kind not in ABOUT_A_DESK:
        return True
    request = rows.get(event.subject_id) if event.subject_id else None
    if request is None or request.step != event.facts["step"]:
        return False
    if request.step_entered_at.isoformat() != event.facts["entered"]:
        return False
    if event.kind == "postponement":
        return request.paused_at is not None and request.told_at is None
    return event.kind == "desk" or request.paused_at is None


def _undone(event: OutboxEvent) -> bool:
    """Whether the decision of which a piece of news tells was taken back; its key ends in the revision it made."""
    made = int(event.key.rpartition(":")[2])
    told = dispositions.at_revision(event.subject_id, made - 1) if event.subject_id else None
    return told is not None and told.undone_at is not None
