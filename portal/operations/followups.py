"""Requests about a service that exists: filed by its requester or the head of the unit, decided by the same desks.

The rule book is the table for these too; what differs is the form, what its approval brings about, and what proves it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep, TransitionRefused
from portal.operations import audit, disposition, grant_versions, restore_wishes
from portal.operations.submission import EDITABLE
from portal.sop.table import CURRENT_VERSION, Action, Role, Step
from portal.store.db import transaction
from portal.store.models import BackupRequest, Grant, User
from portal.store.queries import grants, people, services
from portal.store.queries import requests as rows
from schemas import followup
from schemas.decision import Decision
from schemas.followup import CHANGING, RequestKind, RestoreWish


def may_ask(service: BackupRequest, user: User, *, at: datetime) -> bool:
    """Whether `user` may ask something about this service at all: whoever asked for it, and the head of its unit."""
    if service.kind != RequestKind.SERVICE or service.followed_up_at is None:
        return False
    if service.requester_id == user.id:
        return True
    return (Role.UNIT_HEAD.value, service.unit_id) in people.roles_held(user, at)


def open_for(service: BackupRequest, *, at: datetime) -> tuple[RequestKind, ...]:
    """What can be asked about a service as it stands, for buttons; `keep` and `send` judge again."""
    grant = grants.of_request(service.id)
    if grant is None or service.followed_up_at is None or service.step == Step.WITHDRAWN:
        return ()
    if is_ended(grant, at) or services.open_change(service.id):
        return ()
    return CHANGING if grant.ends_at > at else (RequestKind.EXTENSION,)


def is_ended(grant: Grant, at: datetime) -> bool:
    """Whether a service was brought to its end: what has only lapsed may still go on."""
    return grant.revoked_at is not None or (is_terminated(grant) and grant.ends_at <= at)


def is_terminated(grant: Grant) -> bool:
    """Whether the end that holds is one that was asked for."""
    holding = grants.holding(grant.id)
    return holding is not None and holding.kind == RequestKind.TERMINATION


def keep(
    about_id: int,
    kind: RequestKind,
    user: User,
    draft_key: str,
    raw: dict[str, Any],
    *,
    at: datetime,
    revision: int | None = None,
) -> BackupRequest:
    """Keep what was typed as a draft; the same `draft_key` gives the same one. What was sent meanwhile stays untouched.

    Raises NotFound, Forbidden('followup.not_yours'), TransitionRefused('followup.…') where there is nothing to ask, and
    StaleStep('request.stale_form').
    """
    typed = followup.draft(kind, raw)
    with transaction():
        known = rows.by_draft_key(draft_key)
        if known is not None:
            if (known.kind, known.about_id) != (kind.value, about_id):
                raise Forbidden("request.not_yours")
            return _kept(known, user, typed, revision, at)
        service = _service(about_id, user, at)
        check_open(service, kind, at)
        created = BackupRequest.create(
            kind=kind.value,
            about=service,
            requester=user,
            unit=service.unit_id,
            sop_version=CURRENT_VERSION,
            step=Step.SUBMISSION.value,
            draft_key=draft_key,
            draft=typed,
            search=_search(service, typed, user),
            step_entered_at=at,
            created_at=at,
            updated_at=at,
        )
        data = {"kind": kind.value, "about": service.number}
        audit.record(
            "request:drafted", actor=user, subject_type="request", subject_id=created.id, data=data, at=at
        )
        return created


def _kept(
    known: BackupRequest, user: User, typed: dict[str, str], revision: int | None, at: datetime
) -> BackupRequest:
    if known.requester_id != user.id:
        raise Forbidden("request.not_yours")
    if known.step not in EDITABLE:
        return known
    if revision is not None and revision != known.revision:
        raise StaleStep("request.stale_form")
    BackupRequest.update(draft=typed, updated_at=at).where(BackupRequest.id == known.id).execute()
    return BackupRequest.get_by_id(known.id)


def send(request_id: int, revision: int, user: User, *, at: datetime, settings: Settings) -> BackupRequest:
    """Complete a draft and send it to the head of the unit. Raises InvalidInput with each field's code, and as `keep`
    and `disposition.act` do."""
    with transaction():
        row = rows.lock(request_id)
        if row is None or row.kind == RequestKind.SERVICE:
            raise NotFound("request.unknown")
        if row.step in EDITABLE:
            service = _service(row.about_id or 0, user, at)
            check_open(service, RequestKind(row.kind), at, but=row.id)
            document = _document(row, service, at, settings)
            BackupRequest.update(form=document, search=_search(service, document, user)).where(
                BackupRequest.id == request_id
            ).execute()
        decision = Decision(request_id=request_id, revision=revision, action=Action.SUBMIT.value)
        return disposition.act(decision, user=user, at=at, settings=settings)


def _service(about_id: int, user: User, at: datetime) -> BackupRequest:
    service = rows.lock(about_id)
    if service is None:
        raise NotFound("request.unknown")
    if not may_ask(service, user, at=at):
        raise Forbidden("followup.not_yours")
    return service


def check_open(service: BackupRequest, kind: RequestKind, at: datetime, *, but: int = 0) -> None:
    """The service can be asked about in this way now."""
    grant = grants.of_request(service.id)
    if grant is None or service.step == Step.WITHDRAWN:
        raise TransitionRefused("followup.no_service")
    if kind not in CHANGING:
        return
    if is_ended(grant, at) or (kind is RequestKind.TERMINATION and grant.ends_at <= at):
        raise TransitionRefused(
            "followup.ended", number=service.number, ends_at=grant.revoked_at or grant.ends_at
        )
    if other := services.open_change(service.id, but=but):
        raise TransitionRefused("followup.other_open", number=other.number)


def _document(row: BackupRequest, service: BackupRequest, at: datetime, settings: Settings) -> dict[str, Any]:
    """The complete form: what was granted, who asks now, and what for. Later papers read it as they read FM 001."""
    grant = grants.of_request(service.id)
    if grant is None:
        raise TransitionRefused("followup.no_service")
    try:
        form = followup.complete(row.kind, row.draft)
    except ValidationError as error:
        raise InvalidInput("form.invalid", fields=followup.errors_by_field(error)) from error
    asked = form.model_dump(mode="json")
    _check_dates(asked, grant, at)
    if isinstance(form, RestoreWish):
        asked |= restore_wishes.describe(service, form, row.requester, at=at, settings=settings)
    user, scope, first = row.requester, grant.scope, service.form or {}
    return {
        "date": at.astimezone(grant_versions.OFFICE_ZONE).date().isoformat(),
        "name": user.name,
        "nip": user.nip,
        "phone": user.phone,
        "email": user.email,
        "has_server": True,
        "server_name": scope["server_name"],
        "has_application": bool(first.get("application_name")),
        "application_name": first.get("application_name") or "",
        "has_folder": bool(scope["folders"]),
        "folders": list(scope["folders"]),
        "services": list(scope["services"]),
        "frequency": scope["frequency"],
        "retention_days": scope["retention_days"],
        "about": service.number,
        "held_until": grant.ends_at.isoformat(),
        **asked,
    }


def _check_dates(asked: dict[str, Any], grant: Grant, at: datetime) -> None:
    """A last day is today or later, and not after the service would end anyway."""
    if asked["kind"] != RequestKind.TERMINATION:
        return
    today = at.astimezone(grant_versions.OFFICE_ZONE).date()
    last = grant.ends_at.astimezone(grant_versions.OFFICE_ZONE).date()
    if not today.isoformat() <= asked["ends_on"] <= last.isoformat():
        raise InvalidInput(
            "form.invalid", fields={"ends_on": ("followup.ends_on", {"first": today, "last": last})}
        )


def _search(service: BackupRequest, form: dict[str, Any], user: User) -> str:
    words = [user.name, user.nip, service.number or "", str(form.get("reason") or ""), service.search]
    return "\n".join(words).lower()
