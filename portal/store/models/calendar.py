"""The office calendar: days that differ, periods such as Ramadan, and the due times that a change of it moved."""

from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField, JSONField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class CalendarDay(Table):
    """A day that differs. `kind`: holiday, joint_leave (cuti bersama) or special; `hours`: [["07:30","12:00"], …]
    for a special day, none for a closed one."""

    date = DateField(unique=True)
    kind = CharField(max_length=16)
    name = CharField(max_length=160)
    hours = JSONField(null=True)


class CalendarPeriod(Table):
    """Dates (both included) with other weekly hours. `weekly`: {"0": [["08:00","12:00"], …], …}, Monday is 0."""

    name = CharField(max_length=80)
    first = DateField()
    last = DateField()
    weekly = JSONField()


class DueMove(Table):
    """A due time that a change of the calendar moved while the request lay at `step`, entered at `entered_at`.

    `change` says what was changed, as `portal.operations.calendar_changes` describes it; `actor` is who changed it.
    """

    backup_request = ForeignKeyField(BackupRequest, backref="due_moves", on_delete="RESTRICT")
    backup_request_id: int
    step = CharField(max_length=32)
    entered_at = InstantField()
    old_due = InstantField()
    new_due = InstantField()
    change = JSONField(default=dict)
    actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    actor_id: int | None
    created_at = InstantField(default=now, index=True)
