"""What the desks' decisions on a request about a service bring about, and what must be proven before it is reported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import grant_versions, restore_wishes, terminations
from portal.store.models import BackupRequest, User
from portal.store.queries import grants
from schemas.followup import RequestKind


def approve(
    backup_request: BackupRequest,
    term_months: int | None,
    approver: User,
    *,
    at: datetime,
    settings: Settings,
) -> dict[str, Any]:
    """The Kasubbid's approval (step 4): seal until when the service shall hold. What is said of it in file and trail.

    Raises InvalidInput on `term_months` for more than was asked.
    """
    if backup_request.kind == RequestKind.RESTORE:
        sealed = restore_wishes.approve(backup_request, approver, at=at, settings=settings)
        return {"about": backup_request.about.number, **sealed}
    version = grant_versions.approve(backup_request, _end(backup_request, term_months, at), approver, at=at)
    return {
        "about": backup_request.about.number,
        "version": version.number,
        "ends_at": version.ends_at.isoformat(),
        "digest": version.digest,
    }


def _end(backup_request: BackupRequest, term_months: int | None, at: datetime) -> datetime:
    form, grant = backup_request.form, grants.of_request(backup_request.about_id or 0)
    if grant is None:
        raise InvalidInput(fields={"term_months": ("followup.no_service", {})})
    if backup_request.kind == RequestKind.TERMINATION:
        return min(grant_versions.last_moment(date.fromisoformat(form["ends_on"])), grant.ends_at)
    asked = int(form["term_months"])
    if term_months is None:
        raise InvalidInput(fields={"term_months": ("field.required", {})})
    if term_months > asked:
        raise InvalidInput(fields={"term_months": ("followup.more_than_asked", {"asked": asked})})
    return grant_versions.extended(grant.ends_at, term_months, at)


def carry_out(backup_request: BackupRequest, actor: User, *, at: datetime) -> dict[str, Any]:
    """The administrator follows up (step 5): what was approved holds from now on. Twice changes nothing more."""
    if backup_request.kind == RequestKind.RESTORE:
        return {}
    known = grants.version_of(backup_request.id)
    if known is not None and known.effective_at is not None:
        return {}
    version = grant_versions.take_effect(backup_request, at=at)
    data: dict[str, Any] = {"grant": {"digest": version.digest, "ends_at": version.ends_at.isoformat()}}
    if backup_request.kind == RequestKind.TERMINATION and version.grant.revoked_at is not None:
        data["stopped"] = terminations.stop(backup_request.about, actor, at=at)
    return data


def unproven(backup_request: BackupRequest, at: datetime) -> tuple[str, ...]:
    """What is still missing before this may be reported, as codes.

    An extension is proven when the new end holds and what the service keeps is proven to come back; a termination when
    the authority has ended and nothing goes on or starts by itself any more; a restore when it has ended well.
    """
    if backup_request.kind == RequestKind.RESTORE:
        return restore_wishes.unproven(backup_request.id)
    if backup_request.kind == RequestKind.TERMINATION:
        return terminations.going_on(backup_request.about_id or 0, at)
    version = grants.version_of(backup_request.id)
    found = [] if version is not None and version.effective_at is not None else ["proof.not_in_force"]
    if grants.unproven_folders(backup_request.about_id or 0):
        found.append("proof.copy_unproven")
    return tuple(found)
