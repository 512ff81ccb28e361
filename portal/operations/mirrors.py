"""Mirrors: set up under an approved request by the administrator, their limits changed by the Kasubbid alone."""

from __future__ import annotations

import hashlib
from datetime import datetime

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import audit, authority, mandates, runs
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import BackupRequest, Grant, Mirror, Server, User
from portal.store.queries import mirrors as rows
from portal.store.queries import runs as run_rows
from portal.store.queries import servers as catalogue
from schemas.grant import GrantScope
from schemas.mirror import LimitsForm, MirrorForm

SERVICE = "mirror_files"


def create(request_id: int, form: MirrorForm, user: User, *, at: datetime) -> Mirror:
    """Set up a mirror of a granted folder into the vault, and on to another server where one is named: that one the
    Kasubbid approves first. Raises NotFound, Forbidden('run.role', 'authority.…', 'server.…', 'chain.own_request'),
    InvalidInput naming `path`, `target_server_id` or `target_path`."""
    runs.require(user, at, Role.ADMINISTRATOR)
    with transaction():
        backup_request = BackupRequest.get_or_none(BackupRequest.id == request_id)
        if backup_request is None:
            raise NotFound("request.unknown")
        runs.not_own(backup_request, user)
        mandates.not_approved_by(backup_request, user)
        _grant, scope = authority.of_request(backup_request, at=at)
        server = Server.get_by_id(scope.server_id)
        authority.check_server(server)
        authority.check_scope(scope, server, SERVICE, ())
        if not scope.covers_folder(form.path):
            raise InvalidInput(fields={"path": ("mirror.not_granted", {})})
        target = _target(form, server)
        key = open_key(server.id, form.path, f"{target.id}:{form.target_path}" if target else "vault")
        if rows.by_open_key(key):
            raise InvalidInput(fields={"path": ("mirror.known", {"path": form.path})})
        if target and (other := rows.meeting(target.id, form.target_path)):
            context = {"server": target.name, "taken": other.target_path, "path": other.path}
            raise InvalidInput(fields={"target_path": ("mirror.target_meets", context)})
        mirror = Mirror.create(
            backup_request=backup_request,
            server=server,
            open_key=key,
            # Who reads on another server is not who reads in the vault: the Kasubbid approves it first.
            active=target is None,
            target_kind="path" if target else "vault",
            target_server=target,
            created_by=user,
            created_at=at,
            **form.model_dump(exclude={"target_server_id"}),
        )
        record("proposed" if target else "created", mirror, user, at)
        return mirror


def _target(form: MirrorForm, server: Server) -> Server | None:
    """The other server, or None for the vault alone. Raises InvalidInput naming what is missing."""
    if not form.target_server_id and not form.target_path:
        return None
    target = Server.get_or_none(Server.id == form.target_server_id)
    if target is None or target.id not in {each.id for each in rows.standbys(server.id)}:
        raise InvalidInput(fields={"target_server_id": ("mirror.standby", {})})
    if not form.target_path:
        raise InvalidInput(fields={"target_path": ("field.required", {})})
    run_rows.hold_server(target.id)
    return target


def change(mirror_id: int, form: LimitsForm, user: User, *, at: datetime) -> Mirror:
    """Change what the guard lets go by itself. It stands in for a person, so the Kasubbid decides, never who carries
    the runs out. Raises NotFound('mirror.unknown'), Forbidden('mirror.limits')."""
    with transaction():
        mirror = find(mirror_id)
        if not may_decide(user, at):
            raise Forbidden("mirror.limits")
        Mirror.update(**form.model_dump()).where(Mirror.id == mirror_id).execute()
        mirror = Mirror.get_by_id(mirror_id)
        record("changed", mirror, user, at)
        return mirror


def end(mirror_id: int, user: User, *, at: datetime) -> Mirror:
    """Keep the copy in step no longer; what it holds stays where it is. Raises NotFound, Forbidden('run.role')."""
    runs.require(user, at, Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
    with transaction():
        mirror = find(mirror_id)
        if mirror.active or mirror.open_key:
            Mirror.update(active=False, open_key=None).where(Mirror.id == mirror_id).execute()
            record("ended", mirror, user, at)
        return Mirror.get_by_id(mirror_id)


def find(mirror_id: int) -> Mirror:
    """The mirror. Raises NotFound('mirror.unknown')."""
    mirror = rows.get(mirror_id)
    if mirror is None:
        raise NotFound("mirror.unknown")
    return mirror


def may_decide(user: User, at: datetime, asked_by: int | None = None) -> bool:
    """Whether `user` decides on limits and passes, or on one that `asked_by` (a person's id) asked for or began."""
    return mandates.approves(user, at, Role.SUBDIVISION_HEAD, asked_by=(asked_by,))


def authority_of(mirror: Mirror, user: User | None, *, at: datetime) -> tuple[Grant, GrantScope]:
    """The newest authority that covers the mirror and is not the person's own: a request that follows the first one
    carries it on. Raises Forbidden with why the newest one does not."""
    refusals = [Forbidden("authority.none_for_server", server=mirror.server.name)]
    for grant in catalogue.grants(mirror.server_id):
        try:
            if user is not None:
                runs.not_own(grant.backup_request, user)
            found, scope = authority.of_request(grant.backup_request, at=at)
            authority.check_mirror(scope, mirror.server, [(kind_of(mirror), mirror.path)])
            return found, scope
        except Forbidden as error:
            refusals.append(error)
    raise refusals[min(1, len(refusals) - 1)]


def kind_of(mirror: Mirror) -> str:
    """What is mirrored: a folder, or a database to another server."""
    return "database" if mirror.target_kind == "server" else "folder"


def open_key(server_id: int, path: str, target: str = "vault") -> str:
    """What no two mirrors in use have in common: source and target."""
    return hashlib.sha256(f"{server_id}:{path}:{target}".encode()).hexdigest()


def record(action: str, mirror: Mirror, user: User | None, at: datetime) -> None:
    """Note in the trail what became of a mirror, with its rules."""
    audit.record(
        f"mirror:{action}",
        actor=user,
        subject_type="mirror",
        subject_id=mirror.id,
        at=at,
        data={
            "server": mirror.server.name,
            "path": mirror.path,
            "max_count": mirror.max_count,
            "max_share": mirror.max_share,
            "sentinel": mirror.sentinel,
            "quarantine_days": mirror.quarantine_days,
            "every_hours": mirror.every_hours,
            "standby": mirror.target_server.name if mirror.target_server else "",
        },
    )
