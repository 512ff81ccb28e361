"""The second factor of a sign-in (TOTP, RFC 6238), the codes for when it is lost, and the step before a session."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegerField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User


class SecondFactor(Table):
    """A person's authenticator. `secret` is sealed; it counts from `confirmed_at` on. `last_step` is the last thirty
    seconds (since 1970) whose code was taken: neither that code nor an older one is taken again."""

    user = ForeignKeyField(User, unique=True, backref="second_factors", on_delete="CASCADE")
    user_id: int
    secret = TextField()
    created_at = InstantField(default=now)
    confirmed_at = InstantField(null=True)
    last_step = BigIntegerField(default=0)


class RecoveryCode(Table):
    """A code that stands in for the authenticator once. The row keeps only its SHA-256."""

    user = ForeignKeyField(User, backref="recovery_codes", on_delete="CASCADE")
    user_id: int
    code_hash = CharField(max_length=64)
    used_at = InstantField(null=True)

    class Meta:
        indexes = ((("user", "code_hash"), True),)


class SignInTicket(Table):
    """A password that was right and a code that is still to come. It opens nothing by itself, and not for long."""

    token_hash = CharField(max_length=64, unique=True)
    user = ForeignKeyField(User, backref="sign_in_tickets", on_delete="CASCADE")
    user_id: int
    expires_at = InstantField()
    failures = IntegerField(default=0)
