"""Read side of the requests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.store.db import is_sqlite
from portal.store.models import BackupRequest, Disposition, User


def get(request_id: int) -> BackupRequest | None:
    """One request, or None."""
    return BackupRequest.get_or_none(BackupRequest.id == request_id)


def lock(request_id: int) -> BackupRequest | None:
    """One request for a decision: on PostgreSQL its row is held until the commit; SQLite holds the whole file."""
    query = BackupRequest.select().where(BackupRequest.id == request_id)
    return (query if is_sqlite() else query.for_update()).first()


def decision_at(request_id: int, revision: int) -> Disposition | None:
    """The decision that was made on the state `revision`, or None."""
    return Disposition.get_or_none(Disposition.backup_request == request_id, Disposition.revision == revision)


def decisions(request_id: int) -> list[Disposition]:
    """Every decision on a request, oldest first, with who decided."""
    return list(
        Disposition.select(Disposition, User)
        .join(User, on=(Disposition.actor == User.id))
        .where(Disposition.backup_request == request_id)
        .order_by(Disposition.revision)
    )


def postponed_until(at: datetime) -> list[int]:
    """The requests whose postponement ends at or before `at`."""
    rows = BackupRequest.select(BackupRequest.id).where(
        BackupRequest.paused_at.is_null(False), BackupRequest.postponed_until <= at
    )
    return [row.id for row in rows]


def count_numbered(year: int) -> int:
    """How many requests carry a number of `year`; numbers are never given back."""
    return BackupRequest.select().where(BackupRequest.number.startswith(f"PB-{year}-")).count()


def on_desks(
    roles: Iterable[tuple[str, int | None]], steps_of: dict[str, list[str]], user_id: int
) -> list[BackupRequest]:
    """The requests that wait for any of `roles` (role, unit or None), soonest due first, never `user_id`'s own.

    `steps_of` maps a role to the steps that are its desk, from the rule book.
    """
    desks = None
    for role, unit_id in roles:
        desk = BackupRequest.step.in_(steps_of.get(role, []))
        if unit_id is not None:
            desk &= BackupRequest.unit == unit_id
        desks = desk if desks is None else desks | desk
    if desks is None:
        return []
    query = BackupRequest.select().where(desks, BackupRequest.requester != user_id)
    return list(query.order_by(BackupRequest.due_at.asc(nulls="LAST"), BackupRequest.id))
