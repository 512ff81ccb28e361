"""The trail."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from portal.store.db import InstantField, Table
from portal.store.models.people import User


class AuditEntry(Table):
    """One thing that happened. `tag` is `subject:action`. `hash` is the SHA-256 of the canonical JSON of all that
    the entry says and of the entry before (`previous`): a changed row breaks the chain from there on."""

    sequence = IntegerField(unique=True)
    at = InstantField(index=True)
    actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    actor_id: int | None
    actor_name = CharField(max_length=120)
    tag = CharField(max_length=64, index=True)
    subject_type = CharField(max_length=32)
    subject_id = IntegerField(null=True)
    data = JSONField(default=dict)
    previous = CharField(max_length=64)
    hash = CharField(max_length=64, unique=True)

    class Meta:
        indexes = ((("subject_type", "subject_id"), False),)
