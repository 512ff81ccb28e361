"""Read side of the decisions on a request."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import JOIN

from portal.store.models import BackupRequest, Disposition, User

UNDO = "undo"
"""The action of a row that takes the one before it back."""


def last_by(user_id: int, most: int) -> list[Disposition]:
    """The decisions of a person that are still the last on their requests and that nobody has opened since, the newest
    first, with the requests."""
    query = (
        Disposition.select(Disposition, BackupRequest)
        .join(BackupRequest)
        .where(
            Disposition.actor == user_id,
            Disposition.revision == BackupRequest.revision - 1,
            Disposition.action != UNDO,
            BackupRequest.opened_at.is_null(),
        )
    )
    return list(query.order_by(Disposition.created_at.desc(), Disposition.id.desc()).limit(most))


def at_revision(request_id: int, revision: int) -> Disposition | None:
    """The decision that was made on the state `revision`, or None."""
    return Disposition.get_or_none(Disposition.backup_request == request_id, Disposition.revision == revision)


def of_request(request_id: int) -> list[Disposition]:
    """The decisions that stand on a request, oldest first, with who decided; what the portal itself did has no actor.
    What was taken back, and the taking back, are left out: papers and times are made from these."""
    return standing(trail_of(request_id))


def standing(decisions: Iterable[Disposition]) -> list[Disposition]:
    """Those of the decisions that were not taken back."""
    return [row for row in decisions if row.undone_at is None and row.action != UNDO]


def trail_of(request_id: int) -> list[Disposition]:
    """Everything that was decided on a request, also what was taken back, oldest first."""
    return list(
        Disposition.select(Disposition, User)
        .join(User, JOIN.LEFT_OUTER, on=(Disposition.actor == User.id))
        .where(Disposition.backup_request == request_id)
        .order_by(Disposition.revision)
    )


def roles_taken(request_id: int, user_id: int) -> dict[str, bool]:
    """The roles in which somebody has decided on a request, each with whether it was ever by a mandate; what was taken
    back does not count, nor the taking back."""
    mine = (Disposition.backup_request == request_id) & (Disposition.actor == user_id)
    stands = Disposition.undone_at.is_null() & (Disposition.action != "undo")
    rows = Disposition.select().where(mine, stands)
    found: dict[str, bool] = {}
    for row in rows:
        found[row.role] = found.get(row.role, False) or row.delegation_id is not None
    return found
