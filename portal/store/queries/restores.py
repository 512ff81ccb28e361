"""Read side of the restores for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.db import hold_key
from portal.store.models import BackupRequest, Restore, Run, Server, Snapshot, User
from portal.store.queries.paging import Page, page_of

OF_REQUEST = "request:"
"""How the keys of restores begin that a request over the desks has asked for; the request's id follows."""


def get(restore_id: int) -> Restore | None:
    """One restore, or None."""
    return Restore.get_or_none(Restore.id == restore_id)


def by_key(idempotency_key: str) -> Restore | None:
    """The restore that a form with this key has asked for already, or None; of two at once the second waits."""
    hold_key(idempotency_key)
    return Restore.get_or_none(Restore.idempotency_key == idempotency_key)


def search(requester_id: int | None, state: str, page: int) -> Page[Restore]:
    """The restores, those that wait for a decision first, then the newest: everybody's or one person's."""
    query = (
        Restore.select(Restore, Snapshot, Server, User)
        .join(Snapshot)
        .join(Server)
        .switch(Restore)
        .join(User, on=(Restore.requested_by == User.id))
    )
    if requester_id is not None:
        query = query.where(Restore.requested_by == requester_id)
    if state:
        query = query.where(Restore.state == state)
    return page_of(query.order_by((Restore.state == "requested").desc(), Restore.id.desc()), page)


def wanted_copies(server_id: int, at: datetime) -> set[int]:
    """The copies of a server that somebody waits for something of: asked for, or approved and not yet expired."""
    live = (Restore.state == "requested") | ((Restore.state == "approved") & (Restore.expires_at > at))
    query = Restore.select(Restore.snapshot).join(Snapshot).where(Snapshot.server == server_id, live)
    return {restore.snapshot_id for restore in query}


def waiting(*, not_by: int) -> int:
    """How many restores wait for a decision by the person `not_by`, who decides on nobody's own."""
    return int(Restore.select().where(Restore.state == "requested", Restore.requested_by != not_by).count())


def counts(requester_id: int | None) -> dict[str, int]:
    """How many restores are in each state."""
    query: Any = Restore.select(Restore.state, fn.COUNT(Restore.id)).group_by(Restore.state)
    if requester_id is not None:
        query = query.where(Restore.requested_by == requester_id)
    return {str(state): int(count) for state, count in query.tuples()}


def last_run(restore: Restore) -> Run | None:
    """The newest run of a restore, or None."""
    return Run.get_or_none(Run.id == restore.run_id) if restore.run_id else None


def wished_by(restore: Restore) -> BackupRequest | None:
    """The request over the desks that asked for a restore, or None for one that was asked for by itself."""
    begin, _, number = restore.idempotency_key.partition(":")
    if f"{begin}:" != OF_REQUEST or not number.isdigit():
        return None
    return BackupRequest.get_or_none(BackupRequest.id == int(number))


def request_of(restore: Restore) -> BackupRequest | None:
    """The request that the copy was made for."""
    return restore.snapshot.run.backup_request


def target_servers() -> list[Server]:
    """The servers that can be worked with, by name."""
    usable = (Server.active == True) & (Server.host_key_state == "approved")  # noqa: E712
    return list(Server.select().where(usable).order_by(fn.LOWER(Server.name)))
