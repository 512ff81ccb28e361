"""Read side of the decisions on a request."""

from __future__ import annotations

from peewee import JOIN

from portal.store.models import Disposition, User


def at_revision(request_id: int, revision: int) -> Disposition | None:
    """The decision that was made on the state `revision`, or None."""
    return Disposition.get_or_none(Disposition.backup_request == request_id, Disposition.revision == revision)


def of_request(request_id: int) -> list[Disposition]:
    """Every decision on a request, oldest first, with who decided; what the portal itself did has no actor."""
    return list(
        Disposition.select(Disposition, User)
        .join(User, JOIN.LEFT_OUTER, on=(Disposition.actor == User.id))
        .where(Disposition.backup_request == request_id)
        .order_by(Disposition.revision)
    )
