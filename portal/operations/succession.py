"""No desk is left without anybody while requests wait on it.

Closing the account of the last holder of a role, or ending that role, would strand every request on that desk: nobody
could decide it and nobody would be told. So both are refused until a successor holds the role, which is one click on
the same page, or until the post is vacated knowingly: its superior then names a Plt. by letter, which is possible only
once the post is vacant. Whoever must be locked out at once gets a new first password instead, and the sessions end now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.errors import TransitionRefused
from portal.sop.ladder import SUPERIORS
from portal.sop.table import TERMINAL, TRANSITIONS, Role, desk_of
from portal.store.models import RoleHolding, User
from portal.store.queries import accounts, people

ENDED = frozenset(step.value for step in TERMINAL)


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that nobody else could take over: its role, its unit's id or None, and how many requests stand on it."""

    role: str
    unit_id: int | None
    waiting: int

    @property
    def may_be_vacated(self) -> bool:
        """Whether a superior can name a Plt. for it."""
        return self.role in {role.value for role in SUPERIORS}


def sole_desks(user: User, at: datetime) -> list[Desk]:
    """The desks with waiting requests that only `user` sits at."""
    found = [sole_desk(user, role, unit_id, at) for role, unit_id in sorted(_held(user, at), key=str)]
    return [desk for desk in found if desk]


def sole_desk(user: User, role: str, unit_id: int | None, at: datetime) -> Desk | None:
    """The desk of one of `user`'s roles, when requests wait there and nobody else holds it."""
    waiting = accounts.count_at(_steps_of(role), unit_id)
    if not waiting or accounts.other_holder(role, unit_id, user.id, at):
        return None
    return Desk(role, unit_id, waiting)


def demand_successor(
    user: User, at: datetime, holding: RoleHolding | None = None, *, vacate: bool = False
) -> list[str]:
    """Raise TransitionRefused('role.last_holder') when a desk (of `holding`, or any of `user`'s) would be empty.

    With `vacate`, a post for which a Plt. can be named may be: the roles left vacant are returned, for the trail.
    """
    if holding is not None:
        desk = sole_desk(user, holding.role, holding.unit_id, at)
        alone = [desk] if desk else []
    else:
        alone = sole_desks(user, at)
    for desk in alone:
        if not (vacate and desk.may_be_vacated):
            raise TransitionRefused("role.last_holder", role=desk.role, waiting=desk.waiting)
    return [desk.role for desk in alone]


def _held(user: User, at: datetime) -> frozenset[tuple[str, int | None]]:
    return people.owned(user, at)


def _steps_of(role: str) -> set[str]:
    """The steps that are this role's desk, in every version; what waits for a requester waits for that person alone."""
    if role == Role.REQUESTER:
        return set()
    return {row.step.value for row in TRANSITIONS if desk_of(row.version, row.step) == role}
