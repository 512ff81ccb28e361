"""The requester's desk: drafts that are never lost, and submission (SOP step 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, disposition
from portal.sop.table import CURRENT_VERSION, Action, Step
from portal.store.db import transaction
from portal.store.models import BackupRequest, User
from portal.store.queries import requests as rows
from schemas.decision import Decision
from schemas.followup import RequestKind
from schemas.form import Fm001, Fm001Draft, complete, errors_by_field

EDITABLE = frozenset({Step.SUBMISSION, Step.RETURNED})


def create_draft(
    user: User, draft_key: str, raw: dict[str, Any], *, at: datetime, revision: int | None = None
) -> BackupRequest:
    """Keep a new form as typed. The same `draft_key` (made with the empty page) gives the same draft, so that a
    double click or a second autosave makes no second one. A form that was sent meanwhile is returned untouched.

    `revision` is the state that the page showed: a page from before the form went round the desks overwrites nothing.
    Raises Forbidden for somebody else's key, StaleStep('request.stale_form').
    """
    draft = Fm001Draft.model_validate(raw).model_dump()
    with transaction():
        known = rows.by_draft_key(draft_key)
        if known is not None:
            if known.requester_id != user.id or known.kind != RequestKind.SERVICE:
                raise Forbidden("request.not_yours")
            if known.step not in EDITABLE:
                return known
            _check_revision(known, revision)
            return _store_draft(known, draft, at)
        created = BackupRequest.create(
            requester=user,
            unit=user.unit_id,
            sop_version=CURRENT_VERSION,
            step=Step.SUBMISSION.value,
            draft_key=draft_key,
            draft=draft,
            search=_search_text(draft, user),
            step_entered_at=at,
            created_at=at,
            updated_at=at,
        )
        audit.record(
            "request:drafted", actor=user, subject_type="request", subject_id=created.id, data={}, at=at
        )
        return created


def save_draft(request_id: int, user: User, raw: dict[str, Any], *, at: datetime) -> BackupRequest:
    """Keep what was typed into a draft or a returned form. Raises NotFound, Forbidden, StaleStep once it was sent."""
    draft = Fm001Draft.model_validate(raw).model_dump()
    with transaction():
        return _store_draft(_own(request_id, user), draft, at)


def submit(
    request_id: int, revision: int, user: User, raw: dict[str, Any], *, at: datetime, settings: Settings
) -> BackupRequest:
    """Complete the form and send it to the head of the unit. What was typed is kept whatever happens.

    The same form sent twice (a double click) is sent once; another form under the same page raises
    StaleStep('request.already_sent'), so that nothing typed is taken for what was sent. Raises InvalidInput with each
    field's code, and all that `disposition.act` raises.
    """
    draft = Fm001Draft.model_validate(raw)
    with transaction():
        backup_request = _seen(request_id, user)
        if backup_request.step in EDITABLE:
            _check_revision(backup_request, revision)
            _store_draft(backup_request, draft.model_dump(), at)
    form = _complete(draft)
    document = form.model_dump(mode="json")
    with transaction():
        backup_request = _seen(request_id, user)
        if backup_request.step in EDITABLE:
            _check_revision(backup_request, revision)
            BackupRequest.update(form=document, search=_search_text(document, user)).where(
                BackupRequest.id == request_id
            ).execute()
        elif backup_request.form != document:
            raise StaleStep("request.already_sent")
        decision = Decision(request_id=request_id, revision=revision, action=Action.SUBMIT.value)
        return disposition.act(decision, user=user, at=at, settings=settings)


def _complete(draft: Fm001Draft) -> Fm001:
    try:
        return complete(draft)
    except ValidationError as error:
        raise InvalidInput("form.invalid", fields=errors_by_field(error)) from error


def _seen(request_id: int, user: User) -> BackupRequest:
    backup_request = rows.lock(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    if backup_request.requester_id != user.id or backup_request.kind != RequestKind.SERVICE:
        raise Forbidden("request.not_yours")
    return backup_request


def _own(request_id: int, user: User) -> BackupRequest:
    backup_request = _seen(request_id, user)
    if backup_request.step not in EDITABLE:
        raise StaleStep("request.already_sent")
    return backup_request


def _check_revision(backup_request: BackupRequest, revision: int | None) -> None:
    if revision is not None and revision != backup_request.revision:
        raise StaleStep("request.stale_form")


def _store_draft(backup_request: BackupRequest, draft: dict[str, Any], at: datetime) -> BackupRequest:
    changes: dict[str, Any] = {"draft": draft, "updated_at": at}
    if backup_request.step == Step.SUBMISSION:
        changes["search"] = _search_text(draft, backup_request.requester)
    BackupRequest.update(changes).where(BackupRequest.id == backup_request.id).execute()
    backup_request.draft, backup_request.updated_at = draft, at
    return backup_request


def _search_text(form: dict[str, Any], user: User) -> str:
    """What a request is found by: of a form or of a draft, where each field is a text or several."""
    words = [user.name, user.nip, user.unit.code, user.unit.name]
    for name in ("server_name", "application_name", "folders", "reason"):
        value = form.get(name) or ""
        words += [value] if isinstance(value, str) else value
    return "\n".join(words).lower()
