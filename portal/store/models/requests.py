"""A request for the service (FM 001), each decision on it, and what was attached."""

from __future__ import annotations

from peewee import CharField, DeferredForeignKey, ForeignKeyField, IntegerField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.delegations import Delegation
from portal.store.models.people import Unit, User


class BackupRequest(Table):
    """One file in the SOP's flow.

    `step` is the rule book's identifier; `revision` grows by one with every decision, so that a stale page is
    noticed. `draft` keeps what was typed, as typed; `form` what was submitted (schemas.form.Fm001).
    `due_at` is the step's deadline in office time; while the clock is paused (Ditunda) `paused_at` is set and
    `remaining_seconds` keeps the office time that was left; `told_at` is when a letter told its requester so.
    `opened_at`, `opened_by` tell who of the present desk has
    seen the request first since the last decision: until then its maker may take that back. `kind`
    (schemas.followup.RequestKind) is service, or what is asked about a service that exists, the one that `about` gave.
    """

    number = CharField(max_length=40, unique=True, null=True)
    kind = CharField(max_length=16, default="service")
    about = ForeignKeyField("self", null=True, backref="follow_ups", on_delete="RESTRICT")
    about_id: int | None
    requester = ForeignKeyField(User, backref="requests", on_delete="RESTRICT")
    requester_id: int
    unit = ForeignKeyField(Unit, on_delete="RESTRICT")
    unit_id: int
    sop_version = CharField(max_length=16)
    step = CharField(max_length=32, index=True)
    revision = IntegerField(default=0)
    step_entered_at = InstantField(default=now)
    due_at = InstantField(null=True)
    paused_at = InstantField(null=True)
    remaining_seconds = IntegerField(null=True)
    postponed_until = InstantField(null=True)
    told_at = InstantField(null=True)
    followed_up_at = InstantField(null=True)
    outcome = CharField(max_length=16, null=True)
    opened_at = InstantField(null=True)
    opened_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    opened_by_id: int | None
    draft = JSONField(default=dict)
    form = JSONField(null=True)
    marked_fields = JSONField(default=list)
    previous_form = JSONField(null=True)
    draft_key = CharField(max_length=64, unique=True)
    search = TextField(default="")
    created_at = InstantField(default=now, index=True)
    updated_at = InstantField(default=now)
    submitted_at = InstantField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        table_name = "backup_request"
        indexes = (
            (("updated_at", "id"), False),
            (("requester", "updated_at", "id"), False),
            (("unit", "updated_at", "id"), False),
            (("step", "updated_at", "id"), False),
            (("step", "due_at", "id"), False),
            (("step", "due_at", "paused_at", "requester", "unit"), False),
            (("due_at", "paused_at", "closed_at"), False),
            (("submitted_at", "unit"), False),
            (("closed_at", "unit", "step", "outcome", "submitted_at"), False),
        )


class Disposition(Table):
    """One decision: who did what at which step, in which role (by which mandate, where by one), and what was said.

    `entered_at`, `due_at` are the step's own, kept so that lateness can be told afterwards; `office_seconds` is
    the office time that the desk took over what moved the request on. UNIQUE (request, revision) makes a second
    decision on the same state impossible, whatever the pages do. `before` is what the request's changed columns held,
    so that the decision can be taken back; `undone_at` tells that it was.
    """

    backup_request = ForeignKeyField(BackupRequest, backref="dispositions", on_delete="RESTRICT")
    backup_request_id: int
    revision = IntegerField()
    step = CharField(max_length=32)
    action = CharField(max_length=32)
    next_step = CharField(max_length=32)
    actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    actor_id: int | None
    role = CharField(max_length=32)
    delegation = ForeignKeyField(Delegation, null=True, on_delete="RESTRICT")
    delegation_id: int | None
    note = TextField(default="")
    instructions = JSONField(default=list)
    data = JSONField(default=dict)
    entered_at = InstantField()
    due_at = InstantField(null=True)
    office_seconds = IntegerField(null=True)
    created_at = InstantField(default=now, index=True)
    before = JSONField(null=True)
    undone_at = InstantField(null=True)

    class Meta:
        indexes = (
            (("backup_request", "revision"), True),
            (("backup_request", "actor"), False),
            (("actor", "created_at", "id"), False),
        )


class Attachment(Table):
    """A file that came with the form, or a scan of one of the request's papers (`scan_of`); its bytes lie under
    var/attachments by their SHA-256."""

    backup_request = ForeignKeyField(BackupRequest, backref="attachments", on_delete="RESTRICT")
    backup_request_id: int
    filename = CharField(max_length=200)
    media_type = CharField(max_length=100)
    size_bytes = IntegerField()
    sha256 = CharField(max_length=64)
    uploaded_by = ForeignKeyField(User, on_delete="RESTRICT")
    uploaded_by_id: int
    created_at = InstantField(default=now)
    removed_at = InstantField(null=True)
    scan_of = DeferredForeignKey("IssuedPaper", null=True, on_delete="RESTRICT")
    scan_of_id: int | None
