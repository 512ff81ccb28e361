"""The trail."""

from __future__ import annotations

from peewee import BooleanField, CharField, ForeignKeyField, IntegerField, JSONField

from portal.store.db import InstantField, Table, now
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
        indexes = (
            (("subject_type", "subject_id"), False),
            (("at", "sequence"), False),
            (("actor", "at", "sequence"), False),
            (("tag", "at", "sequence"), False),
            (("subject_type", "at", "sequence"), False),
            (("subject_type", "subject_id", "at", "sequence"), False),
        )


class AuditCheck(Table):
    """A walk along the chain, in pieces: from after entry `first` to `target`, by now up to `sequence`, whose hash is
    `head`. `whole` ones begin at the first entry; another goes on where the last one ended. `via` says who asked for
    it: page (then `asked_by`), clock or command. It ended at `finished_at`; `broken_at` is the first entry that does
    not follow from the one before it."""

    whole = BooleanField()
    via = CharField(max_length=8)
    asked_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    asked_by_id: int | None
    started_at = InstantField(default=now)
    first = IntegerField()
    sequence = IntegerField()
    head = CharField(max_length=64)
    target = IntegerField()
    finished_at = InstantField(null=True, index=True)
    broken_at = IntegerField(null=True)
