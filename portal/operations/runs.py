"""Starting and cancelling runs: authority, the queued row and its audit entry in one commit, then the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal import queue
from portal.config import Settings
from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import audit, authority, coverage, leases, mandates
from portal.operations.emergency_authority import OPENERS
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import BackupRequest, Grant, Run, Server, Snapshot, Source, User
from portal.store.queries import people, second_copies, snapshots
from portal.store.queries import runs as rows
from portal.store.queries.databases import access_specs
from schemas.grant import GrantScope
from schemas.run import DATA_KINDS, MIRROR_KINDS, RESTORE_KINDS, RunKind, RunSpec, ServerSpec, SourceSpec

INQUIRERS = (Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
RESTARTABLE = frozenset({"incomplete", "failed", "cancelled", "interrupted"})


def start_backup(
    request_id: int,
    user: User,
    key: str,
    *,
    at: datetime,
    settings: Settings,
    source_ids: Sequence[int] | None = None,
    bandwidth_kib: int = 0,
) -> Run:
    """Start the backup of a request's folders and databases (all chosen sources that its grant covers, or those named).

    `key` makes a double click start one run. Raises NotFound, Forbidden('authority.…', 'server.…', 'run.role'),
    InvalidInput('run.no_sources').
    """
    require(user, at, Role.ADMINISTRATOR)
    with transaction():
        if known := rows.by_key(key):
            return known
        backup_request = _request(request_id)
        not_own(backup_request, user)
        mandates.not_approved_by(backup_request, user)
        run = order_backup(
            backup_request, user, key, at=at, source_ids=source_ids, bandwidth_kib=bandwidth_kib
        )
    return send(run, settings, at)


def order_backup(
    backup_request: BackupRequest,
    user: User | None,
    key: str,
    *,
    at: datetime,
    source_ids: Sequence[int] | None = None,
    bandwidth_kib: int = 0,
) -> Run:
    """Queue a backup inside the caller's transaction; without a `user` it is the portal that starts it, for a schedule.

    Every check of the authority holds for both. Raises as `check_startable`, before anything is written.
    """
    grant, scope, server, sources = check_startable(backup_request, at=at, source_ids=source_ids)
    spec = RunSpec(
        kind=RunKind.BACKUP,
        server=server_spec(server),
        request_number=backup_request.number,
        sources=tuple(SourceSpec(kind=source.kind, path=source.path) for source in sources),
        grant_digest=grant.digest,
        retention_days=scope.retention_days,
        accesses=access_specs(server.id) if any(source.kind == "database" for source in sources) else (),
        bandwidth_kib=bandwidth_kib,
        before=scope.before,
        after=scope.after,
        vault_known=second_copies.has_any(server.id),
        not_kept=coverage.not_kept(server, scope),
    )
    return create(spec, server, user, key, at, backup_request=backup_request, grant=grant)


def check_startable(
    backup_request: BackupRequest, *, at: datetime, source_ids: Sequence[int] | None = None
) -> tuple[Grant, GrantScope, Server, list[Source]]:
    """What a backup of the request would be made of. Raises what `start_backup` raises when it cannot start."""
    grant, scope = authority.of_request(backup_request, at=at)
    server = Server.get_by_id(scope.server_id)
    authority.check_server(server)
    sources = coverage.chosen(server, scope, source_ids)
    authority.check_sources(scope, server, [(source.kind, source.path) for source in sources])
    return grant, scope, server, sources


def start_restore_test(snapshot_pk: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start the proof of a snapshot: restore it into a fresh private folder and compare it with its manifest.

    It hangs on the approved request that the snapshot was made for. Raises as `start_backup`.
    """
    require(user, at, Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
    with transaction():
        if known := rows.by_key(key):
            return known
        snapshot = Snapshot.get_or_none(Snapshot.id == snapshot_pk)
        if snapshot is None:
            raise NotFound("snapshot.unknown")
        run = order_restore_test(snapshot, user, key, at=at)
    return send(run, settings, at)


def order_restore_test(snapshot: Snapshot, user: User | None, key: str, *, at: datetime) -> Run:
    """Queue a restore test inside the caller's transaction; without a `user` it is the clock that starts it. Every
    check of the authority holds for both. Raises Forbidden before anything is written."""
    if snapshot.removed_at is not None:
        raise Forbidden("snapshot.removed")
    backup_request = snapshot.run.backup_request
    if backup_request is None:
        # A copy made under an emergency is proven under what is approved for its server.
        grant, scope = authority.of_server(snapshot.server, user.id if user else 0, at=at)
        backup_request = grant.backup_request
    else:
        if user is not None:
            not_own(backup_request, user)
        grant, scope = authority.of_request(backup_request, at=at)
    sources = tuple(SourceSpec.of(path) for path in snapshot.sources)
    authority.check_sources(scope, snapshot.server, [(source.kind, source.path) for source in sources])
    spec = RunSpec(
        kind=RunKind.RESTORE_TEST,
        server=server_spec(snapshot.server),
        grant_digest=grant.digest,
        request_number=backup_request.number,
        snapshot_id=snapshot.snapshot_id,
        sources=sources,
        manifest_path=snapshot.manifest_path,
        manifest_sha256=snapshot.manifest_sha256,
    )
    return create(
        spec, snapshot.server, user, key, at, backup_request=backup_request, grant=grant, parent=snapshot.run
    )


def not_own(backup_request: BackupRequest, user: User) -> None:
    """Nobody works on a request of their own. Raises Forbidden('chain.own_request')."""
    if backup_request.requester_id == user.id:
        raise Forbidden("chain.own_request")


def start_inquiry(
    kind: RunKind, server_id: int, user: User, key: str, *, at: datetime, settings: Settings, path: str = ""
) -> Run:
    """Ask a server something: its host key, a probe, the contents of a folder (`path`), or the folder's size.

    Moves no data, so no grant is needed; all but the scan need the approved host key. Raises NotFound, Forbidden.
    """
    require(user, at, *INQUIRERS)
    if kind.value in DATA_KINDS:
        raise ValueError(kind)
    with transaction():
        if known := rows.by_key(key):
            return known
        server = Server.get_or_none(Server.id == server_id)
        if server is None:
            raise NotFound("server.unknown")
        if kind is not RunKind.HOST_KEY_SCAN:
            authority.check_server(server)
        accesses = access_specs(server_id) if kind is RunKind.DATABASES else ()
        spec = RunSpec(kind=kind, server=server_spec(server), path=path, accesses=accesses)
        run = create(spec, server, user, key, at)
    return send(run, settings, at)


def restart(run_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what has ended without success: the same backup, proof or question, under today's authority.

    Raises NotFound, TransitionRefused('run.not_restartable'), and as the start of its kind.
    """
    run = rows.get(run_id)
    if run is None:
        raise NotFound("run.unknown")
    if run.state not in RESTARTABLE:
        raise TransitionRefused("run.not_restartable", run=run_id)
    if run.kind == RunKind.BACKUP:
        limit = int(run.spec.get("bandwidth_kib", 0))
        return start_backup(
            run.backup_request_id or 0, user, key, at=at, settings=settings, bandwidth_kib=limit
        )
    if run.kind == RunKind.RESTORE_TEST:
        snapshot = snapshots.by_snapshot_id(run.spec["snapshot_id"])
        if snapshot is None:
            raise NotFound("snapshot.unknown")
        return start_restore_test(snapshot.id, user, key, at=at, settings=settings)
    return start_inquiry(
        RunKind(run.kind), run.server_id, user, key, at=at, settings=settings, path=run.spec["path"]
    )


def cancel(run_id: int, user: User, *, at: datetime) -> Run:
    """Ask a run to stop; one still queued ends at once. Cancelling twice is the same as once. A backup is stopped by
    an administrator, anything else by whoever may start it.

    Raises NotFound, Forbidden('run.role'), TransitionRefused('run.ended').
    """
    run = rows.get(run_id)
    if run is None:
        raise NotFound("run.unknown")
    require(user, at, *(OPENERS if run.spec.get("emergency_id") else stoppers(run.kind)))
    return stop(run_id, user, at=at)


def stop(run_id: int, user: User, *, at: datetime) -> Run:
    """Ask a run to stop, for a caller who knows that `user` may. Raises TransitionRefused('run.ended')."""
    with transaction():
        run = Run.get_by_id(run_id)
        if run.cancel_requested_at is not None:
            return run
        if run.state not in ("queued", "running"):
            raise TransitionRefused("run.ended", state=run.state)
        Run.update(cancel_requested_at=at, cancel_requested_by=user).where(Run.id == run_id).execute()
        audit.record(
            "run:cancel_requested", actor=user, subject_type="run", subject_id=run_id, data={}, at=at
        )
        ended = Run.update(state="cancelled", code="run.cancelled", finished_at=at)
        # A worker may have claimed it since it was read: then that worker ends it.
        if ended.where(Run.id == run_id, Run.state == "queued").execute() == 1:
            leases.record_end(Run.get_by_id(run_id), at)
        return Run.get_by_id(run_id)


def stoppers(kind: str) -> tuple[Role, ...]:
    """The roles that may stop a run of this kind; the same may start it."""
    if kind in (RunKind.BACKUP, *MIRROR_KINDS, *RESTORE_KINDS):
        return (Role.ADMINISTRATOR,)
    return INQUIRERS


def server_spec(server: Server) -> ServerSpec:
    """The machine as it stands in the catalogue now."""
    return ServerSpec(
        id=server.id,
        name=server.name,
        address=server.address,
        port=server.port,
        username=server.username,
        key_id=server.key_id,
        host_key=server.host_key,
        host_key_fingerprint=server.host_key_fingerprint,
    )


def require(user: User, at: datetime, *roles: Role) -> None:
    """Raises Forbidden('run.role') unless `user` holds one of `roles` at `at`."""
    if not people.roles(user, at) & {role.value for role in roles}:
        raise Forbidden("run.role", role=roles[0].value)


def _request(request_id: int) -> BackupRequest:
    backup_request = BackupRequest.get_or_none(BackupRequest.id == request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    return backup_request


def create(spec: RunSpec, server: Server, user: User | None, key: str, at: datetime, **links: Any) -> Run:
    """Write a queued run with its sealed order and the entry of its start, inside the caller's transaction."""
    run = Run.create(
        kind=spec.kind.value,
        server=server,
        spec=spec.model_dump(mode="json"),
        spec_digest=spec.digest(),
        idempotency_key=key,
        started_by=user,
        queued_at=at,
        **links,
    )
    audit.record(
        "run:started",
        actor=user,
        subject_type="run",
        subject_id=run.id,
        at=at,
        data={
            "kind": run.kind,
            "server": server.name,
            "request": spec.request_number,
            "sources": [source.path for source in spec.sources],
            "spec_digest": run.spec_digest,
        },
    )
    return run


def send(run: Run, settings: Settings, at: datetime) -> Run:
    """After the commit: hand the id to the queue. When Redis is away the sweep sends it later."""
    if run.enqueued_at is None and queue.enqueue(run.id, run.kind, settings):
        Run.update(enqueued_at=at).where(Run.id == run.id).execute()
    return run
