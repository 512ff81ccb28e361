"""Mirrors of databases to a standby server: proposed by the administrator, the target approved by the Kasubbid."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import authority, mandates, mirrors, runs
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import BackupRequest, Mirror, Server, User
from portal.store.queries import mirrors as rows
from schemas.mirror import COUNT_MAX, QUARANTINE_DAYS, SHARE_MAX, StandbyForm

SERVICE = "mirror_database"


def propose(request_id: int, form: StandbyForm, user: User, *, at: datetime) -> Mirror:
    """Propose to keep a granted database on another enrolled server; nothing runs before the target is approved.
    Raises NotFound, Forbidden('run.role', 'authority.…', 'chain.own_request'), InvalidInput naming `path` or
    `target_server_id`."""
    runs.require(user, at, Role.ADMINISTRATOR)
    with transaction():
        backup_request = BackupRequest.get_or_none(BackupRequest.id == request_id)
        if backup_request is None:
            raise NotFound("request.unknown")
        runs.not_own(backup_request, user)
        mandates.not_approved_by(backup_request, user)
        _grant, scope = authority.of_request(backup_request, at=at)
        server, target = (
            Server.get_by_id(scope.server_id),
            Server.get_or_none(Server.id == form.target_server_id),
        )
        authority.check_server(server)
        authority.check_scope(scope, server, SERVICE, ())
        if form.path not in scope.databases:
            raise InvalidInput(fields={"path": ("mirror.not_granted_database", {})})
        if target is None or target.id not in {each.id for each in rows.standbys(server.id)}:
            raise InvalidInput(fields={"target_server_id": ("mirror.standby", {})})
        key = mirrors.open_key(server.id, form.path, str(target.id))
        if rows.by_open_key(key):
            raise InvalidInput(fields={"path": ("mirror.known_database", {"path": form.path})})
        mirror = Mirror.create(
            backup_request=backup_request,
            server=server,
            path=form.path,
            target_kind="server",
            target_server=target,
            every_hours=form.every_hours,
            # The guard of folders does not look at databases; its columns hold what limits nothing.
            max_count=COUNT_MAX,
            max_share=SHARE_MAX,
            quarantine_days=QUARANTINE_DAYS[0],
            active=False,
            open_key=key,
            created_by=user,
            created_at=at,
        )
        mirrors.record("proposed", mirror, user, at)
        return mirror


def approve(mirror_id: int, user: User, *, at: datetime) -> Mirror:
    """Let the database be kept on that server. Raises NotFound, Forbidden('mirror.approver', 'mirror.own_proposal'),
    StaleStep('mirror.decided')."""
    with transaction():
        mirror = mirrors.find(mirror_id)
        if not mirrors.may_decide(user, at, mirror.created_by_id):
            raise mandates.refused("mirror.approver", user, at, (mirror.created_by_id,))
        if mirror.created_by_id == user.id:
            raise Forbidden("mirror.own_proposal")
        if not is_proposed(mirror):
            raise StaleStep("mirror.decided")
        undecided = (Mirror.id == mirror_id) & ~Mirror.active & Mirror.open_key.is_null(False)
        if Mirror.update(active=True).where(undecided).execute() != 1:
            raise StaleStep("mirror.decided")
        mirrors.record("approved", mirror, user, at)
        return Mirror.get_by_id(mirror_id)


def is_proposed(mirror: Mirror) -> bool:
    """Whether the target still waits for its approval: not in use, but not ended either."""
    return not mirror.active and bool(mirror.open_key)
