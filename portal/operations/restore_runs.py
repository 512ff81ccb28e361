"""Carrying out an approved restore, and taking what it brought back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from portal.config import Settings
from portal.errors import Forbidden, NotFound
from portal.operations import audit, authority, restore_authority, restores, runs
from portal.operations.runs import server_spec
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Restore, Run, User
from portal.store.queries import people
from portal.store.queries import restores as rows
from portal.store.queries import runs as run_rows
from portal.store.queries.databases import access_specs
from schemas.restore import RestoreKind
from schemas.run import RESTORE_KINDS, RestoreSpec, RunSpec, SourceSpec

LIVE = ("queued", "running")


def start(restore_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start an approved restore; while it is under way that run is the answer.

    A download is started by who asked for it or an administrator, what touches a server by an administrator. Raises
    NotFound, Forbidden('run.role', 'restore.own_decision', 'authority.restore_…', 'server.…').
    """
    with transaction():
        if known := run_rows.by_key(key):
            return known
        restore = restores.find(restore_id, user, at=at)
        _not_decided_by(restore, user)
        if not may_start(restore, user, at):
            raise Forbidden("run.role", role=Role.ADMINISTRATOR.value)
        order = restore_authority.check_approved(restore, at=at)
        going = rows.last_run(restore)
        if going is not None and going.state in LIVE:
            return going
        snapshot, target = restore.snapshot, restore.target_server
        request = snapshot.run.backup_request
        # The restore has an approval of its own; a copy that was made under an emergency has no request to name.
        number = request.number if request else ""
        if target is not None:
            authority.check_server(target)
        spec = RunSpec(
            kind=restore_authority.KINDS[order.kind],
            server=server_spec(snapshot.server),
            request_number=number,
            snapshot_id=snapshot.snapshot_id,
            sources=tuple(SourceSpec.of(path) for path in snapshot.sources),
            manifest_path=snapshot.manifest_path,
            manifest_sha256=snapshot.manifest_sha256,
            accesses=access_specs(target.id) if target is not None and order.mode else (),
            restore=RestoreSpec(
                restore_id=restore.id,
                digest=order.digest(),
                place=order.place,
                archive=order.archive,
                mode=order.mode,
                target=server_spec(target) if target is not None else None,
                target_path=order.target_path,
            ),
        )
        run = runs.create(
            spec,
            snapshot.server,
            user,
            key,
            at,
            backup_request=request,
            parent=snapshot.run,
        )
        Restore.update(run=run).where(Restore.id == restore.id).execute()
    return runs.send(run, settings, at)


def may_start(restore: Restore, user: User, at: datetime) -> bool:
    """Whether `user` may carry out this restore once it is approved: never whoever decided on it."""
    return restore.decided_by_id != user.id and _carries_out(restore, user, at)


def _carries_out(restore: Restore, user: User, at: datetime) -> bool:
    if _is_administrator(user, at):
        return True
    return restore.kind == RestoreKind.DOWNLOAD and restore.requested_by_id == user.id


def restart(run: Run, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what a run of a restore did not bring to its end, under the same approval. Raises as `start`."""
    if run.kind not in RESTORE_KINDS:
        raise ValueError(run.kind)
    return start(run.spec["restore"]["restore_id"], user, key, at=at, settings=settings)


def cancel(restore_id: int, user: User, *, at: datetime) -> Run:
    """Ask the run of a restore to stop: who asked for a download, and administrators. Raises NotFound, Forbidden, as
    runs."""
    restore = restores.find(restore_id, user, at=at)
    run = rows.last_run(restore)
    if run is None or not _carries_out(restore, user, at):
        raise NotFound("run.unknown")
    return runs.stop(run.id, user, at=at)


def may_take(restore: Restore, user: User, at: datetime) -> bool:
    """Whether the file is for `user`: who asked for it, and administrators who did not decide on it."""
    if restore.decided_by_id == user.id:
        return False
    return restore.requested_by_id == user.id or _is_administrator(user, at)


def file_of(restore: Restore, settings: Settings) -> Path | None:
    """Where the file of a finished download lies; None before, and when it was removed again."""
    run = rows.last_run(restore)
    if restore.state != "done" or restore.kind != RestoreKind.DOWNLOAD or run is None or not run.result:
        return None
    path = settings.var / "restore" / f"run-{run.id}" / "isi"
    return path if path.is_file() and not path.is_symlink() else None


def take(restore_id: int, user: User, *, at: datetime, settings: Settings) -> tuple[Path, str]:
    """The file and its name for download, noted in the trail. Raises NotFound('restore.unknown',
    'restore.no_file'), Forbidden('restore.not_yours', 'restore.own_decision')."""
    restore = restores.find(restore_id, user, at=at)
    _not_decided_by(restore, user)
    if not may_take(restore, user, at):
        raise Forbidden("restore.not_yours")
    path, run = file_of(restore, settings), rows.last_run(restore)
    if path is None or run is None:
        raise NotFound("restore.no_file")
    with transaction():
        audit.record(
            "restore:taken",
            actor=user,
            subject_type="restore",
            subject_id=restore.id,
            at=at,
            data={"filename": run.result["name"], "sha256": run.result["sha256"]},
        )
    return path, str(run.result["name"])


def _not_decided_by(restore: Restore, user: User) -> None:
    """Deciding on a restore and carrying it out stay in two hands. Raises Forbidden('restore.own_decision')."""
    if restore.decided_by_id == user.id:
        raise Forbidden("restore.own_decision")


def _is_administrator(user: User, at: datetime) -> bool:
    return Role.ADMINISTRATOR.value in people.roles(user, at)
