"""Servers, requests with their authority, runs and snapshots as they stand in the archive, ready to test on."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.operations import host_keys, keys, leases, runs
from portal.operations import servers as desk
from portal.sop.table import CURRENT_VERSION, Step
from portal.store.models import BackupRequest, Grant, Run, Server, Snapshot, Source, User
from schemas.grant import GrantScope
from schemas.run import RunKind
from schemas.server import KeyChoice, ServerForm

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMmgCNLNPTCFPsWVj2dvqfHVPV1LvwhWAQmPvXyBrnTw"
OTHER_HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
PROBE = {
    "system": "Debian GNU/Linux 13 (trixie)",
    "kernel": "Linux 6.12.0 x86_64",
    "user": "root",
    "is_root": True,
    "rsync": "3.5.0",
    "warnings": [],
}
_serial = itertools.count(1)


def form(name: str = "Web PRTRN", address: str = "10.20.30.40", **other: Any) -> ServerForm:
    """A server as typed."""
    return ServerForm(**({"name": name, "address": address, "port": 22, "username": "lumbung"} | other))


def enrolled(user: User, settings: Settings, *, at: datetime = AT, **typed: Any) -> Server:
    """A server in the catalogue with a key of its own, its host key not yet looked at."""
    return desk.enrol(form(**typed), KeyChoice(), user, at=at, settings=settings)


def answered(
    server: Server,
    kind: RunKind,
    user: User,
    settings: Settings,
    result: dict[str, Any],
    *,
    path: str = "",
    **end: Any,
) -> Run:
    """An inquiry with its answer, carried through the desks as a worker does."""
    at = end.pop("at", AT)
    key = f"answered-{next(_serial):012d}"
    run = runs.start_inquiry(kind, server.id, user, key, at=at, settings=settings, path=path)
    return finished(run, result=result, at=at, **end)


def finished(run: Run, *, state: str = "succeeded", at: datetime = AT, **what: Any) -> Run:
    """The run, claimed and ended as a worker does."""
    lease = leases.claim(run.id, "tests", at=at, seconds=60)
    assert lease is not None
    leases.finish(lease, state=state, at=at + timedelta(seconds=42), **what)
    return Run.get_by_id(run.id)


def scanned(
    server: Server, user: User, settings: Settings, host_key: str = HOST_KEY, at: datetime = AT
) -> Run:
    """A scan that found `host_key`."""
    result = {
        "type": host_key.split(maxsplit=1)[0],
        "host_key": host_key,
        "fingerprint": keys.fingerprint(host_key),
    }
    return answered(server, RunKind.HOST_KEY_SCAN, user, settings, result, at=at)


def trusted(
    proposer: User,
    approver: User,
    settings: Settings,
    *,
    folders: tuple[str, ...] = ("/srv/www",),
    **typed: Any,
) -> Server:
    """A server that has come all the way: host key approved, probed, folders chosen."""
    server = enrolled(proposer, settings, **typed)
    host_keys.propose(server.id, scanned(server, proposer, settings).id, proposer, at=AT)
    host_keys.approve(server.id, keys.fingerprint(HOST_KEY), approver, at=AT)
    answered(server, RunKind.PROBE, proposer, settings, PROBE)
    for folder in folders:
        desk.add_source(server.id, folder, proposer, at=AT)
    return Server.get_by_id(server.id)


def approved(
    requester: User,
    approver: User,
    server: Server,
    *,
    folders: tuple[str, ...] = ("/srv/www",),
    services: tuple[str, ...] = ("backup_files",),
    databases: tuple[str, ...] = (),
    starts_at: datetime = AT - timedelta(days=1),
    ends_at: datetime = AT + timedelta(days=365),
    **fields: Any,
) -> BackupRequest:
    """A request in execution, followed up, with its sealed authority."""
    number = f"PB-2026-{next(_serial):04d}"
    defaults = {
        "number": number,
        "requester": requester,
        "unit": requester.unit_id,
        "sop_version": CURRENT_VERSION,
        "step": Step.EXECUTION.value,
        "draft_key": number,
        "form": {"services": list(services), "frequency": "daily", "retention_days": 30},
        "followed_up_at": starts_at,
        "submitted_at": starts_at,
    }
    row = BackupRequest.create(**(defaults | fields))
    scope = GrantScope(
        request_number=number,
        server_id=server.id,
        server_name=server.name,
        services=services,
        folders=folders,
        databases=databases,
        frequency="daily",
        retention_days=30,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    Grant.create(
        backup_request=row,
        server=server,
        scope=scope.model_dump(mode="json"),
        digest=scope.digest(),
        starts_at=starts_at,
        ends_at=ends_at,
        approved_by=approver,
        created_at=starts_at,
    )
    return row


def started(backup_request: BackupRequest, user: User, settings: Settings, *, at: datetime = AT) -> Run:
    """A backup of the request in the queue."""
    return runs.start_backup(
        backup_request.id, user, f"started-{next(_serial):012d}", at=at, settings=settings
    )


def backed_up(
    backup_request: BackupRequest, user: User, settings: Settings, *, at: datetime = AT, **end: Any
) -> Snapshot:
    """A snapshot that a backup of the request has made."""
    return kept(started(backup_request, user, settings, at=at), settings, at=at, **end)


def kept(run: Run, settings: Settings, *, at: datetime = AT, **end: Any) -> Snapshot:
    """The snapshot that this backup has made."""
    snapshot_id = f"{run.id:064x}"
    made = {
        "snapshot_id": snapshot_id,
        "sources": [source["path"] for source in run.spec["sources"]],
        "file_count": 20_431,
        "total_bytes": 1_503_238_553,
        "added_bytes": 48_234_496,
        "manifest_path": str(settings.var / "evidence" / f"run-{run.id}" / "manifest.jsonl"),
        "manifest_sha256": "5e" * 32,
    }
    finished(run, at=at, snapshot=made, **end)
    return Snapshot.get(Snapshot.snapshot_id == snapshot_id)


def source_of(server: Server) -> Source:
    """The first chosen folder of a server."""
    return Source.get(Source.server == server)


def answered_badly(server: Server, user: User, settings: Settings, **end: Any) -> Run:
    """A probe that ended without an answer."""
    key = f"badly-{next(_serial):015d}"
    run = runs.start_inquiry(RunKind.PROBE, server.id, user, key, at=AT, settings=settings)
    return finished(run, state="failed", **end)
