"""What officials write about a request beside deciding on it: notes among themselves, and questions that its requester
answers. A question stops no clock: the SOP has no row for waiting on an answer."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import audit, mandates, outbox
from portal.sop.table import OFFICIALS, TERMINAL, Step
from portal.store.db import transaction
from portal.store.models import BackupRequest, Remark, User
from portal.store.queries import remarks as rows
from portal.store.queries import requests
from schemas.remark import AnswerForm, RemarkForm


def may_write(backup_request: BackupRequest, user: User, at: datetime) -> bool:
    """Whether `user` writes and reads notes on the request: whoever holds one of its desks, on requests of others."""
    actor = mandates.actor_for(backup_request, user, at)
    return (
        backup_request.submitted_at is not None
        and not actor.is_requester
        and not actor.roles.isdisjoint(OFFICIALS)
    )


def write(request_id: int, form: RemarkForm, *, user: User, at: datetime) -> Remark:
    """Keep a note, or put a question to the requester and tell them by mail.

    Raises NotFound, Forbidden('remark.role'), TransitionRefused('remark.ended') for a question on what is closed.
    """
    with transaction():
        if known := rows.by_key(form.key):
            return known
        backup_request = requests.lock(request_id)
        if backup_request is None:
            raise NotFound("request.unknown")
        if not may_write(backup_request, user, at):
            raise Forbidden("remark.role")
        if form.kind == "question" and Step(backup_request.step) in TERMINAL:
            raise TransitionRefused("remark.ended")
        remark = Remark.create(backup_request=backup_request, kind=form.kind, step=backup_request.step, text=form.text,
                               author=user, idempotency_key=form.key, created_at=at)  # fmt: skip
        _record(form.kind, remark, user, at, {"text": form.text})
        if form.kind == "question":
            _tell("question", remark, backup_request.requester, user, at)
        return remark


def answer(remark_id: int, form: AnswerForm, *, user: User, at: datetime) -> Remark:
    """Let the requester answer a question, once, and tell who asked. The same answer sent twice is one.

    Raises NotFound, Forbidden('request.not_yours'), TransitionRefused('remark.answered').
    """
    with transaction():
        remark = rows.get(remark_id)
        if remark is None or remark.kind != "question":
            raise NotFound("remark.unknown")
        requests.lock(remark.backup_request_id)
        remark = Remark.get_by_id(remark_id)
        if remark.backup_request.requester_id != user.id:
            raise Forbidden("request.not_yours")
        if remark.answered_at is not None:
            if remark.answer == form.text:
                return remark
            raise TransitionRefused("remark.answered", at=remark.answered_at)
        Remark.update(answer=form.text, answered_by=user, answered_at=at).where(
            Remark.id == remark_id
        ).execute()
        _record("answered", remark, user, at, {"text": form.text})
        _tell("answer", remark, remark.author, user, at)
        return Remark.get_by_id(remark_id)


def _record(what: str, remark: Remark, user: User, at: datetime, data: dict[str, str]) -> None:
    audit.record(
        f"remark:{what}",
        actor=user,
        subject_type="request",
        subject_id=remark.backup_request_id,
        data={"number": remark.backup_request.number, **data},
        at=at,
    )


def _tell(kind: str, remark: Remark, recipient: User, by: User, at: datetime) -> None:
    facts = {"number": remark.backup_request.number or "", "by": by.name, "at": at.isoformat()}
    outbox.announce(kind, f"{kind}:{remark.id}", subject=("request", remark.backup_request_id), facts=facts, at=at,
                    recipient=recipient)  # fmt: skip
