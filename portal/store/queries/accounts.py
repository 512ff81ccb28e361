"""Read side of the system administrator's room: people with their roles, units with their people, what waits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from portal.store.models import BackupRequest, RoleHolding, Unit, User
from portal.store.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to: `words` in name, NIP, user name and unit; a unit's code, a role held now, and
    `state` ("open" or "closed"); an empty value narrows nothing."""

    words: str = ""
    unit: str = ""
    role: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit and how many open accounts belong to it."""

    unit: Unit
    people: int


def search(wanted: Filter, at: datetime, page: int = 1) -> Page[User]:
    """The people that the filter asks for, with their units, by name."""
    query = User.select(User, Unit).join(Unit)
    for word in wanted.words.split()[:8]:
        query = query.where(
            User.name.contains(word) | User.nip.contains(word) | User.username.contains(word)
            | Unit.name.contains(word) | Unit.code.contains(word)
        )  # fmt: skip
    if wanted.unit:
        query = query.where(Unit.code == wanted.unit)
    if wanted.role:
        query = query.where(User.id.in_(_holding(wanted.role, at)))
    if wanted.state:
        query = query.where(User.active == (wanted.state == "open"))
    return page_of(query.order_by(User.name, User.id), page)


def roles_now(user_ids: Iterable[int], at: datetime) -> dict[int, list[RoleHolding]]:
    """The roles in force of each of these people, in the order in which they were given."""
    found: dict[int, list[RoleHolding]] = {}
    query = RoleHolding.select(RoleHolding, Unit).join(Unit, JOIN.LEFT_OUTER)
    query = query.where(RoleHolding.user.in_(list(user_ids)), _in_force(at)).order_by(RoleHolding.id)
    for row in query:
        found.setdefault(row.user_id, []).append(row)
    return found


def by_nip(nip: str, but: int) -> User | None:
    """Somebody with this NIP other than `but`, or None."""
    return User.get_or_none(User.nip == nip, User.id != but) if nip else None


def holding(holding_id: int) -> RoleHolding | None:
    """One holding with its person, or None."""
    return RoleHolding.get_or_none(RoleHolding.id == holding_id)


def unit(unit_id: int) -> Unit | None:
    """One unit, active or not, or None."""
    return Unit.get_or_none(Unit.id == unit_id)


def unit_lines() -> list[UnitLine]:
    """Every unit by name, the inactive ones last, with the number of its open accounts."""
    counts: Any = User.select(User.unit, fn.COUNT(User.id)).where(User.active).group_by(User.unit).tuples()
    counted: dict[int, int] = dict(counts)
    rows = Unit.select().order_by(Unit.active.desc(), Unit.name, Unit.id)
    return [UnitLine(row, counted.get(row.id, 0)) for row in rows]


def unit_is_needed(unit_id: int, ended: Collection[str], at: datetime) -> str:
    """What still hangs on a unit: "people", "head", "requests", or nothing."""
    if User.select().where(User.unit == unit_id, User.active).exists():
        return "people"
    if RoleHolding.select().where(RoleHolding.unit == unit_id, _in_force(at)).exists():
        return "head"
    waits = BackupRequest.select().where(
        BackupRequest.unit == unit_id, BackupRequest.step.not_in(list(ended))
    )
    return "requests" if waits.exists() else ""


def of_directory() -> list[User]:
    """The open accounts that came from the directory, by user name."""
    return list(User.select().where(User.source == "ldap", User.active).order_by(User.username))


def other_local_holder(role: str, user_id: int, at: datetime) -> bool:
    """Whether somebody else with an open account of this portal's own holds the role at `at`."""
    holds = User.id.in_(_holding(role, at))
    return bool(User.select().where(holds, User.id != user_id, User.active, User.source == "local").exists())


def other_holder(role: str, unit_id: int | None, user_id: int, at: datetime) -> bool:
    """Whether somebody else with an open account holds the role (of the unit) at `at`."""
    query = RoleHolding.select().join(User, on=RoleHolding.user)
    query = query.where(RoleHolding.role == role, RoleHolding.user != user_id, User.active, _in_force(at))
    if unit_id is not None:
        query = query.where(RoleHolding.unit == unit_id)
    return bool(query.exists())


def count_at(steps: Collection[str], unit_id: int | None) -> int:
    """How many requests (of the unit, where one is given) stand at one of these steps."""
    query = BackupRequest.select().where(BackupRequest.step.in_(list(steps)))
    if unit_id is not None:
        query = query.where(BackupRequest.unit == unit_id)
    return int(query.count())


def own_open_numbers(user_id: int, ended: Collection[str]) -> list[str]:
    """The numbers of the requests that a person sent and that have not ended."""
    query = BackupRequest.select(BackupRequest.number).where(
        BackupRequest.requester == user_id,
        BackupRequest.number.is_null(False),
        BackupRequest.step.not_in(list(ended)),
    )
    return [str(row.number) for row in query.order_by(BackupRequest.id)]


def _holding(role: str, at: datetime) -> Any:
    return RoleHolding.select(RoleHolding.user).where(RoleHolding.role == role, _in_force(at))


def _in_force(at: datetime) -> Any:
    return (RoleHolding.since <= at) & (RoleHolding.until.is_null() | (RoleHolding.until > at))
