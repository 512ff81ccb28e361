"""Read side of the vault's room: what was measured, what the runs added and removed, and each server's part of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from portal.store.models import RetentionRule, Run, Server, Snapshot, VaultRoom, VaultState


@dataclass(frozen=True, slots=True)
class Line:
    """A server's part of the vault. `recent_bytes` is what its backups have added since a day; `lacking` copies are
    not in the second vault yet."""

    server: Server
    copies: int
    recent_bytes: int
    lacking: int
    state: VaultState | None
    ruled: bool


def rooms(since: datetime, place: str = "vault") -> list[VaultRoom]:
    """The room of a place as it was measured from `since` on, oldest first."""
    found = VaultRoom.select().where(VaultRoom.place == place, VaultRoom.measured_at >= since)
    return list(found.order_by(VaultRoom.measured_at))


def measured_on(day: str, place: str = "vault") -> bool:
    """Whether the room of a place was measured on this day."""
    return bool(VaultRoom.select().where(VaultRoom.place == place, VaultRoom.day == day).exists())


def changes(since: datetime) -> list[tuple[datetime, int]]:
    """What runs have added to the vault since then, and (less than 0) what removals have freed."""
    made = Snapshot.select(Snapshot.created_at, Snapshot.added_bytes).where(Snapshot.created_at >= since)
    added = [(copy.created_at, copy.added_bytes) for copy in made]
    cuts = Run.select().where(Run.kind == "prune", Run.state == "succeeded", Run.finished_at >= since)
    freed = [(cut.finished_at, cut.result["bytes_after"] - cut.result["bytes_before"]) for cut in cuts]
    return added + freed


def lines(since: datetime) -> list[Line]:
    """Every server that the vault holds copies of, the one that adds most first."""
    counted = _sums(Snapshot.removed_at.is_null())
    recent = _sums(Snapshot.created_at >= since)
    lacking = _sums(Snapshot.removed_at.is_null() & Snapshot.second_at.is_null())
    ruled = {rule.server_id for rule in RetentionRule.select(RetentionRule.server).distinct()}
    query = Server.select(Server, VaultState).join(VaultState, JOIN.LEFT_OUTER)
    found = [
        Line(
            server,
            counted[server.id][0],
            recent.get(server.id, (0, 0))[1],
            lacking.get(server.id, (0, 0))[0],
            getattr(server, "vaultstate", None),
            server.id in ruled,
        )
        for server in query.where(Server.id.in_(list(counted)))
    ]
    return sorted(found, key=lambda line: (-line.recent_bytes, line.server.name))


def _sums(where: Any) -> dict[int, tuple[int, int]]:
    """Server -> how many copies, and what they added."""
    query: Any = Snapshot.select(Snapshot.server, fn.COUNT(Snapshot.id), fn.SUM(Snapshot.added_bytes))
    return {
        int(server): (int(count), int(added or 0))
        for server, count, added in query.where(where).group_by(Snapshot.server).tuples()
    }
