"""How the copies of a server are kept: how far their check has come, which stay, which were ordered to go."""

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
from portal.store.models.runs import Run
from portal.store.models.servers import Server
from portal.store.models.snapshots import Snapshot


class VaultState(Table):
    """What is known of a server's repository. Its bytes are read in `parts` parts, one a run; `next_part` comes next,
    and `circle_completed_at` is when every part had last been read without a fault."""

    server = ForeignKeyField(Server, unique=True, backref="vault_state", on_delete="RESTRICT")
    server_id: int
    parts = IntegerField()
    next_part = IntegerField(default=1)
    circle_began_at = InstantField(null=True)
    circle_clean = BooleanField(default=True)
    circle_completed_at = InstantField(null=True)
    checked_at = InstantField(null=True)
    repository_bytes = BigIntegerField(null=True)
    measured_at = InstantField(null=True)
    second_copied_at = InstantField(null=True)
    second_bytes = BigIntegerField(null=True)


class VaultRoom(Table):
    """The room at a place where copies lie, as it was on a day (office time), noted once. `place`: vault (its file
    system), repository (the machine that keeps the repositories) or second (the second vault)."""

    place = CharField(max_length=16, default="vault")
    day = CharField(max_length=10)
    measured_at = InstantField()
    free_bytes = BigIntegerField()
    total_bytes = BigIntegerField()

    class Meta:
        indexes = ((("place", "day"), True),)


class RetentionRule(Table):
    """How many copies of a server stay; a change is a new version, so that a cut names the rule it was made by."""

    server = ForeignKeyField(Server, backref="retention_rules", on_delete="RESTRICT")
    server_id: int
    version = IntegerField()
    last = IntegerField()
    daily = IntegerField()
    weekly = IntegerField()
    monthly = IntegerField()
    yearly = IntegerField()
    set_by = ForeignKeyField(User, on_delete="RESTRICT")
    set_at = InstantField(default=now)

    class Meta:
        indexes = ((("server", "version"), True),)


class LegalHold(Table):
    """A copy that must stay until somebody lifts the hold. `open_key` is the copy's number while it holds."""

    snapshot = ForeignKeyField(Snapshot, backref="holds", on_delete="RESTRICT")
    snapshot_id: int
    reason = TextField()
    placed_by = ForeignKeyField(User, on_delete="RESTRICT")
    placed_at = InstantField(default=now)
    lifted_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    lifted_at = InstantField(null=True)
    lift_reason = TextField(default="")
    open_key = IntegerField(unique=True, null=True)


class RetentionCut(Table):
    """The order to remove exactly the copies in `listed` (restic's full ids), sealed by `digest`.

    `state`: requested, then approved or refused, then done. `open_key` is the server's number until refused or done.
    """

    server = ForeignKeyField(Server, backref="cuts", on_delete="RESTRICT")
    server_id: int
    rule = ForeignKeyField(RetentionRule, on_delete="RESTRICT")
    rule_id: int
    listed = JSONField()
    digest = CharField(max_length=64)
    state = CharField(max_length=16, default="requested")
    open_key = IntegerField(unique=True, null=True)
    requested_by = ForeignKeyField(User, on_delete="RESTRICT")
    requested_by_id: int
    requested_at = InstantField(default=now)
    decided_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    decided_by_id: int | None
    decided_at = InstantField(null=True)
    note = TextField(default="")
    run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
    run_id: int | None
    done_at = InstantField(null=True)
