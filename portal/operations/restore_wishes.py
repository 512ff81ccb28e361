"""A restore that was asked for by a request over the desks: what is wanted is chosen from a copy before it is sent,
sealed by the Kasubbid's approval at step 4, and carried out by the administrator as any other restore."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.errors import InvalidInput, NotFound, TransitionRefused
from portal.operations import copies, restores
from portal.store import contents
from portal.store.models import BackupRequest, Restore, User
from portal.store.queries import grants
from portal.store.queries import restores as rows
from schemas.followup import RestoreWish
from schemas.restore import Archive, DownloadForm, Place, RestoreForm, RestoreKind, ToServerForm


def describe(
    service: BackupRequest, wish: RestoreWish, user: User, *, at: datetime, settings: Settings
) -> dict[str, Any]:
    """What is wanted, in the words of the copy that it is chosen from.

    Raises InvalidInput on `entry` for what is not in a copy of this service.
    """
    chosen = look_up(service, wish.snapshot, wish.entry, user, at=at, settings=settings)
    if chosen is None:
        raise InvalidInput("form.invalid", fields={"entry": ("followup.no_entry", {})})
    return chosen


def look_up(
    service: BackupRequest, snapshot_pk: int, entry_id: int, user: User, *, at: datetime, settings: Settings
) -> dict[str, Any] | None:
    """An entry of a copy of this service, or None: of another service's, of one that went or is not ready."""
    grant = grants.of_request(service.id)
    try:
        snapshot = copies.find(grant.server_id if grant else 0, snapshot_pk, user, at=at)
    except NotFound:
        return None
    if snapshot.run.backup_request_id != service.id:
        return None
    with contents.opened(settings.var, snapshot.manifest_sha256) as opened:
        entry = opened.entry(entry_id) if opened else None
        if opened is None or entry is None or entry.kind not in restores.RESTORABLE:
            return None
        place = Place.of(contents.path_to(opened.way(entry)), entry.kind)
        return {
            "place": place.path,
            "entry_kind": entry.kind,
            "copied_at": snapshot.created_at.isoformat(),
            "size_bytes": entry.size_bytes,
            "file_count": entry.files,
        }


def approve(
    backup_request: BackupRequest, approver: User, *, at: datetime, settings: Settings
) -> dict[str, Any]:
    """Seal the restore that a request asks for, inside the caller's transaction. Raises as `restores.ask` and
    `restores.approve` do."""
    form, grant = backup_request.form, grants.of_request(backup_request.about_id or 0)
    if grant is None:
        raise TransitionRefused("followup.no_service")
    wanted = restores.ask(
        grant.server_id,
        int(form["snapshot"]),
        [int(form["entry"])],
        _form(form, grant.server_id),
        backup_request.requester,
        _key(backup_request.id),
        at=at,
        settings=settings,
    )
    restore = restores.approve(wanted.id, approver, at=at, by_request=True)
    until = restore.expires_at.isoformat() if restore.expires_at else None
    return {"restore": restore.id, "digest": restore.digest, "ends_at": until}


def _form(form: dict[str, Any], server_id: int) -> RestoreForm:
    if form["target"] == RestoreKind.TO_SERVER:
        return ToServerForm(reason=form["reason"], target_server_id=server_id, target_path=form["place"])
    return DownloadForm(reason=form["reason"], archive=Archive(form["archive"] or "zip"))


def forget(backup_request: BackupRequest) -> None:
    """Take back an approval under which nothing was begun. Inside the caller's transaction."""
    unused = (Restore.idempotency_key == _key(backup_request.id)) & Restore.run.is_null()
    Restore.delete().where(unused).execute()


def of_request(request_id: int) -> Restore | None:
    """The restore that was approved for a request, or None."""
    return rows.by_key(_key(request_id))


def unproven(request_id: int) -> tuple[str, ...]:
    """What is missing before the request may be reported: its restore has ended well."""
    restore = of_request(request_id)
    return () if restore is not None and restore.state == "done" else ("proof.not_restored",)


def _key(request_id: int) -> str:
    """No form can bring a key with a colon, so nobody's own wish is taken for a request's."""
    return f"{rows.OF_REQUEST}{request_id}"
