"""The system administrator's desk for accounts: correct, close, open again, a new first password."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import audit, passwords, people, sessions, succession
from portal.store.db import transaction
from portal.store.models import User
from portal.store.queries import accounts
from portal.store.queries import audit as trail
from portal.store.queries import people as rows
from schemas.people import UserEntry

FIELDS = ("name", "nip", "email", "phone", "post")


def find(user_id: int) -> User:
    """One person. Raises NotFound('user.unknown')."""
    user = rows.user(user_id)
    if user is None:
        raise NotFound("user.unknown")
    return user


def change(user_id: int, entry: UserEntry, *, actor: User | None, at: datetime) -> bool:
    """Correct what is known of a person; return whether anything differs. The trail keeps both readings.

    Raises NotFound, and InvalidInput for an unknown unit.
    """
    with transaction():
        trail.hold_chain()
        user = find(user_id)
        unit = rows.unit_by_code(entry.unit_code)
        if unit is None or not (unit.active or unit.id == user.unit_id):
            raise InvalidInput(fields={"unit_code": ("unit.unknown", {"value": entry.unit_code})})
        old = {name: getattr(user, name) for name in FIELDS} | {"unit": user.unit.code}
        new = entry.model_dump(include=set(FIELDS)) | {"unit": unit.code}
        changed = [name for name in old if old[name] != new[name]]
        if not changed:
            return False
        values: dict[str, Any] = {name: new[name] for name in FIELDS}
        User.update(**values, unit=unit).where(User.id == user.id).execute()
        audit.record(
            "user:changed",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"old": {name: old[name] for name in changed}, "new": {name: new[name] for name in changed}},
            at=at,
        )
    return True


def close(user_id: int, *, actor: User | None, at: datetime, vacate: bool = False) -> int:
    """Close an account: its roles count no more and its sessions end. Returns how many sessions.

    Raises Forbidden for one's own, TransitionRefused('role.last_holder') while requests would be left without anybody
    to decide them (see succession; `vacate` leaves a post to a Plt.). Requests of the person's own do not stop it:
    nobody could act for them, and an account must be closable; their numbers stand in the trail.
    """
    with transaction():
        trail.hold_chain()
        user = find(user_id)
        if actor is not None and actor.id == user.id:
            raise Forbidden("user.own")
        if not user.active:
            return 0
        vacated = succession.demand_successor(user, at, vacate=vacate)
        User.update(active=False).where(User.id == user.id).execute()
        ended = sessions.revoke_others(user, None, at)
        own = own_open(user.id)
        audit.record(
            "user:closed",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={
                "username": user.username,
                "sessions_ended": ended,
                "own_requests": own,
                "vacated": vacated,
            },
            at=at,
        )
    return ended


def reopen(user_id: int, *, actor: User | None, at: datetime) -> None:
    """Open a closed account again, with the roles that were never ended. Raises Forbidden for one's own."""
    with transaction():
        trail.hold_chain()
        user = find(user_id)
        if actor is not None and actor.id == user.id:
            raise Forbidden("user.own")
        if user.active:
            return
        User.update(active=True, failed_sign_ins=0, locked_until=None).where(User.id == user.id).execute()
        held = sorted({row.role for row in rows.holdings(user.id) if row.until is None or row.until > at})
        audit.record(
            "user:reopened",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"username": user.username, "roles": held},
            at=at,
        )


def first_password(user_id: int, *, actor: User, at: datetime) -> str:
    """Give a new first password and return it, to be shown once; open sessions end, a lock is lifted.

    Raises Forbidden for one's own: that would change a password without knowing the one before.
    """
    user = find(user_id)
    if actor.id == user.id:
        raise Forbidden("user.own_password")
    password = passwords.generated()
    people.set_password(user, password, actor=actor, at=at)
    return password


def end_sessions(user_id: int, *, actor: User, at: datetime) -> int:
    """End every session of a person at once, as when a device is lost; return how many."""
    with transaction():
        user = find(user_id)
        ended = sessions.revoke_others(user, None, at)
        audit.record(
            "user:sessions_ended",
            actor=actor,
            subject_type="user",
            subject_id=user.id,
            data={"username": user.username, "sessions_ended": ended},
            at=at,
        )
    return ended


def own_open(user_id: int) -> list[str]:
    """The numbers of the person's own requests that have not ended."""
    return accounts.own_open_numbers(user_id, succession.ENDED)
