"""What requesters say of the service when they receive its reply."""

from __future__ import annotations

from peewee import ForeignKeyField, IntegerField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class Survey(Table):
    """One requester's marks, 1 to 5, and words: how easy it was to ask, how fast it went, how good what came of it is.
    A question that was passed over has no mark."""

    backup_request = ForeignKeyField(BackupRequest, unique=True, backref="surveys", on_delete="RESTRICT")
    backup_request_id: int
    user = ForeignKeyField(User, on_delete="RESTRICT")
    user_id: int
    ease = IntegerField(null=True)
    speed = IntegerField(null=True)
    result = IntegerField(null=True)
    remark = TextField(default="")
    created_at = InstantField(default=now, index=True)
