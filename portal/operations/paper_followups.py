"""What papers say of a request about a service: what it asks, and what came of it by the day the paper was signed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from portal.documents.papers import FollowUp, FollowUpResult
from portal.operations import paper_evidence, restore_wishes
from portal.operations.letters import OFFICE_ZONE
from portal.store.models import BackupRequest, Disposition, GrantVersion
from portal.store.queries import dispositions, grants, snapshots
from schemas.followup import RequestKind


def follow_up(form: dict[str, Any]) -> FollowUp | None:
    """What a form asks about a service; None for the service itself."""
    kind = form.get("kind", RequestKind.SERVICE.value)
    if kind == RequestKind.SERVICE:
        return None
    return FollowUp(
        kind=kind,
        about=form["about"],
        term_months=form.get("term_months"),
        ends_on=form.get("ends_on"),
        held_until=_day(datetime.fromisoformat(form["held_until"])) if "place" not in form else None,
        place=form.get("place", ""),
        copied_at=form.get("copied_at"),
        target=form.get("target", ""),
    )


def result(backup_request: BackupRequest, until: datetime) -> FollowUpResult | None:
    """What came of it, or None while the version that was approved for it does not hold (and of the service itself)."""
    if backup_request.kind == RequestKind.RESTORE:
        return _restored(backup_request, until)
    version = grants.version_of(backup_request.id)
    if backup_request.kind == RequestKind.SERVICE or version is None or version.effective_at is None:
        return None
    earlier = [row for row in grants.versions(version.grant_id) if row.number < version.number]
    before = [row for row in earlier if row.effective_at is not None][-1]
    copies = [
        copy
        for copy in snapshots.of_request(backup_request.about_id or 0)
        if copy.created_at <= until and (copy.removed_at is None or copy.removed_at > until)
    ]
    kept = timedelta(days=int(version.scope["retention_days"]))
    return FollowUpResult(
        kind=backup_request.kind,
        about=backup_request.about.number,
        server=version.scope["server_name"],
        digest=version.digest,
        valid_until=_day(version.ends_at - timedelta(seconds=1)),
        held_until=_day(before.ends_at),
        ended_at=_ended(backup_request, version),
        proven_at=paper_evidence.last_proof(backup_request.about_id or 0, until),
        copies=len(copies),
        kept_until=_day(max(copy.created_at for copy in copies) + kept) if copies else None,
    )


def _restored(backup_request: BackupRequest, until: datetime) -> FollowUpResult | None:
    restore = restore_wishes.of_request(backup_request.id)
    if restore is None:
        return None
    failed = was_impossible(backup_request)
    done = restore.done_at is not None and restore.done_at <= until
    return FollowUpResult(
        kind="restore",
        about=backup_request.about.number,
        server=backup_request.form["server_name"],
        digest=restore.digest,
        place=backup_request.form["place"],
        restored_at=restore.done_at if done and not failed else None,
        impossible=_reported(backup_request)[-1].note if failed else "",
    )


def was_impossible(backup_request: BackupRequest) -> bool:
    """Whether it was reported that what was asked could not be done."""
    reported = _reported(backup_request)
    return bool(reported and reported[-1].data.get("impossible"))


def _reported(backup_request: BackupRequest) -> list[Disposition]:
    return [row for row in dispositions.of_request(backup_request.id) if row.action == "report"]


def _ended(backup_request: BackupRequest, version: GrantVersion) -> datetime | None:
    if backup_request.kind != RequestKind.TERMINATION:
        return None
    return version.grant.revoked_at or version.ends_at


def _day(at: datetime) -> date:
    return at.astimezone(OFFICE_ZONE).date()
