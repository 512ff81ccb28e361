"""Bringing every account of the directory up to date at once, and moving an account between this portal and it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from portal import directory
from portal.config import Settings
from portal.errors import Busy, Forbidden, TransitionRefused
from portal.operations import accounts, audit, directory_accounts, passwords, sessions
from portal.operations.directory_accounts import LDAP
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import User
from portal.store.queries import accounts as rows
from portal.store.queries import audit as trail


@dataclass
class Outcome:
    """Whom the directory still knows, whom it does not (user names), and whose entry could not be taken."""

    found: int = 0
    gone: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def synchronise(*, actor: User | None, at: datetime, settings: Settings) -> Outcome:
    """Ask the directory for every open account that came from it. Who is known is brought up to date; who is not loses
    the roles that it gave, and the sessions. No transaction is open while the directory is waited for.

    Raises Busy('directory.…') when it does not answer, and Busy('directory.nobody_found') when it knows none of them:
    then the settings are wrong rather than everybody gone, and nothing is changed.
    """
    people = rows.of_directory()
    asked = [(user, directory.find(user.username, settings)) for user in people]
    if people and not any(entry for _, entry in asked):
        raise Busy("directory.nobody_found", accounts=len(people))
    outcome = Outcome()
    for user, entry in asked:
        if entry is None or entry.fields["username"].lower() != user.username:
            _leave(user, at)
            outcome.gone.append(user.username)
            continue
        try:
            directory_accounts.settle(entry, at=at, settings=settings)
            outcome.found += 1
        except Forbidden:
            outcome.refused.append(user.username)
    if people:
        with transaction():
            data = {"accounts": outcome.found, "gone": outcome.gone, "refused_entries": outcome.refused}
            audit.record("user:synchronised", actor=actor, subject_type="user", data=data, at=at)
    return outcome


def hand_over(user_id: int, *, actor: User, at: datetime, settings: Settings) -> None:
    """Let the directory keep the password of a local account from now on; its sessions end.

    Raises TransitionRefused: 'directory.not_there' where nobody is found under the name, 'directory.last_local' where
    no open local account of a system administrator would be left to come in while the directory is away; Forbidden
    for one's own.
    """
    user = accounts.find(user_id)
    if actor.id == user.id:
        raise Forbidden("user.own")
    entry = directory.find(user.username, settings) if settings.ldap_url else None
    if entry is None or entry.fields["username"].lower() != user.username:
        raise TransitionRefused("directory.not_there", username=user.username)
    with transaction():
        trail.hold_chain()
        user = accounts.find(user_id)
        if user.source == LDAP:
            return
        if not rows.other_local_holder(Role.SYSTEM_ADMIN, user.id, at):
            raise TransitionRefused("directory.last_local")
        User.update(source=LDAP, password_hash="", must_change_password=False).where(  # nosec B106
            User.id == user.id
        ).execute()
        _moved("user:to_directory", user, actor, at)


def take_back(user_id: int, *, actor: User, at: datetime) -> str:
    """Keep the password here from now on; return the first one, to be shown once. The roles that the directory gave
    end: nobody would take them away any more. Raises Forbidden for one's own."""
    password = passwords.generated()
    kept = passwords.hashed(password)
    with transaction():
        trail.hold_chain()
        user = accounts.find(user_id)
        if actor.id == user.id:
            raise Forbidden("user.own")
        if user.source != LDAP:
            raise TransitionRefused("directory.is_local")
        directory_accounts.settle_roles(user, [], at)
        User.update(source="local", password_hash=kept, must_change_password=True).where(
            User.id == user.id
        ).execute()
        _moved("user:to_portal", user, actor, at)
    return password


def _leave(user: User, at: datetime) -> None:
    with transaction():
        trail.hold_chain()
        directory_accounts.settle_roles(user, [], at)
        ended = sessions.revoke_others(user, None, at)
        data = {"username": user.username, "sessions_ended": ended}
        audit.record(
            "user:left_directory", actor=None, subject_type="user", subject_id=user.id, data=data, at=at
        )


def _moved(tag: str, user: User, actor: User, at: datetime) -> None:
    data = {"username": user.username, "sessions_ended": sessions.revoke_others(user, None, at)}
    audit.record(tag, actor=actor, subject_type="user", subject_id=user.id, data=data, at=at)
