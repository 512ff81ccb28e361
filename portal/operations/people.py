"""Units, people and the roles they hold."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import audit, passwords, sessions, succession
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import RoleHolding, Unit, User
from portal.store.queries import audit as trail
from portal.store.queries import people
from schemas.people import NewUnit, NewUser


def create_unit(new: NewUnit, *, actor: User | None, at: datetime) -> Unit:
    """Add a unit. Raises InvalidInput when the code is taken."""
    with transaction():
        trail.hold_chain()
        if people.unit_by_code(new.code):
            raise InvalidInput(fields={"code": ("unit.code_taken", {"value": new.code})})
        unit = Unit.create(code=new.code, name=new.name)
        audit.record(
            "unit:created", actor=actor, subject_type="unit", subject_id=unit.id, data=new.model_dump(), at=at
        )
    return unit


def create_user(
    new: NewUser, password: str, *, actor: User | None, at: datetime, must_change_password: bool = True
) -> User:
    """Add a person with a first password, to be changed at the first sign-in unless told otherwise.

    Raises InvalidInput for a weak password, a user name that is taken, or an unknown unit.
    """
    passwords.check(password, new.username)
    kept = passwords.hashed(password)
    return add_user(new, kept, actor=actor, at=at, must_change_password=must_change_password)


def add_user(
    new: NewUser, kept: str, *, actor: User | None, at: datetime, must_change_password: bool
) -> User:
    """Add a person whose password's hash is `kept` already. Raises InvalidInput as `create_user` does."""
    with transaction():
        trail.hold_chain()
        unit = people.unit_by_code(new.unit_code)
        if unit is None or not unit.active:
            raise InvalidInput(fields={"unit_code": ("unit.unknown", {"value": new.unit_code})})
        if people.user_by_username(new.username):
            raise InvalidInput(fields={"username": ("username.taken", {"value": new.username})})
        user = User.create(
            **new.model_dump(exclude={"unit_code"}),
            unit=unit,
            password_hash=kept,
            must_change_password=must_change_password,
            created_at=at,
        )
        audit.record(
            "user:created",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"username": new.username, "name": new.name, "unit": unit.code},
            at=at,
        )
    return user


def grant_role(
    user: User, role: Role, *, unit: Unit | None = None, actor: User | None, at: datetime
) -> RoleHolding:
    """Let `user` hold `role` from `at` on; a unit head's names the unit.

    Raises InvalidInput for a unit head without a unit and for a role that is held already, Forbidden when the
    actor would raise themselves.
    """
    _not_oneself(user, actor)
    if role is Role.UNIT_HEAD and unit is None:
        raise InvalidInput(fields={"unit": ("role.unit_missing", {})})
    unit = unit if role is Role.UNIT_HEAD else None
    with transaction():
        trail.hold_chain()
        if (role, unit.id if unit else None) in people.owned(user, at):
            raise InvalidInput(fields={"role": ("role.held", {"role": role.value})})
        holding = RoleHolding.create(user=user, role=role.value, unit=unit, since=at)
        audit.record(
            "role:granted",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"role": role.value, "unit": unit.code if unit else None},
            at=at,
        )
    return holding


def end_role(
    holding_id: int, *, actor: User | None, at: datetime, user_id: int | None = None, vacate: bool = False
) -> RoleHolding:
    """End a role (of `user_id`, where given) at `at`.

    Raises NotFound for no such holding, or one that has ended, and TransitionRefused('role.last_holder') while requests
    wait for a role that nobody else holds; with `vacate` a post for which a Plt. can be named is left vacant.
    """
    with transaction():
        trail.hold_chain()
        holding = RoleHolding.get_or_none(RoleHolding.id == holding_id)
        if holding is None or (holding.until is not None and holding.until <= at):
            raise NotFound("role.unknown")
        if user_id is not None and holding.user_id != user_id:
            raise NotFound("role.unknown")
        _not_oneself(holding.user, actor)
        vacated = []
        if holding.user.active:
            vacated = succession.demand_successor(holding.user, at, holding, vacate=vacate)
        holding.until = max(at, holding.since)
        holding.save(only=[RoleHolding.until])
        audit.record(
            "role:ended",
            actor=actor,
            subject_type="user",
            subject_id=holding.user_id,
            data={
                "role": holding.role,
                "unit": holding.unit.code if holding.unit else None,
                "vacated": vacated,
            },
            at=at,
        )
    return holding


def change_password(user: User, current: str, new: str, *, keep_session_id: int | None, at: datetime) -> int:
    """The person's own change; ends every other session of theirs and returns how many.

    Raises InvalidInput on `current_password` or `new_password`, Forbidden where the directory keeps the password.
    """
    _kept_here(user)
    if not passwords.matches(user.password_hash, current):
        raise InvalidInput(fields={"current_password": ("password.wrong", {})})
    passwords.check(new, user.username, field="new_password")
    if current == new:
        raise InvalidInput(fields={"new_password": ("password.same", {})})
    return _replace_password(user, new, must_change=False, keep=keep_session_id, actor=user, at=at)


def set_password(user: User, new: str, *, actor: User | None, at: datetime) -> int:
    """A new first password from the system administrator; ends every session of `user`, returns how many.

    Raises InvalidInput for a weak one, Forbidden('password.directory') where the directory keeps the password.
    """
    _kept_here(user)
    passwords.check(new, user.username)
    return _replace_password(user, new, must_change=True, keep=None, actor=actor, at=at)


def _replace_password(
    user: User, new: str, *, must_change: bool, keep: int | None, actor: User | None, at: datetime
) -> int:
    kept = passwords.hashed(new)
    with transaction():
        User.update(
            password_hash=kept, must_change_password=must_change, failed_sign_ins=0, locked_until=None
        ).where(User.id == user.id).execute()
        ended = sessions.revoke_others(user, keep, at)
        audit.record(
            "user:password_changed",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"sessions_ended": ended},
            at=at,
        )
    return ended


def _kept_here(user: User) -> None:
    if user.source != "local":
        raise Forbidden("password.directory")


def _not_oneself(user: User, actor: User | None) -> None:
    """Nobody raises or lowers themselves; the command line (actor None) is the way in for the first person."""
    if actor is not None and actor.id == user.id:
        raise Forbidden("role.own")
