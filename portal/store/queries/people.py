"""Read side of people, the roles they hold and their sessions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from portal.store.db import now
from portal.store.models import Delegation, RoleHolding, Unit, User, UserSession
from portal.store.queries import delegations


def user(user_id: int) -> User | None:
    """One person, or None."""
    return User.get_or_none(User.id == user_id)


def by_ids(user_ids: Iterable[int]) -> list[User]:
    """These people, in the order of their ids."""
    return list(User.select().where(User.id.in_(list(user_ids))).order_by(User.id))


def user_by_username(username: str) -> User | None:
    """The person who signs in as `username` (kept in lower case), or None."""
    wanted = username.strip().lower()
    # PostgreSQL takes no NUL in a text; nobody is called so anyway.
    return User.get_or_none(User.username == wanted) if wanted.isprintable() else None


def unit_by_code(code: str) -> Unit | None:
    """The unit with this code, or None."""
    return Unit.get_or_none(Unit.code == code)


def units() -> list[Unit]:
    """The active units by name."""
    return list(Unit.select().where(Unit.active).order_by(Unit.name))


def everyone() -> list[User]:
    """All people with their units, by name."""
    return list(User.select(User, Unit).join(Unit).order_by(User.name, User.id))


def owned(person: User, at: datetime) -> frozenset[tuple[str, int | None]]:
    """`person`'s own at `at`, by no mandate: (role, unit id or None) pairs; nothing once the account is closed."""
    if not person.active:
        return frozenset()
    rows = RoleHolding.select().where(RoleHolding.user == person, delegations.holding_in_force(at))
    return frozenset((row.role, row.unit_id) for row in rows)


def mandates(person: User, at: datetime) -> list[Delegation]:
    """The mandates by which `person` acts for others at `at`; none once the account is closed."""
    return delegations.of_deputy(person.id, at) if person.active else []


def roles_held(
    person: User, at: datetime, besides: Collection[int | None] = ()
) -> frozenset[tuple[str, int | None]]:
    """What `person` holds at `at`, also as Plh. or Plt.: (role, unit id or None) pairs. A mandate that is limited to
    some steps gives none: it carries decisions on requests at these steps (`operations.mandates`), nothing else. One
    that the people `besides` (ids) have given counts for nothing."""
    given = (row for row in mandates(person, at) if not row.steps and row.granted_by_id not in besides)
    acting = {(row.role, row.unit_id) for row in given}
    return owned(person, at) | acting


def desks_held(person: User, at: datetime, step: str) -> frozenset[tuple[str, int | None]]:
    """As `roles_held`, with the mandates that are limited to some steps where `step` is one of them."""
    acting = {(row.role, row.unit_id) for row in mandates(person, at) if step in row.steps}
    return roles_held(person, at) | acting


def roles(person: User, at: datetime, besides: Collection[int | None] = ()) -> frozenset[str]:
    """The roles that `person` holds at `at`, of whatever unit, as `roles_held`."""
    return frozenset(role for role, _unit in roles_held(person, at, besides))


def owners(role: str, unit_id: int | None = None, at: datetime | None = None) -> list[User]:
    """The active people whose own `role` is at `at` (now), of `unit_id` where one is given, by name."""
    held = (RoleHolding.role == role) & User.active
    if unit_id is not None:
        held &= RoleHolding.unit == unit_id
    query = User.select().join(RoleHolding).where(held, delegations.holding_in_force(at or now())).distinct()
    return list(query.order_by(User.name, User.id))


def holders(role: str, unit_id: int | None = None, at: datetime | None = None, step: str = "") -> list[User]:
    """The active people who hold `role` at `at` (now), their own or as Plh. or Plt., each once, by name; with `step`
    also whoever stands for it at that step of the SOP only."""
    mandates_now = delegations.acting(role, unit_id, at or now())
    acting = [row.deputy for row in mandates_now if not row.steps or step in row.steps]
    found = {user.id: user for user in (*owners(role, unit_id, at), *acting)}
    return sorted(found.values(), key=lambda user: (user.name, user.id))


def holdings(user_id: int) -> list[RoleHolding]:
    """Every role `user_id` holds or held, newest first."""
    return list(RoleHolding.select().where(RoleHolding.user == user_id).order_by(RoleHolding.since.desc()))


def open_sessions(user_id: int, seen_after: datetime, at: datetime) -> list[UserSession]:
    """The sign-ins of `user_id` that still count: not revoked, not expired, seen after `seen_after`; newest first."""
    return list(
        UserSession.select()
        .where(
            UserSession.user == user_id,
            UserSession.revoked_at.is_null(),
            UserSession.expires_at > at,
            UserSession.seen_at > seen_after,
        )
        .order_by(UserSession.seen_at.desc())
    )
