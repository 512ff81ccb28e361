"""Read side of the catalogue as a whole: every server with what is kept of it, in a handful of questions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.models import BackupRequest, Grant, Schedule, Server, Snapshot, Source, Unit
from portal.store.queries.evaluation import servers
from schemas.catalogue import CatalogueLine, CatalogueSource
from schemas.schedule import ScheduleRule


def lines(at: datetime) -> list[CatalogueLine]:
    """Every server, those in use first, by name; `retention_class` is left to the rules."""
    known = {row.id: row for row in servers.rows(at)}
    granted, sources, rules, second = _granted(at), _sources(), _rules(), _second()
    found = []
    for server in Server.select().order_by(Server.active.desc(), fn.LOWER(Server.name)):
        row = known.get(server.id)
        units, days = granted.get(server.id, (set(), None))
        found.append(
            CatalogueLine(
                id=server.id, name=server.name, address=server.address, port=server.port, active=server.active,
                units=tuple(sorted(units)), sources=tuple(sources.get(server.id, ())),
                rules=tuple(rules.get(server.id, ())), retention_days=days, kept=bool(row and row.held),
                second=server.id in second, copied_at=max(row.copies, default=None) if row else None,
                proven_at=row.proven_at if row else None)
        )  # fmt: skip
    return found


def _granted(at: datetime) -> dict[int, tuple[set[str], int]]:
    """Server -> the units that have an approved request in force for it, and the longest keeping among those."""
    days = fn.MAX(Grant.scope["retention_days"].as_int())
    query: Any = (
        Grant.select(Grant.server, Unit.name, days)
        .join(BackupRequest)
        .join(Unit, on=(BackupRequest.unit == Unit.id))
        .where(servers.holds(at))
        .group_by(Grant.server, Unit.name)
    )
    found: dict[int, tuple[set[str], int]] = {}
    for server, unit, longest in query.tuples():
        units, known = found.get(server, (set(), 0))
        found[server] = (units | {unit}, max(known, int(longest or 0)))
    return found


def _sources() -> dict[int, list[CatalogueSource]]:
    """Folders first, by path."""
    chosen = Source.select().where(Source.active == True)  # noqa: E712
    return _by_server(
        (row.server_id, CatalogueSource(kind=row.kind, path=row.path, size_bytes=row.size_bytes))
        for row in chosen.order_by(Source.kind.desc(), Source.path)
    )


def _rules() -> dict[int, list[ScheduleRule]]:
    active = Schedule.select(Schedule.server, Schedule.rule).where(Schedule.state == "active")
    return _by_server(
        (row.server_id, ScheduleRule.model_validate(row.rule)) for row in active.order_by(Schedule.id)
    )


def _second() -> set[int]:
    held = Snapshot.removed_at.is_null() & Snapshot.second_at.is_null(False)
    return {row.server_id for row in Snapshot.select(Snapshot.server).where(held).distinct()}


def _by_server(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for server, value in pairs:
        found.setdefault(server, []).append(value)
    return found
