"""Read side of the mirrors."""

from __future__ import annotations

from typing import Any

from peewee import JOIN, fn

from portal.store.models import Mirror, MirrorPass, Run, Server
from portal.store.queries.paging import Page, page_of
from schemas.run import MIRROR_KINDS

LOOKED_AT = 200
"""Runs of a server among which those of one mirror are looked for."""


def get(mirror_id: int) -> Mirror | None:
    """One mirror, or None."""
    return Mirror.get_or_none(Mirror.id == mirror_id)


def by_open_key(key: str) -> Mirror | None:
    """The mirror in use with this key, or None."""
    return Mirror.get_or_none(Mirror.open_key == key)


def meeting(target_id: int, target_path: str) -> Mirror | None:
    """The mirror in use that fills this folder of the server, one inside it or one above it, or None."""
    filled = Mirror.select().where(
        Mirror.target_server == target_id, Mirror.target_kind == "path", Mirror.open_key.is_null(False)
    )
    mine = f"{target_path.rstrip('/')}/"
    for mirror in filled.order_by(Mirror.id):
        other = f"{mirror.target_path.rstrip('/')}/"
        if mine.startswith(other) or other.startswith(mine):
            return mirror
    return None


def search(words: str = "", page: int = 1) -> Page[Mirror]:
    """The mirrors whose server or folder holds `words`, with server and newest run: those in use first, and of them
    those that were never in step or were so the longest ago."""
    query = _with_run()
    if words:
        query = query.where(Server.name.contains(words) | Mirror.path.contains(words))
    order = (Mirror.active.desc(), Mirror.in_step_at.is_null(False), Mirror.in_step_at, Mirror.id)
    return page_of(query.order_by(*order), page)


def of_server(server_id: int) -> list[Mirror]:
    """The mirrors of a server's folders, by folder, with their newest runs."""
    query = _with_run().where(Mirror.server == server_id)
    return list(query.order_by(Mirror.active.desc(), Mirror.path))


def of_request(request_id: int) -> list[Mirror]:
    """The mirrors that were set up under a request, with their newest runs."""
    return list(_with_run().where(Mirror.backup_request == request_id).order_by(Mirror.path))


def runs(mirror: Mirror, most: int = 10) -> list[Run]:
    """The newest runs of a mirror."""
    query = Run.select().where(Run.server == mirror.server_id, Run.kind.in_(MIRROR_KINDS))
    newest = query.order_by(Run.id.desc()).limit(LOOKED_AT)
    return [run for run in newest if run.spec["mirror"]["mirror_id"] == mirror.id][:most]


def pass_of_run(run_id: int) -> MirrorPass | None:
    """What was let pass of a stopped run, or None."""
    return MirrorPass.get_or_none(MirrorPass.stopped_run == run_id)


def passes(mirror_id: int) -> list[MirrorPass]:
    """What was let pass of a mirror, newest first."""
    return list(MirrorPass.select().where(MirrorPass.mirror == mirror_id).order_by(MirrorPass.id.desc()))


def waiting() -> list[Mirror]:
    """The mirrors in use whose newest run was stopped by the guard and that nobody has let pass."""
    query = _with_run().where(Mirror.active == True, Run.state == "failed")  # noqa: E712
    return [mirror for mirror in query if is_stopped(mirror.last_run)]


def is_stopped(run: Run) -> bool:
    """Whether the guard stopped this run and nobody has let it pass."""
    result = run.result or {}
    reasons = (result.get("report") or {}).get("reasons")
    return (
        run.state == "failed" and bool(reasons) and not result.get("passed") and pass_of_run(run.id) is None
    )


def standbys(server_id: int) -> list[Server]:
    """The servers that can stand by for another one: in use, their host key approved, by name."""
    usable = (Server.active == True) & (Server.host_key_state == "approved")  # noqa: E712
    return list(Server.select().where(usable, Server.id != server_id).order_by(fn.LOWER(Server.name)))


def by_the_clock() -> list[Mirror]:
    """The mirrors in use that the clock starts, with their newest runs."""
    return list(_with_run().where(Mirror.active == True, Mirror.every_hours > 0).order_by(Mirror.id))  # noqa: E712


def quarantine_days() -> dict[int, int]:
    """How many days what went of each mirror is kept: mirror -> days."""
    return {mirror.id: mirror.quarantine_days for mirror in Mirror.select()}


def _with_run() -> Any:
    query = Mirror.select(Mirror, Server, Run).join(Server, JOIN.INNER, on=(Mirror.server == Server.id))
    return query.switch(Mirror).join(Run, JOIN.LEFT_OUTER, on=(Mirror.last_run == Run.id))
