"""Acting officials: who acts for which post, by which letter, from when until when."""

from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import Unit, User


class Delegation(Table):
    """`deputy` acts for the post `role` (of `unit`) as `kind` (portal.sop.ladder.Kind).

    `holder` is who is away (plh), None where the post is vacant (plt); `post` is the title that papers print after the
    prefix. `steps`: the SOP's steps to which the mandate is limited; none given, it carries all of the role's work.
    `first_day` and `last_day` are the office's, both included; `starts_at` and `ends_at` the same as instants, so that
    it is in force when starts_at <= at < ends_at and it has not been ended (`ended_at`) before.
    """

    kind = CharField(max_length=8)
    role = CharField(max_length=32, index=True)
    unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
    unit_id: int | None
    post = CharField(max_length=160)
    holder = ForeignKeyField(User, null=True, backref="mandates_given", on_delete="RESTRICT")
    holder_id: int | None
    deputy = ForeignKeyField(User, backref="mandates", on_delete="RESTRICT")
    deputy_id: int
    letter_number = CharField(max_length=80)
    letter_date = DateField()
    first_day = DateField()
    last_day = DateField()
    starts_at = InstantField(index=True)
    ends_at = InstantField(index=True)
    steps = JSONField(default=list)
    granted_by = ForeignKeyField(User, on_delete="RESTRICT")
    granted_by_id: int
    granted_at = InstantField(default=now)
    idempotency_key = CharField(max_length=64, unique=True)
    ended_at = InstantField(null=True)
    ended_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    ended_by_id: int | None
    end_reason = TextField(default="")
