"""Schedules, and what became of each of their due times."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest
from portal.store.models.runs import Run
from portal.store.models.servers import Server


class Schedule(Table):
    """Backups that the portal starts by itself, under one approved request. `rule` is schemas.schedule.ScheduleRule.

    `state`: active, paused or ended. Due times up to `begins_at` do not count: it was made, changed or resumed then.
    `revision` grows with every change, so that a stale page is noticed.
    """

    name = CharField(max_length=80)
    kind = CharField(max_length=24, default="backup")
    backup_request = ForeignKeyField(BackupRequest, backref="schedules", on_delete="RESTRICT")
    backup_request_id: int
    server = ForeignKeyField(Server, backref="schedules", on_delete="RESTRICT")
    server_id: int
    rule = JSONField()
    state = CharField(max_length=8, default="active", index=True)
    revision = IntegerField(default=0)
    begins_at = InstantField()
    idempotency_key = CharField(max_length=64, unique=True)
    created_by = ForeignKeyField(User, on_delete="RESTRICT")
    created_by_id: int
    created_at = InstantField(default=now)
    changed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    changed_by_id: int | None
    changed_at = InstantField(null=True)


class ScheduledRun(Table):
    """What became of one due time; UNIQUE (schedule, due_at) lets nothing run twice for it, whatever the clocks do.

    `state`: started, late (started after the time allowed), missed (nothing ran) or refused (`code`, `context` say
    why it could not start).
    """

    schedule = ForeignKeyField(Schedule, backref="scheduled", on_delete="RESTRICT")
    schedule_id: int
    due_at = InstantField()
    state = CharField(max_length=8)
    code = CharField(max_length=64, default="")
    context = JSONField(default=dict)
    run = ForeignKeyField(Run, null=True, unique=True, on_delete="RESTRICT")
    run_id: int | None
    settled_at = InstantField(default=now)

    class Meta:
        table_name = "scheduled_run"
        indexes = ((("schedule", "due_at"), True), (("due_at", "state"), False))
