"""What people choose for themselves."""

from __future__ import annotations

from datetime import datetime

from portal.errors import InvalidInput
from portal.operations import audit
from portal.store.db import transaction
from portal.store.models import User

RHYTHMS = ("single", "daily")


def put_introduction_away(user: User, *, at: datetime) -> bool:
    """Remember that a person has read what the portal says at the first sign-in; whether it was new to them."""
    with transaction():
        unread = (User.id == user.id) & User.welcomed_at.is_null()
        if User.update(welcomed_at=at).where(unread).execute() != 1:
            return False
        audit.record("user:welcomed", actor=user, subject_type="user", subject_id=user.id, at=at)
    return True


def choose_mail_rhythm(user: User, rhythm: str, *, at: datetime) -> bool:
    """Let mails come one by one, or in one each office day; whether it was another way before. What waits for the one
    mail of the day comes in it still. Raises InvalidInput."""
    if rhythm not in RHYTHMS:
        raise InvalidInput(fields={"rhythm": ("form.choice", {})})
    with transaction():
        other = (User.id == user.id) & (User.mail_rhythm != rhythm)
        if User.update(mail_rhythm=rhythm).where(other).execute() != 1:
            return False
        audit.record("user:mail_rhythm", actor=user, subject_type="user", subject_id=user.id,
                     data={"mail_rhythm": rhythm}, at=at)  # fmt: skip
    return True
