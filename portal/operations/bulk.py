"""Several requests passed on at once: one note, the standard instruction of each desk, and a transaction of its own for
each, so that one that cannot go on stops no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from portal.config import Settings
from portal.errors import NotFound, PortalError, TransitionRefused
from portal.operations import disposition
from portal.sop import onetap
from portal.sop.table import Action
from portal.store.models import BackupRequest, User
from portal.store.queries import requests as rows
from schemas.decision import Decision

MOST = 25


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request: passed on, or why not."""

    request_id: int
    number: str
    moved: BackupRequest | None = None
    error: PortalError | None = None


def forward(picked: Iterable[Decision], *, user: User, at: datetime, settings: Settings) -> list[Outcome]:
    """Carry out each decision to pass on, in their order; of more than `MOST` the first ones. Raises nothing that
    concerns one of them: that is in its outcome."""
    return [_forward(decision, user, at, settings) for decision in list(picked)[:MOST]]


def _forward(decision: Decision, user: User, at: datetime, settings: Settings) -> Outcome:
    backup_request = rows.get(decision.request_id)
    if backup_request is None:
        return Outcome(decision.request_id, "", error=NotFound("request.unknown"))
    number = str(backup_request.number or "")
    try:
        if decision.action != Action.FORWARD or not _is_here(backup_request, decision, user, at):
            raise TransitionRefused("bulk.not_here")
        usual = onetap.instructions(backup_request.step, decision.action)
        sent = decision.model_copy(update={"instructions": usual})
        moved = disposition.act(sent, user=user, at=at, settings=settings)
    except PortalError as error:
        return Outcome(decision.request_id, number, error=error)
    return Outcome(decision.request_id, number, moved=moved)


def _is_here(backup_request: BackupRequest, decision: Decision, user: User, at: datetime) -> bool:
    """Whether the SOP lets `user` pass this request on with others; of one that went on meanwhile `act` tells."""
    if backup_request.revision != decision.revision:
        return True
    return any(onetap.in_bulk(move) for move in disposition.available(backup_request, user, at))
