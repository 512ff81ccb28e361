"""Read side of the copies as people look into them; what was removed is no copy."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from portal.store.models import BackupRequest, Run, Snapshot
from portal.store.queries.paging import Page, page_of


def get(server_id: int, snapshot_pk: int, requester_id: int | None) -> Snapshot | None:
    """A snapshot of this server with the run and request it was made for, or None: any, or one of a person's."""
    return _visible(server_id, requester_id).where(Snapshot.id == snapshot_pk).first()


def search(server_id: int, requester_id: int | None, page: int) -> Page[Snapshot]:
    """The snapshots of a server, newest first: all, or those made for the requests of one person."""
    return page_of(_visible(server_id, requester_id), page)


def newest(server_id: int, requester_id: int | None, most: int, after: int = 0) -> list[Snapshot]:
    """`most` snapshots of a server, newest first, without the first `after`."""
    return list(_visible(server_id, requester_id).limit(most).offset(after))


def asked_for(server_id: int, requester_id: int) -> bool:
    """Whether the server holds a copy that was made for a request of this person."""
    return bool(_visible(server_id, requester_id).exists())


def last_index_run(snapshot: Snapshot, most: int = 50) -> Run | None:
    """The newest run that was to index this snapshot's manifest, or None."""
    query = Run.select().where(Run.server == snapshot.server_id, Run.kind == "index")
    runs = query.order_by(Run.id.desc()).limit(most)
    return next((run for run in runs if run.spec["manifest_sha256"] == snapshot.manifest_sha256), None)


def _visible(server_id: int, requester_id: int | None) -> Any:
    query = _with_request().where(Snapshot.server == server_id, Snapshot.removed_at.is_null())
    return query if requester_id is None else query.where(BackupRequest.requester == requester_id)


def _with_request() -> Any:
    query = Snapshot.select(Snapshot, Run, BackupRequest).join(Run, on=(Snapshot.run == Run.id))
    return query.join(BackupRequest, JOIN.LEFT_OUTER).order_by(Snapshot.created_at.desc(), Snapshot.id.desc())
