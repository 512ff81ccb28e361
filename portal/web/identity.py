"""Who is at the door: the signed-in person, found by the session row that the cookie's token names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, request
from flask_login import LoginManager, current_user

from portal.errors import Forbidden
from portal.operations import second_factor, sessions
from portal.operations.sessions import Terms
from portal.store import db
from portal.store.queries import people

ASKED_BY_PAGES = frozenset({"desk.counts"})
"""What an open page asks without anybody there: it keeps no session alive."""


@dataclass(frozen=True)
class Person:
    """The signed-in person as pages see them. `user` is the archive's row, for operations' `actor`; `must_enrol` says
    that a role of theirs demands a second factor that they have not. `roles` are the person's own (`owned`) and those
    of the `mandates` that carry all of a role's work."""

    user: Any
    session_id: int
    token: str
    roles: frozenset[tuple[str, int | None]]
    must_enrol: bool = False
    owned: frozenset[tuple[str, int | None]] = frozenset()
    mandates: tuple[Any, ...] = ()

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What Flask-Login keeps in the signed cookie: the session's token, never the person's id."""
        return self.token

    @property
    def id(self) -> int:
        """The person's id."""
        return int(self.user.id)

    @property
    def role_names(self) -> frozenset[str]:
        """The roles held now, whatever the unit."""
        return frozenset(role for role, _ in self.roles)

    @property
    def desks(self) -> frozenset[tuple[str, int | None]]:
        """The (role, unit) pairs at whose desk the person sits now, also by a mandate for some steps only."""
        return self.roles | {(given.role, given.unit_id) for given in self.mandates}

    def sits_at(self, *roles: str) -> bool:
        """Whether requests may wait for the person as one of `roles`."""
        return any(role in roles for role, _unit in self.desks)

    def acting_as(self, role: str, unit_id: int | None) -> Any:
        """The mandate by which the person stands for `role` (of the unit), None where the role is their own or none."""
        if (role, None) in self.owned or (role, unit_id) in self.owned:
            return None
        standing = (given for given in self.mandates if given.role == role)
        return next((given for given in standing if given.unit_id in (None, unit_id)), None)

    def has(self, *roles: str) -> bool:
        """Whether any of `roles` is held now."""
        return not self.role_names.isdisjoint(roles)


def terms() -> Terms:
    """How long sessions live, from the settings."""
    settings = current_app.config["SETTINGS"]
    return Terms(timedelta(minutes=settings.session_idle_minutes), timedelta(days=settings.session_days))


def attach(app: Flask) -> None:
    """Let Flask-Login find the person of each request. Cookies carry a token; the rows decide (ASVS 3.3)."""
    manager = LoginManager(app)
    manager.session_protection = None  # the rows can be revoked; addresses change behind the office's proxies
    manager.user_loader(_load)


def person() -> Person:
    """The person of this request. Raises Forbidden where there is none (the door lets nobody come so far)."""
    found = person_or_none()
    if found is None:
        raise Forbidden("access.sign_in")
    return found


def person_or_none() -> Person | None:
    """The person of this request, or None for a visitor."""
    return current_user if current_user.is_authenticated else None


def _load(token: str) -> Person | None:
    at = db.now()
    row = sessions.resume(token, terms(), at, noted=request.endpoint not in ASKED_BY_PAGES)
    if row is None:
        return None
    owned, mandates = people.owned(row.user, at), people.mandates(row.user, at)
    acting = {(given.role, given.unit_id) for given in mandates if not given.steps}
    names = frozenset(role for role, _ in owned) | {given.role for given in mandates}
    missing = second_factor.is_missing(row.user, names, current_app.config["SETTINGS"])
    return Person(row.user, row.id, token, owned | acting, missing, owned, tuple(mandates))
