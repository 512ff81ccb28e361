"""Findings: what was found wrong with a server's copies, until a person has dealt with it."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.runs import Run
from portal.store.models.servers import Server
from portal.store.models.snapshots import Snapshot


class Finding(Table):
    """Something wrong with what the vault holds of a server; while one is open nothing of that server is pruned.

    `kind`: integrity, restore_test, second_copy, …, or audit_chain, audit_head and seal, which are no server's;
    `severity`: bad or warn.
    `code` and `context` say what was found, `last_proven` the newest copy that had a proof then. `open_key` holds
    server, kind and place while the finding is open and is empty after: the same fault is told once.
    """

    server = ForeignKeyField(Server, null=True, backref="findings", on_delete="RESTRICT")
    server_id: int | None
    kind = CharField(max_length=24, index=True)
    severity = CharField(max_length=8, default="bad")
    code = CharField(max_length=64)
    context = JSONField(default=dict)
    run = ForeignKeyField(Run, null=True, backref="findings", on_delete="RESTRICT")
    run_id: int | None
    last_proven = ForeignKeyField(Snapshot, null=True, on_delete="RESTRICT")
    last_proven_id: int | None
    open_key = CharField(max_length=160, unique=True, null=True)
    raised_at = InstantField(default=now, index=True)
    closed_at = InstantField(null=True)
    closed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    closed_by_id: int | None
    note = TextField(default="")
