"""What becomes of a directory's entry here: an account, and the roles that its groups give.

The directory speaks for what came from it and for nothing else: a role given by hand is neither doubled nor ended, and
a local account is never taken over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import PydanticCustomError

from portal.config import ConfigurationError, Settings
from portal.directory import Entry, same_dn
from portal.errors import Forbidden
from portal.operations import audit
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import RoleHolding, Unit, User
from portal.store.queries import audit as trail
from portal.store.queries import people
from schemas.directory import group_roles
from schemas.nip import parse_nip
from schemas.people import USERNAME

LDAP = "ldap"
WIDTHS = {"name": 120, "email": 254, "phone": 32, "post": 160}


def check(settings: Settings) -> None:
    """Raise ConfigurationError when a group is to give a role that the rule book does not know."""
    known = {role.value for role in Role}
    wrong = [role for role, _ in group_roles(settings.ldap_roles) if role not in known]
    if wrong:
        raise ConfigurationError(f"LUMBUNG_LDAP_ROLES: no such role: {', '.join(wrong)}")


def roles_of(entry: Entry, settings: Settings) -> list[tuple[str, str]]:
    """The roles that the entry's groups give, each with the group that does, in the order of the settings."""
    found: dict[str, str] = {}
    for role, group in group_roles(settings.ldap_roles):
        if any(same_dn(group, dn) for dn in entry.groups):
            found.setdefault(role, group)
    return list(found.items())


def settle(entry: Entry, *, at: datetime, settings: Settings) -> User:
    """Make or bring up to date the account of an entry whose password was right, with its roles.

    Raises Forbidden: 'directory.local_account' where the name belongs to a local account, 'directory.incomplete' and
    'directory.no_unit' where the entry says too little. A closed account stays as it is.
    """
    values = _values(entry)
    with transaction():
        trail.hold_chain()
        user = people.user_by_username(values["username"])
        if user is not None and user.source != LDAP:
            raise Forbidden("directory.local_account", username=values["username"])
        if user is not None and not user.active:
            return user
        unit = _unit(entry, user, settings)
        user = _created(values, unit, at) if user is None else _updated(user, values, unit, at)
        settle_roles(user, roles_of(entry, settings), at)
    return user


def settle_roles(user: User, given: list[tuple[str, str]], at: datetime) -> None:
    """Let `user` hold by the directory exactly the roles `given`, inside the caller's transaction."""
    wanted = {(role, user.unit_id if role == Role.UNIT_HEAD else None): group for role, group in given}
    held = [row for row in people.holdings(user.id) if row.until is None or row.until > at]
    for row in held:
        if row.source == LDAP and (row.role, row.unit_id) not in wanted:
            RoleHolding.update(until=max(at, row.since)).where(RoleHolding.id == row.id).execute()
            _record("role:ended", user, {"role": row.role, "source": LDAP}, at)
    have = {(row.role, row.unit_id) for row in held}
    for (role, unit_id), group in wanted.items():
        if (role, unit_id) not in have:
            RoleHolding.create(user=user, role=role, unit=unit_id, since=at, source=LDAP)
            _record("role:granted", user, {"role": role, "source": LDAP, "group": group}, at)


def _values(entry: Entry) -> dict[str, str]:
    """The entry's fields as an account keeps them. Raises Forbidden('directory.incomplete') naming the first that
    lacks. A NIP that is none is left out: the directory's slip must not keep anybody from signing in."""
    values = {name: " ".join(text.split()) for name, text in entry.fields.items()}
    values["username"] = values["username"].lower()
    if not USERNAME.fullmatch(values["username"]):
        raise Forbidden("directory.incomplete", field="username")
    for field in ("name", "email"):
        if not values[field] or len(values[field]) > WIDTHS[field]:
            raise Forbidden("directory.incomplete", field=field)
    try:
        values["nip"] = parse_nip(values.get("nip", "")).value
    except PydanticCustomError:
        values["nip"] = ""
    return {name: text[: WIDTHS.get(name, 64)] for name, text in values.items()}


def _unit(entry: Entry, user: User | None, settings: Settings) -> Unit:
    """The unit that the entry names, or the person's own, or the one of the settings."""
    named = people.unit_by_code(entry.fields.get("unit", ""))
    unit = named or (user.unit if user else people.unit_by_code(settings.ldap_unit))
    if unit is None or not (unit.active or (user and user.unit_id == unit.id)):
        raise Forbidden("directory.no_unit", unit=entry.fields.get("unit") or settings.ldap_unit)
    return unit


def _created(values: dict[str, str], unit: Unit, at: datetime) -> User:
    kept = {name: text for name, text in values.items() if name != "unit"}
    user = User.create(**kept, unit=unit, password_hash="", source=LDAP, created_at=at)  # nosec B106
    data = {"username": user.username, "name": user.name, "unit": unit.code, "source": LDAP}
    _record("user:created", user, data, at)
    return user


def _updated(user: User, values: dict[str, str], unit: Unit, at: datetime) -> User:
    """What the directory leaves empty stays as it is here."""
    new: dict[str, Any] = {
        name: text for name, text in values.items() if text and name not in ("unit", "username")
    }
    old = {name: getattr(user, name) for name in new} | {"unit": user.unit.code}
    changed = {name: text for name, text in (new | {"unit": unit.code}).items() if old[name] != text}
    if not changed:
        return user
    User.update(**new, unit=unit).where(User.id == user.id).execute()
    data = {"source": LDAP, "old": {name: old[name] for name in changed}, "new": changed}
    _record("user:changed", user, data, at)
    return User.get_by_id(user.id)


def _record(tag: str, user: User, data: dict[str, Any], at: datetime) -> None:
    audit.record(tag, actor=None, subject_type="user", subject_id=user.id, data=data, at=at)
