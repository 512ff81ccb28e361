"""Read side of the daily digest."""

from __future__ import annotations

from datetime import UTC, datetime

from peewee import fn

from portal.store.models import Grant, OutboxEvent, Run, Server, Snapshot
from schemas.run import DATA_KINDS

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def last_told(at: datetime) -> datetime | None:
    """When the last digest before `at` was written."""
    written = (OutboxEvent.kind == "digest") & (OutboxEvent.created_at < at)
    return OutboxEvent.select(fn.MAX(OutboxEvent.created_at)).where(written).scalar()


def ended(since: datetime, until: datetime) -> list[Run]:
    """The runs that moved data and ended in that time, oldest first, with their server."""
    then = (Run.finished_at >= since) & (Run.finished_at < until)
    query = Run.select(Run, Server).join(Server).where(then, Run.kind.in_(DATA_KINDS))
    return list(query.order_by(Run.id))


def newest_copies(at: datetime) -> list[tuple[str, datetime | None, datetime | None]]:
    """For each server in use under an authority in force: its name, its newest copy and its newest proven copy (None
    where there is none); the longest without a copy first."""
    in_force = (Grant.starts_at <= at) & (Grant.ends_at > at) & Grant.revoked_at.is_null()
    servers = Server.select().join(Grant).where(in_force, Server.active == True).distinct()  # noqa: E712
    found = [(server.name, _newest(server, proven=False), _newest(server, proven=True)) for server in servers]
    return sorted(found, key=lambda line: (line[1] or _NEVER, line[0]))


def _newest(server: Server, *, proven: bool) -> datetime | None:
    kept = (Snapshot.server == server) & Snapshot.removed_at.is_null()
    if proven:
        kept &= Snapshot.proven_at.is_null(False)
    return Snapshot.select(fn.MAX(Snapshot.created_at)).where(kept).scalar()
