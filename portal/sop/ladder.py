"""Whose post may be acted for, who may say so, and what a mandate can be limited to, as data.

A deputy (Plh. while the holder is away, Plt. while the post is vacant) is named by the holder or by the next superior.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.sop.table import TRANSITIONS, Role, desk_of

if TYPE_CHECKING:
    from datetime import date

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
LONGEST = timedelta(days=366)
"""The most days of one mandate; a longer absence needs another letter."""


class Kind(StrEnum):
    """Plh. (pelaksana harian): the holder is away. Plt. (pelaksana tugas): the post has no holder."""

    PLH = "plh"
    PLT = "plt"


SUPERIORS: dict[Role, tuple[Role, ...]] = {
    Role.UNIT_HEAD: (Role.CENTER_HEAD,),
    # Whoever is above the center is no user of the portal: the system administrator records their letter.
    Role.CENTER_HEAD: (Role.SYSTEM_ADMIN,),
    Role.DIVISION_HEAD: (Role.CENTER_HEAD,),
    Role.SUBDIVISION_HEAD: (Role.DIVISION_HEAD, Role.CENTER_HEAD),
    Role.ADMIN_AFFAIRS_HEAD: (Role.DIVISION_HEAD, Role.CENTER_HEAD),
    Role.ADMINISTRATOR: (Role.SUBDIVISION_HEAD,),
}
"""The posts that can be acted for, in the SOP's order, each with who may name a deputy beside its holder."""

CARRIES_OUT = Role.ADMINISTRATOR
APPROVES = frozenset({Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD})
"""Who carries out a request is not who approves it, whatever mandates one person holds."""


def steps_of(role: str) -> tuple[str, ...]:
    """The steps that are the desk of `role`, in the SOP's order: what a mandate can be limited to."""
    found = dict.fromkeys(row.step.value for row in TRANSITIONS if desk_of(row.version, row.step) == role)
    return tuple(found)


def may_name(role: str, own: frozenset[tuple[str, int | None]], unit_id: int | None) -> bool:
    """Whether whoever holds the (role, unit) pairs `own` may name a deputy for `role` (of the unit)."""
    if (role, unit_id) in own:
        return True
    superiors = {superior.value for superior in SUPERIORS.get(Role(role), ())}
    return not superiors.isdisjoint(held for held, _unit in own)


def term(first: date, last: date) -> tuple[datetime, datetime]:
    """From when and until when the days from `first` to `last`, both included, are: midnights of the office."""
    begin = datetime.combine(first, time(), OFFICE_ZONE)
    return begin, datetime.combine(last + timedelta(days=1), time(), OFFICE_ZONE)


def conflict(roles: frozenset[str]) -> bool:
    """Whether these roles on one request put carrying out and approving into one hand."""
    return CARRIES_OUT.value in roles and not roles.isdisjoint({role.value for role in APPROVES})


__all__ = [
    "APPROVES",
    "CARRIES_OUT",
    "LONGEST",
    "OFFICE_ZONE",
    "SUPERIORS",
    "Kind",
    "conflict",
    "may_name",
    "steps_of",
    "term",
]
