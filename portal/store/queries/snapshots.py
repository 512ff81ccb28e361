"""Read side of the snapshots: what the vault holds of a server or for a request."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from portal.store.models import BackupRequest, Run, Snapshot


def get(snapshot_pk: int) -> Snapshot | None:
    """One snapshot by its row's id, or None."""
    return Snapshot.get_or_none(Snapshot.id == snapshot_pk)


def of_run(run_id: int) -> Snapshot | None:
    """The snapshot that a run made, or None."""
    return Snapshot.get_or_none(Snapshot.run == run_id)


def by_snapshot_id(snapshot_id: str) -> Snapshot | None:
    """The snapshot with restic's full id, or None."""
    return Snapshot.get_or_none(Snapshot.snapshot_id == snapshot_id)


def alike(snapshot: Snapshot, *, since_run: int | None, most: int) -> list[Snapshot]:
    """The newest earlier snapshots of the same sources of that server whose runs succeeded, with those runs; with
    `since_run` only those made by it or later. What was removed since counts too: it says what was usual."""
    earlier = (Snapshot.server == snapshot.server_id) & (Snapshot.id < snapshot.id)
    if since_run is not None:
        earlier &= Snapshot.run >= since_run
    query = Snapshot.select(Snapshot.id, Snapshot.sources).join(Run, on=(Snapshot.run == Run.id))
    query = query.where(earlier, Run.state == "succeeded").order_by(Snapshot.id.desc()).limit(most * 5)
    wanted = sorted(snapshot.sources)
    ids = [row.id for row in query if sorted(row.sources) == wanted][:most]
    found = Snapshot.select(Snapshot, Run).join(Run, on=(Snapshot.run == Run.id)).where(Snapshot.id.in_(ids))
    return list(found.order_by(Snapshot.id.desc()))


def last_proven(server_id: int) -> Snapshot | None:
    """The copy of a server that a restore test has found whole last, or None; what was removed is no copy."""
    proven = (
        (Snapshot.server == server_id) & Snapshot.proven_at.is_null(False) & Snapshot.removed_at.is_null()
    )
    return Snapshot.select().where(proven).order_by(Snapshot.proven_at.desc(), Snapshot.id.desc()).first()


def of_server(server_id: int, most: int = 50) -> list[Snapshot]:
    """The newest snapshots that the vault still holds of a server, with the run and request each was made for."""
    return list(_with_run().where(Snapshot.server == server_id, Snapshot.removed_at.is_null()).limit(most))


def of_request(request_id: int) -> list[Snapshot]:
    """Every snapshot that was made for a request, newest first."""
    return list(_with_run().where(Run.backup_request == request_id))


def _with_run() -> Any:
    query = Snapshot.select(Snapshot, Run, BackupRequest).join(Run, on=(Snapshot.run == Run.id))
    return query.join(BackupRequest, JOIN.LEFT_OUTER).order_by(Snapshot.created_at.desc(), Snapshot.id.desc())
