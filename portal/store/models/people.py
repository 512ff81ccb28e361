"""Units, people, the roles they hold, and their sessions."""

from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField

from portal.store.db import InstantField, Table, now


class Unit(Table):
    """A unit of the agency (Satker)."""

    code = CharField(max_length=20, unique=True)
    name = CharField(max_length=160)
    active = BooleanField(default=True)


class User(Table):
    """A person who can sign in. `post` is the post's title (jabatan) as papers print it; `source` says who keeps the
    password: "local" is this portal, "ldap" the directory. `mail_rhythm`: single (a mail for each thing) or daily (one
    each office day). `welcomed_at`: when they put the introduction to the portal away."""

    username = CharField(max_length=64, unique=True)
    password_hash = CharField(max_length=255)
    name = CharField(max_length=120)
    nip = CharField(max_length=18)
    email = CharField(max_length=254)
    phone = CharField(max_length=32, default="")
    post = CharField(max_length=160, default="")
    unit = ForeignKeyField(Unit, backref="people", on_delete="RESTRICT")
    unit_id: int
    active = BooleanField(default=True)
    source = CharField(max_length=8, default="local")
    must_change_password = BooleanField(default=False)
    mail_rhythm = CharField(max_length=8, default="single")
    welcomed_at = InstantField(null=True)
    failed_sign_ins = IntegerField(default=0)
    locked_until = InstantField(null=True)
    created_at = InstantField(default=now)


class RoleHolding(Table):
    """`user` holds `role` (see portal.sop.table.Role) from `since` until `until`; a unit head's names the unit.
    `source` is "hand", or "ldap" where a group of the directory gives it."""

    user = ForeignKeyField(User, backref="holdings", on_delete="RESTRICT")
    user_id: int
    role = CharField(max_length=32, index=True)
    unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
    unit_id: int | None
    since = InstantField(default=now)
    until = InstantField(null=True)
    source = CharField(max_length=8, default="hand")


class UserSession(Table):
    """A sign-in. The cookie carries a random token; the row keeps only its SHA-256."""

    token_hash = CharField(max_length=64, unique=True)
    user = ForeignKeyField(User, backref="sessions", on_delete="CASCADE")
    user_id: int
    created_at = InstantField(default=now)
    seen_at = InstantField(default=now)
    expires_at = InstantField()
    revoked_at = InstantField(null=True)
    address = CharField(max_length=64, default="")
    agent = CharField(max_length=255, default="")
