"""Read side of acting officials: which mandates count at an instant, and the list of all of them.

A mandate counts from its first day's midnight to the one after its last, unless ended before, while what it rests on
holds: a Plh.'s holder still has the post, a Plt.'s post still has no holder. All of it is asked anew each time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from portal.store.models import Delegation, RoleHolding, Unit, User
from portal.store.queries.paging import Page, page_of

Holder, Deputy = User.alias(), User.alias()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows: `words` in letter, post and people; `state`: current, coming, past or ""."""

    words: str = ""
    state: str = ""


def holding_in_force(at: datetime) -> Any:
    """Which of the roles given to people count at `at`."""
    return (RoleHolding.since <= at) & (RoleHolding.until.is_null() | (RoleHolding.until > at))


def get(delegation_id: int) -> Delegation | None:
    """One mandate, or None."""
    return Delegation.get_or_none(Delegation.id == delegation_id)


def by_key(key: str) -> Delegation | None:
    """The mandate that a form with this key has made, or None."""
    return Delegation.get_or_none(Delegation.idempotency_key == key)


def of_deputy(user_id: int, at: datetime) -> list[Delegation]:
    """The mandates by which this person acts at `at`, oldest first."""
    return list(_counting(at).where(Delegation.deputy == user_id))


def acting(role: str, unit_id: int | None, at: datetime) -> list[Delegation]:
    """The mandates of a post (of any unit, where none is given) that count at `at`, whose deputy's account is open."""
    query = (
        _counting(at)
        .join(User, on=(Delegation.deputy == User.id))
        .where(Delegation.role == role, User.active)
    )
    return list(query if unit_id is None else query.where(Delegation.unit == unit_id))


def counts(delegation: Delegation, at: datetime) -> bool:
    """Whether this mandate counts at `at`."""
    return bool(_counting(at).where(Delegation.id == delegation.id).exists())


def of_person(user_id: int, role: str) -> list[Delegation]:
    """Every mandate of this role that the person had, has or will have, the one that ends last first."""
    mine = (Delegation.deputy == user_id) & (Delegation.role == role)
    return list(Delegation.select().where(mine).order_by(Delegation.ends_at.desc(), Delegation.id.desc()))


def overlapping(role: str, unit_id: int | None, starts_at: datetime, ends_at: datetime) -> list[Delegation]:
    """The mandates of a post that were not ended and share an instant with starts_at <= t < ends_at."""
    shared = (Delegation.starts_at < ends_at) & (Delegation.ends_at > starts_at)
    query = Delegation.select().where(Delegation.role == role, Delegation.ended_at.is_null(), shared)
    unit = Delegation.unit.is_null() if unit_id is None else Delegation.unit == unit_id
    return list(query.where(unit).order_by(Delegation.id))


def holds_itself(role: str, unit_id: int | None, at: datetime, user_id: int | None = None) -> bool:
    """Whether somebody with an open account (or `user_id`) holds the role of the unit, by no mandate."""
    query = RoleHolding.select().join(User, on=RoleHolding.user)
    query = query.where(RoleHolding.role == role, User.active, holding_in_force(at))
    query = query.where(RoleHolding.unit.is_null() if unit_id is None else RoleHolding.unit == unit_id)
    return bool((query if user_id is None else query.where(RoleHolding.user == user_id)).exists())


def search(wanted: Filter, at: datetime, mine: Any = None, page: int = 1) -> Page[Delegation]:
    """The mandates that the filter asks for (and `mine` admits): what counts or is to come first, then the newest."""
    query = (
        Delegation.select(Delegation, Deputy, Holder, Unit)
        .join(Deputy, on=(Delegation.deputy == Deputy.id), attr="deputy")
        .switch(Delegation)
        .join(Holder, JOIN.LEFT_OUTER, on=(Delegation.holder == Holder.id), attr="holder")
        .switch(Delegation)
        .join(Unit, JOIN.LEFT_OUTER, on=(Delegation.unit == Unit.id))
    )
    if mine is not None:
        query = query.where(mine)
    if wanted.state:
        query = query.where(_state(wanted.state, at))
    for word in wanted.words.split()[:8]:
        query = query.where(
            Delegation.letter_number.contains(word) | Delegation.post.contains(word)
            | Deputy.name.contains(word) | Holder.name.contains(word)
        )  # fmt: skip
    return page_of(query.order_by(Delegation.ends_at.desc(), Delegation.id.desc()), page)


def count(state: str, at: datetime, mine: Any = None) -> int:
    """How many mandates stand so (of those that `mine` admits)."""
    query = Delegation.select().where(_state(state, at))
    return int((query if mine is None else query.where(mine)).count())


def has_any(user_id: int) -> bool:
    """Whether a mandate was ever given to or by this person, or for their post."""
    return bool(Delegation.select().where(concerning(user_id, [])).exists())


def concerning(user_id: int, posts: Iterable[str]) -> Any:
    """Which mandates concern a person: as deputy, holder or grantor, or of one of the roles `posts`."""
    found = (
        (Delegation.deputy == user_id) | (Delegation.holder == user_id) | (Delegation.granted_by == user_id)
    )
    for role in posts:
        found |= Delegation.role == role
    return found


def _state(state: str, at: datetime) -> Any:
    """The mandates by where their term stands: coming, current, or past (also by having been ended)."""
    open_still = Delegation.ended_at.is_null() | (Delegation.ended_at > at)
    if state == "coming":
        return open_still & (Delegation.starts_at > at)
    if state == "current":
        return open_still & (Delegation.starts_at <= at) & (Delegation.ends_at > at)
    return (Delegation.ends_at <= at) | (Delegation.ended_at <= at)


def _counting(at: datetime) -> Any:
    """The mandates that count at `at`, oldest first."""
    in_post = RoleHolding.select(RoleHolding.id).join(User, on=(RoleHolding.user == User.id))
    in_post = in_post.where(
        RoleHolding.role == Delegation.role,
        Delegation.unit.is_null() | (RoleHolding.unit == Delegation.unit),
        User.active,
        holding_in_force(at),
    )
    of_holder = in_post.where(RoleHolding.user == Delegation.holder)
    rests = ((Delegation.kind == "plh") & fn.EXISTS(of_holder)) | (
        (Delegation.kind == "plt") & ~fn.EXISTS(in_post)
    )
    return Delegation.select().where(_state("current", at), rests).order_by(Delegation.id)
