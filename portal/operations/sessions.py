"""Signing in and out: sessions are rows, so that they can be seen, ended and outlived by nothing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.errors import NotFound
from portal.operations import audit
from portal.store.db import transaction
from portal.store.models import User, UserSession

LOCK_AFTER = 10
LOCK_FOR = timedelta(minutes=15)
# Noting every request would make every page a write.
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a session lives: unused for `idle`, and at most `absolute` after the sign-in."""

    idle: timedelta
    absolute: timedelta


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sign-in came from, as the trail and the list of sessions show it."""

    address: str
    agent: str


def resume(token: str, terms: Terms, at: datetime, *, noted: bool = True) -> UserSession | None:
    """The open session that `token` names, with its person, or None. Notes that it was seen, once a minute, unless a
    page asked by itself."""
    row = UserSession.get_or_none(UserSession.token_hash == _hash(token))
    if (
        row is None
        or row.revoked_at
        or row.expires_at <= at
        or row.seen_at + terms.idle <= at
        or not row.user.active
    ):
        return None
    if noted and row.seen_at + SEEN_EVERY <= at:
        with transaction():
            UserSession.update(seen_at=at).where(UserSession.id == row.id).execute()
    return row


def sign_out(session_id: int, at: datetime) -> None:
    """End a session; nothing happens when it has ended already."""
    with transaction():
        _revoke(UserSession.get_or_none(UserSession.id == session_id), "session:signed_out", at)


def revoke(owner: User, session_id: int, at: datetime) -> None:
    """End one of `owner`'s own sessions. Raises NotFound('session.unknown') for anybody else's."""
    with transaction():
        row = UserSession.get_or_none(UserSession.id == session_id, UserSession.user == owner)
        if row is None:
            raise NotFound("session.unknown")
        _revoke(row, "session:revoked", at)


def revoke_others(owner: User, keep_session_id: int | None, at: datetime) -> int:
    """End every session of `owner` but one, inside the caller's transaction; return how many."""
    rows = UserSession.select().where(UserSession.user == owner, UserSession.revoked_at.is_null())
    others = [row for row in rows if row.id != keep_session_id]
    for row in others:
        _revoke(row, "session:revoked", at)
    return len(others)


def may_enter(user: User, at: datetime) -> bool:
    """Whether the account is open and not locked."""
    return bool(user.active) and not (user.locked_until is not None and user.locked_until > at)


def begin(user: User, origin: Origin, terms: Terms, at: datetime) -> str:
    """Open a session for who has shown to be `user`, inside the caller's transaction; return the cookie's token."""
    token = secrets.token_urlsafe(32)
    row = UserSession.create(
        token_hash=_hash(token),
        user=user,
        created_at=at,
        seen_at=at,
        expires_at=at + terms.absolute,
        address=origin.address[:64],
        agent=origin.agent[:255],
    )
    User.update(failed_sign_ins=0, locked_until=None).where(User.id == user.id).execute()
    audit.record(
        "session:signed_in",
        actor=user,
        subject_type="session",
        subject_id=row.id,
        data={"address": origin.address[:64]},
        at=at,
    )
    return token


def note_failure(user: User | None, origin: Origin, at: datetime) -> None:
    """Write down, inside the caller's transaction, that somebody failed; ten in a row lock an account for a while."""
    # What was typed as a name may be a password in the wrong field: it is not written down.
    subject = user.id if user else None
    data = {"address": origin.address[:64]}
    audit.record("session:refused", actor=None, subject_type="user", subject_id=subject, data=data, at=at)
    if user is None:
        return
    User.update(failed_sign_ins=User.failed_sign_ins + 1).where(User.id == user.id).execute()
    failures = User.select(User.failed_sign_ins).where(User.id == user.id).scalar()
    if failures >= LOCK_AFTER:
        User.update(failed_sign_ins=0, locked_until=at + LOCK_FOR).where(User.id == user.id).execute()
        audit.record("user:locked", actor=None, subject_type="user", subject_id=subject, data=data, at=at)


def _revoke(row: UserSession | None, tag: str, at: datetime) -> None:
    if row is None or row.revoked_at:
        return
    UserSession.update(revoked_at=at).where(UserSession.id == row.id).execute()
    audit.record(tag, actor=row.user, subject_type="session", subject_id=row.id, at=at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
