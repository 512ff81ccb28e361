"""Read side of break-glass: what was opened, and which reviews are still to be closed."""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from portal.store.db import hold_key
from portal.store.models import Emergency, Run, Server, Snapshot, Source, User
from portal.store.queries.paging import Page, page_of


def get(emergency_id: int) -> Emergency | None:
    """One emergency, or None."""
    return Emergency.get_or_none(Emergency.id == emergency_id)


def by_key(idempotency_key: str) -> Emergency | None:
    """The emergency that a form with this key has opened already, or None; of two at once the second waits."""
    hold_key(idempotency_key)
    return Emergency.get_or_none(Emergency.idempotency_key == idempotency_key)


def open_reviews() -> list[Emergency]:
    """Those whose review is not closed, oldest first."""
    return list(Emergency.select().where(Emergency.closed_at.is_null()).order_by(Emergency.id))


def count_open() -> int:
    """How many reviews are not closed."""
    return int(Emergency.select().where(Emergency.closed_at.is_null()).count())


def unjudged_copies(server_id: int) -> set[int]:
    """The copies of a server that were made under an emergency whose review is not closed."""
    open_ids = {row.id for row in open_reviews() if row.server_id == server_id}
    if not open_ids:
        return set()
    made = (
        Snapshot.select(Snapshot, Run)
        .join(Run, on=(Snapshot.run == Run.id))
        .where(Snapshot.server == server_id)
    )
    return {copy.id for copy in made if copy.run.spec.get("emergency_id") in open_ids}


def search(state: str, page: int) -> Page[Emergency]:
    """The emergencies, those to be reviewed first, then the newest. `state`: open, closed, or all."""
    query = (
        Emergency.select(Emergency, Server, User, Run)
        .join(Server)
        .switch(Emergency)
        .join(User, on=(Emergency.opened_by == User.id))
        .switch(Emergency)
        .join(Run, JOIN.LEFT_OUTER, on=(Emergency.run == Run.id))
    )
    if state:
        query = query.where(Emergency.closed_at.is_null(state == "open"))
    return page_of(query.order_by(Emergency.closed_at.is_null().desc(), Emergency.id.desc()), page)


def runs_of(emergency: Emergency) -> list[Run]:
    """Every run that was started under it, oldest first."""
    started = (Run.server == emergency.server_id) & (Run.kind == "backup") & Run.backup_request.is_null()
    runs: Any = Run.select().where(started).order_by(Run.id)
    return [run for run in runs if run.spec.get("emergency_id") == emergency.id]


def sources(server_id: int) -> list[Source]:
    """The chosen folders and databases of a server, folders first."""
    chosen = (Source.server == server_id) & (Source.active == True)  # noqa: E712
    return list(Source.select().where(chosen).order_by(Source.kind.desc(), Source.path))


def ready_servers() -> list[Server]:
    """The servers that a backup can be made of now: in use, trusted, with something chosen."""
    ready = (Server.active == True) & (Server.host_key_state == "approved") & Server.key.is_null(False)  # noqa: E712
    chosen = Source.select(Source.server).where(Source.active == True)  # noqa: E712
    return list(Server.select().where(ready, Server.id.in_(chosen)).order_by(Server.name))
