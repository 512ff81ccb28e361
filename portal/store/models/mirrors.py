"""Mirrors: source folders kept in step with a copy elsewhere, and what a person once let pass their guard."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
)

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest
from portal.store.models.runs import Run
from portal.store.models.servers import Server


class Mirror(Table):
    """A folder of a server that is kept in step with `target_kind`: vault, a folder of its own there, or server, the
    folder `target_path` of another one. `open_key` names source and target while the mirror is in use: no two of them
    are alike.

    `every_hours` is how often the clock brings it into step, 0 for never. `mount` is what lay under the folder at the
    last good run (schemas.mirror.Mount), `in_step_at` when that run began: the copy is at most so old.
    """

    backup_request = ForeignKeyField(BackupRequest, backref="mirrors", on_delete="RESTRICT")
    backup_request_id: int
    server = ForeignKeyField(Server, backref="mirrors", on_delete="RESTRICT")
    server_id: int
    path = CharField(max_length=4096)
    target_kind = CharField(max_length=16, default="vault")
    target_server = ForeignKeyField(Server, null=True, backref="mirrored", on_delete="RESTRICT")
    target_server_id: int | None
    target_path = CharField(max_length=4096, default="")
    max_count = IntegerField()
    max_share = IntegerField()
    sentinel = CharField(max_length=255, default="")
    quarantine_days = IntegerField()
    every_hours = IntegerField(default=0)
    mount = JSONField(null=True)
    in_step_at = InstantField(null=True, index=True)
    in_step_run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
    in_step_run_id: int | None
    last_run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
    last_run_id: int | None
    entry_count = BigIntegerField(null=True)
    total_bytes = BigIntegerField(null=True)
    active = BooleanField(default=True)
    open_key = CharField(max_length=64, unique=True, null=True)
    created_by = ForeignKeyField(User, on_delete="RESTRICT")
    created_by_id: int
    created_at = InstantField(default=now)


class MirrorPass(Table):
    """What a person let pass once: exactly the report of `stopped_run` with this digest (schemas.mirror.GuardReport).
    It is used up by the run that went through with it."""

    mirror = ForeignKeyField(Mirror, backref="passes", on_delete="RESTRICT")
    mirror_id: int
    stopped_run = ForeignKeyField(Run, unique=True, backref="passes", on_delete="RESTRICT")
    stopped_run_id: int
    digest = CharField(max_length=64)
    note = TextField()
    allowed_by = ForeignKeyField(User, on_delete="RESTRICT")
    allowed_by_id: int
    allowed_at = InstantField(default=now)
    expires_at = InstantField()
    used_by = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
    used_by_id: int | None

    class Meta:
        table_name = "mirror_pass"
