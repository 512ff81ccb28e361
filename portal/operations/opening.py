"""Who has seen a request first at its present desk: from then on the decision before it can no longer be undone."""

from __future__ import annotations

from datetime import datetime

from portal.errors import NotFound
from portal.operations import audit, mandates
from portal.sop.table import TERMINAL, desk_of
from portal.store.db import transaction
from portal.store.models import BackupRequest, User
from portal.store.queries import dispositions
from portal.store.queries import requests as rows


def opened(request_id: int, user: User, *, at: datetime) -> BackupRequest:
    """The request as it stands, noted as opened where `user` is the first of its present desk to see it; for the pages
    that show a request. Who made the last decision, and whoever has no say at this desk, opens nothing.

    The page must show the row returned here: an undo comes either before it or is refused. Raises NotFound.
    """
    seen = rows.get(request_id)
    if seen is None:
        raise NotFound("request.unknown")
    if not _is_first(seen, user, at):
        return seen
    with transaction():
        seen = rows.lock(request_id)
        if seen is None or not _is_first(seen, user, at):
            return seen or _gone()
        BackupRequest.update(opened_at=at, opened_by=user).where(BackupRequest.id == request_id).execute()
        audit.record(
            "request:opened",
            actor=user,
            subject_type="request",
            subject_id=request_id,
            data={"number": seen.number, "step": seen.step},
            at=at,
        )
        return rows.lock(request_id) or _gone()


def _is_first(seen: BackupRequest, user: User, at: datetime) -> bool:
    if seen.opened_at is not None or seen.step in TERMINAL:
        return False
    last = dispositions.at_revision(seen.id, seen.revision - 1)
    if last is None or last.actor_id == user.id:
        return False
    desk = desk_of(seen.sop_version, seen.step)
    return desk is not None and mandates.actor_for(seen, user, at).may_act_as(desk)


def _gone() -> BackupRequest:
    raise NotFound("request.unknown")
