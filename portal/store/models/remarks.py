"""What is said about a request beside its decisions: the officials' notes, and questions to the requester."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class Remark(Table):
    """`kind`: a note, for the officials alone, or a question, which the requester reads and answers. `step` is where
    the request stood; `idempotency_key` makes a double click one remark."""

    backup_request = ForeignKeyField(BackupRequest, backref="remarks", on_delete="RESTRICT")
    backup_request_id: int
    kind = CharField(max_length=16)
    step = CharField(max_length=32)
    text = TextField()
    author = ForeignKeyField(User, on_delete="RESTRICT")
    author_id: int
    idempotency_key = CharField(max_length=64, unique=True)
    created_at = InstantField(default=now)
    answer = TextField(default="")
    answered_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    answered_by_id: int | None
    answered_at = InstantField(null=True)
