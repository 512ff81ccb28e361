"""May this restore be carried out? The order that the Kasubbid approved, rebuilt from the row, must be what the seal
says and what the run was told."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden
from portal.sop.table import Step
from portal.store.models import Restore
from portal.store.queries import restores as rows
from schemas.restore import Place, RestoreKind, RestoreOrder
from schemas.run import RunKind, RunSpec

KINDS = {
    RestoreKind.DOWNLOAD: RunKind.RESTORE_DOWNLOAD,
    RestoreKind.TO_SERVER: RunKind.RESTORE_TO_SERVER,
    RestoreKind.DATABASE: RunKind.RESTORE_DATABASE,
}


def order_of(restore: Restore, approved_by: int, expires_at: datetime) -> RestoreOrder:
    """The order as it stands in the row."""
    return RestoreOrder(
        restore_id=restore.id,
        snapshot_id=restore.snapshot.snapshot_id,
        manifest_sha256=restore.snapshot.manifest_sha256,
        source_server_id=restore.snapshot.server_id,
        place=Place.model_validate(restore.place),
        kind=RestoreKind(restore.kind),
        archive=restore.archive,
        mode=restore.mode,
        target_server_id=restore.target_server_id,
        target_path=restore.target_path,
        reason=restore.reason,
        requested_by=restore.requested_by_id,
        approved_by=approved_by,
        expires_at=expires_at,
    )


def check_approved(restore: Restore, *, at: datetime) -> RestoreOrder:
    """The approved order. Raises Forbidden('authority.restore_…') unless one other than the requester has approved it,
    the row still is what was sealed, and its time has not run out; Forbidden('snapshot.removed')."""
    if restore.state != "approved" or restore.decided_by_id is None or restore.expires_at is None:
        raise Forbidden("authority.restore_not_approved", restore=restore.id)
    if restore.decided_by_id == restore.requested_by_id:
        raise Forbidden("authority.restore_own", restore=restore.id)
    if restore.snapshot.removed_at is not None:
        raise Forbidden("snapshot.removed")
    _check_request(restore)
    order = order_of(restore, restore.decided_by_id, restore.expires_at)
    if order.digest() != restore.digest:
        raise Forbidden("authority.restore_changed", restore=restore.id)
    if at >= restore.expires_at:
        raise Forbidden("authority.restore_expired", restore=restore.id, ends_at=restore.expires_at)
    return order


def _check_request(restore: Restore) -> None:
    """A restore that a request over the desks asked for waits for the administrator's follow-up, and rests with it."""
    request = rows.wished_by(restore)
    if request is None:
        return
    if request.step == Step.WITHDRAWN:
        raise Forbidden("authority.withdrawn", number=request.number)
    if request.followed_up_at is None:
        raise Forbidden("authority.not_followed_up", number=request.number)
    if request.paused_at is not None:
        raise Forbidden("authority.postponed", number=request.number, until=request.postponed_until)


def check_run(spec: RunSpec, kind: str, *, at: datetime) -> Restore:
    """The approved restore that a run's order is. Raises Forbidden('authority.restore_…')."""
    told = spec.restore
    restore = Restore.get_or_none(Restore.id == told.restore_id) if told else None
    if told is None or restore is None:
        raise Forbidden("authority.restore_not_approved", restore=told.restore_id if told else 0)
    order = check_approved(restore, at=at)
    target = told.target.id if told.target else None
    said = (told.digest, told.place, told.archive, told.mode, told.target_path, target)
    approved = (
        order.digest(),
        order.place,
        order.archive,
        order.mode,
        order.target_path,
        order.target_server_id,
    )
    copied = (spec.snapshot_id, spec.manifest_sha256, spec.server.id)
    if said != approved or copied != (order.snapshot_id, order.manifest_sha256, order.source_server_id):
        raise Forbidden("authority.restore_changed", restore=restore.id)
    if kind != KINDS[order.kind]:
        raise Forbidden("authority.restore_changed", restore=restore.id)
    return restore
