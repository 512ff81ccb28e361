"""Read side of the notes and questions on a request."""

from __future__ import annotations

from peewee import JOIN

from portal.store.db import hold_key
from portal.store.models import BackupRequest, Remark, User


def get(remark_id: int) -> Remark | None:
    """One remark, or None."""
    return Remark.get_or_none(Remark.id == remark_id)


def by_key(key: str) -> Remark | None:
    """The remark that a form with this key has made already, or None; of two at once the second waits for the first."""
    hold_key(key)
    return Remark.get_or_none(Remark.idempotency_key == key)


def open_for(user_id: int) -> list[tuple[str, int]]:
    """(number, id) of the person's own requests on which a question waits for an answer."""
    query = (
        BackupRequest.select(BackupRequest.id, BackupRequest.number)
        .join(Remark)
        .where(BackupRequest.requester == user_id, Remark.kind == "question", Remark.answered_at.is_null())
        .distinct()
        .order_by(BackupRequest.id)
    )
    return [(row.number or "", row.id) for row in query]


def standing(request_ids: list[int]) -> dict[int, str]:
    """For those of the requests with questions: `asked` while one waits for its answer, else `answered`."""
    query = Remark.select(Remark.backup_request, Remark.answered_at).where(
        Remark.backup_request.in_(request_ids), Remark.kind == "question"
    )
    found: dict[int, str] = {}
    for row in query:
        waits = row.answered_at is None or found.get(row.backup_request_id) == "asked"
        found[row.backup_request_id] = "asked" if waits else "answered"
    return found


def of_request(request_id: int, *, notes: bool) -> list[Remark]:
    """The questions on a request, with the officials' `notes` where asked for, oldest first, each with its author."""
    query = Remark.select(Remark, User).join(User, JOIN.INNER, on=(Remark.author == User.id))
    query = query.where(Remark.backup_request == request_id)
    if not notes:
        query = query.where(Remark.kind == "question")
    return list(query.order_by(Remark.id))
