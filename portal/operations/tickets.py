"""The step between the password and the session, for who has a second factor: a ticket that opens nothing by itself."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import Forbidden
from portal.operations import audit, second_factor, sessions
from portal.operations.sessions import Origin, Terms
from portal.store.db import transaction
from portal.store.models import SignInTicket, User

LASTS = timedelta(minutes=5)
TRIES = 5


def issue(user: User, origin: Origin, at: datetime) -> str:
    """A ticket for who has shown the password of `user`, inside the caller's transaction; return its token."""
    token = secrets.token_urlsafe(32)
    SignInTicket.delete().where(SignInTicket.expires_at <= at).execute()
    SignInTicket.create(token_hash=_hash(token), user=user, expires_at=at + LASTS)
    data = {"address": origin.address[:64]}
    audit.record("session:code_asked", actor=user, subject_type="user", subject_id=user.id, data=data, at=at)
    return token


def redeem(
    token: str, code: str, origin: Origin, terms: Terms, at: datetime, settings: Settings
) -> tuple[User, str]:
    """Open a session for a ticket and the right code; return the person and the cookie's token.

    Raises Forbidden: 'sign_in.ticket' for a ticket that is unknown, old, used, or was tried five times, which begins
    from the password again; 'sign_in.code' for a wrong code, which counts as a failed sign-in as a wrong password does.
    """
    with transaction():
        row = SignInTicket.get_or_none(SignInTicket.token_hash == _hash(token), SignInTicket.expires_at > at)
        valid = row is not None and row.failures < TRIES and sessions.may_enter(row.user, at)
        if row is None or not valid:
            raise Forbidden("sign_in.ticket")
        user, opened = row.user, ""
        if second_factor.passes(user, code, at=at, settings=settings):
            row.delete_instance()
            opened = sessions.begin(user, origin, terms, at)
        else:
            SignInTicket.update(failures=SignInTicket.failures + 1).where(SignInTicket.id == row.id).execute()
            sessions.note_failure(user, origin, at)
    if not opened:
        raise Forbidden("sign_in.code")
    return user, opened


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
