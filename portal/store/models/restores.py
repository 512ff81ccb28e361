"""Restores for people: asked for, approved by the Kasubbid, carried out, handed over."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, ForeignKeyField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.runs import Run
from portal.store.models.servers import Server
from portal.store.models.snapshots import Snapshot


class Restore(Table):
    """A wish to have a file, folder or database of a copy back. `place` is schemas.restore.Place; `kind`: download,
    to_server or database (`mode`: new or in_place, `target_path`: its name there, `file_count`: its tables); `state`:
    requested, then for good refused, or approved and at last done.

    `digest` seals what was approved (schemas.restore.RestoreOrder), for `expires_at`; a run whose order does not lead
    to the same digest is refused by the worker. `run` is the one that handed it over.
    """

    snapshot = ForeignKeyField(Snapshot, backref="restores", on_delete="RESTRICT")
    snapshot_id: int
    place = JSONField()
    size_bytes = BigIntegerField()
    file_count = BigIntegerField()
    kind = CharField(max_length=16)
    archive = CharField(max_length=8, default="")
    mode = CharField(max_length=8, default="")
    target_server = ForeignKeyField(Server, null=True, backref="restores", on_delete="RESTRICT")
    target_server_id: int | None
    target_path = CharField(max_length=4096, default="")
    reason = TextField()
    state = CharField(max_length=16, default="requested", index=True)
    idempotency_key = CharField(max_length=64, unique=True)
    requested_by = ForeignKeyField(User, backref="restores", on_delete="RESTRICT")
    requested_by_id: int
    requested_at = InstantField(default=now, index=True)
    decided_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    decided_by_id: int | None
    decided_at = InstantField(null=True)
    note = TextField(default="")
    expires_at = InstantField(null=True)
    digest = CharField(max_length=64, default="")
    run = ForeignKeyField(Run, null=True, backref="restores", on_delete="RESTRICT")
    run_id: int | None
    done_at = InstantField(null=True)
