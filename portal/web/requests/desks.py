"""Whose desk a request lies on, and where each move would put it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.sop.table import TERMINAL, Action, Role, Transition, desk_of
from portal.store.db import now
from portal.store.queries import delegations, people
from portal.web.messages import label

if TYPE_CHECKING:
    from portal.store.models import BackupRequest


@dataclass(frozen=True, slots=True)
class Desk:
    """The role that can move a request on from `step`, and who holds it; nobody decides on a request of their own,
    so its requester is left out."""

    step: str
    role: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """A move that may be made now: the rule book's row and the desk it leads to (None where the request ends)."""

    row: Transition
    desk: Desk | None

    @property
    def stays(self) -> bool:
        """Whether the request remains where it is."""
        return self.row.next_step == self.row.step


def of(backup_request: BackupRequest, step: str | None = None) -> Desk:
    """The desk of `step`, or the one the request lies on now."""
    step = step or backup_request.step
    role = desk_of(backup_request.sop_version, step) or Role.REQUESTER
    return Desk(step, role.value, _names(backup_request, role, step))


# What is offered first; the others follow in the table's order, and a withdrawal last.
FIRST = {Action.RESUME: -4, Action.FOLLOW_UP: -3, Action.REPORT: -2, Action.WITHDRAW: 1}


def moves(backup_request: BackupRequest, rows: tuple[Transition, ...]) -> list[Move]:
    """The rows with where each leads, the likeliest first. Submission is the form's own page."""
    offered = (row for row in rows if row.action is not Action.SUBMIT)
    return [
        Move(row, None if row.next_step in TERMINAL else of(backup_request, row.next_step))
        for row in sorted(offered, key=lambda row: FIRST.get(row.action, 0))
    ]


def _names(backup_request: BackupRequest, role: Role, step: str) -> tuple[str, ...]:
    if role is Role.REQUESTER:
        return (backup_request.requester.name,)
    unit = backup_request.unit_id if role is Role.UNIT_HEAD else None
    names = [
        owner.name for owner in people.owners(role.value, unit) if owner.id != backup_request.requester_id
    ]
    return (*names, *_deputies(backup_request, role, unit, step))


def _deputies(backup_request: BackupRequest, role: Role, unit: int | None, step: str) -> Iterator[str]:
    """Who stands for the role at this step now, as "Wulan (Plh.)"."""
    for given in delegations.acting(role.value, unit, now()):
        by_own_hand = backup_request.requester_id in (given.deputy_id, given.granted_by_id)
        if not by_own_hand and (not given.steps or step in given.steps):
            yield f"{given.deputy.name} ({label('acting', given.kind)})"
