"""Runs: work on a real server, under a lease."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest
from portal.store.models.servers import Grant, Server


class Run(Table):
    """One piece of work for the workers; the queue carries only its id.

    `state`: queued, running, then for good one of succeeded, incomplete, failed, cancelled, interrupted.
    `lease_token` is the fencing token: it grows with each claim, and every later write of a worker names it.
    `code` and `context` say why it ended as it did; pages turn them into words. `result` holds what an inquiry
    (probe, listing, measure, host key scan) answered; `evidence` the proof of a backup or restore test.
    """

    kind = CharField(max_length=24, index=True)
    server = ForeignKeyField(Server, backref="runs", on_delete="RESTRICT")
    server_id: int
    backup_request = ForeignKeyField(BackupRequest, null=True, backref="runs", on_delete="RESTRICT")
    backup_request_id: int | None
    grant = ForeignKeyField(Grant, null=True, backref="runs", on_delete="RESTRICT")
    grant_id: int | None
    parent = ForeignKeyField("self", null=True, on_delete="RESTRICT")
    parent_id: int | None
    spec = JSONField()
    spec_digest = CharField(max_length=64)
    state = CharField(max_length=16, default="queued", index=True)
    phase = CharField(max_length=32, default="")
    progress = JSONField(default=dict)
    code = CharField(max_length=64, default="")
    context = JSONField(default=dict)
    result = JSONField(null=True)
    evidence = JSONField(null=True)
    log_sha256 = CharField(max_length=64, default="")
    idempotency_key = CharField(max_length=64, unique=True)
    started_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    started_by_id: int | None
    queued_at = InstantField(default=now, index=True)
    enqueued_at = InstantField(null=True)
    started_at = InstantField(null=True)
    finished_at = InstantField(null=True)
    cancel_requested_at = InstantField(null=True)
    cancel_requested_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    cancel_requested_by_id: int | None
    lease_token = IntegerField(default=0)
    lease_owner = CharField(max_length=120, default="")
    lease_expires_at = InstantField(null=True)

    class Meta:
        indexes = (
            (("finished_at", "kind", "state"), False),
            (("server", "kind", "state", "finished_at"), False),
        )


class RunStep(Table):
    """A step of a run as the page shows it. `state`: running, done, failed or skipped."""

    run = ForeignKeyField(Run, backref="steps", on_delete="CASCADE")
    run_id: int
    position = IntegerField()
    name = CharField(max_length=32)
    state = CharField(max_length=16)
    started_at = InstantField()
    finished_at = InstantField(null=True)
    detail = TextField(default="")

    class Meta:
        indexes = ((("run", "position"), True),)
