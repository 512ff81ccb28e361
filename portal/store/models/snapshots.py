"""Snapshots: what the vault holds of a server, and its last proof."""

from __future__ import annotations

from peewee import BigIntegerField, CharField, ForeignKeyField, JSONField

from portal.store.db import InstantField, Table, now
from portal.store.models.runs import Run
from portal.store.models.servers import Server


class Snapshot(Table):
    """A restic snapshot made by `run`. `manifest_path` lists every entry with its checksum; `proven_at` is when a
    restore test last compared it file by file and found no difference, `removed_at` when an approved cut took it out
    of the vault, `second_at` when it was found in the second vault last."""

    server = ForeignKeyField(Server, backref="snapshots", on_delete="RESTRICT")
    server_id: int
    run = ForeignKeyField(Run, unique=True, backref="snapshots", on_delete="RESTRICT")
    run_id: int
    snapshot_id = CharField(max_length=64, unique=True)
    sources = JSONField(default=list)
    file_count = BigIntegerField()
    total_bytes = BigIntegerField()
    added_bytes = BigIntegerField()
    manifest_path = CharField(max_length=1024)
    manifest_sha256 = CharField(max_length=64)
    created_at = InstantField(default=now, index=True)
    proven_at = InstantField(null=True)
    proven_by = ForeignKeyField(Run, null=True, backref="proofs", on_delete="RESTRICT")
    proven_by_id: int | None
    removed_at = InstantField(null=True)
    removed_by = ForeignKeyField(Run, null=True, backref="removals", on_delete="RESTRICT")
    removed_by_id: int | None
    second_at = InstantField(null=True)
