"""Signing in: whose password it is, and whether they may come in.

A local account is this portal's alone: whoever keeps the directory cannot take it over by an entry of the same name,
and it works while the directory is away. Only a name without an account, or whose account came from the directory, is
asked for there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal import directory
from portal.config import Settings
from portal.errors import Forbidden, PortalError
from portal.operations import audit, directory_accounts, passwords, sessions, tickets
from portal.operations.directory_accounts import LDAP
from portal.operations.sessions import Origin, Terms
from portal.store.db import transaction
from portal.store.models import User
from portal.store.queries import people, second_factors


@dataclass(frozen=True, slots=True)
class Entry:
    """Who came in: with the cookie's `token`, or with a `ticket` for the second factor's code and no session yet."""

    user: User
    token: str = ""
    ticket: str = ""


def enter(
    username: str, password: str, origin: Origin, terms: Terms, at: datetime, settings: Settings
) -> Entry:
    """Check the password; open a session, or ask for the code of whoever has a second factor.

    Raises Forbidden('sign_in.refused') alike for an unknown name, a wrong password, a locked and a closed account,
    and takes as long for each (ASVS 2.2.1, 3.2); ten failures in a row lock the account for fifteen minutes. Raises
    Busy('directory.…') alike for every name that does not come in while the directory does not answer, whether it
    would have had to say or not; Forbidden('directory.…') when it says too little to make an account of.
    """
    user = people.user_by_username(username)
    theirs = bool(settings.ldap_url) and (user is None or user.source == LDAP)
    if theirs and (user is None or sessions.may_enter(user, at)):
        user, known = _ask_directory(user, username, password, origin, at, settings)
        asked = True
    else:
        known = passwords.matches(user.password_hash if user and not theirs else None, password)
        asked = not settings.ldap_url
    with transaction():
        if user is not None and known and sessions.may_enter(user, at):
            if second_factors.of(user.id):
                return Entry(user, ticket=tickets.issue(user, origin, at))
            return Entry(user, token=sessions.begin(user, origin, terms, at))
        sessions.note_failure(user, origin, at)
    if not asked:
        # Nothing comes of it but the same answer, after the same wait, as for a name that is the directory's: who
        # guesses must not learn which names are accounts of this portal. No password goes there.
        directory.find(username.strip(), settings)
    raise Forbidden("sign_in.refused")


def _ask_directory(
    user: User | None, username: str, password: str, origin: Origin, at: datetime, settings: Settings
) -> tuple[User | None, bool]:
    """The account behind the directory's entry, and whether the password was right. No transaction is open while the
    directory is waited for. Not for a closed or locked account: the directory would count the failures too."""
    entry = directory.authenticate(username.strip(), password, settings)
    if entry is None:
        passwords.matches(None, password)
        return user, False
    try:
        return directory_accounts.settle(entry, at=at, settings=settings), True
    except PortalError as error:
        with transaction():
            data = {"address": origin.address[:64], "code": error.code}
            subject = user.id if user else None
            audit.record(
                "session:refused", actor=None, subject_type="user", subject_id=subject, data=data, at=at
            )
        raise
