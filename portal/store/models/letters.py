"""The yearly register of letters."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.delegations import Delegation
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class Letter(Table):
    """A numbered paper. `kind`: nota_dinas, disposition, report, reply or receipt. Within a year and class the
    sequence has no gaps; `content` is what the paper said when it was numbered, `delegation` by which mandate it was
    signed for another's post. One that its signer took back is `withdrawn_at`; it keeps its number, which the same
    request gets again when the paper is signed anew. A void letter keeps its number too; `replaces` is the void one
    that this one stands for."""

    backup_request = ForeignKeyField(BackupRequest, backref="letters", on_delete="RESTRICT")
    backup_request_id: int
    kind = CharField(max_length=16)
    year = IntegerField()
    classification = CharField(max_length=16)
    sequence = IntegerField()
    number = CharField(max_length=80, unique=True)
    signed_by = ForeignKeyField(User, on_delete="RESTRICT")
    signed_by_id: int
    signed_role = CharField(max_length=32)
    delegation = ForeignKeyField(Delegation, null=True, on_delete="RESTRICT")
    delegation_id: int | None
    content = JSONField(default=dict)
    created_at = InstantField(default=now)
    withdrawn_at = InstantField(null=True)
    voided_at = InstantField(null=True)
    voided_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    voided_by_id: int | None
    void_reason = TextField(default="")
    replaces = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    replaces_id: int | None

    class Meta:
        indexes = ((("year", "classification", "sequence"), True),)
