"""The policy in its versions, and break-glass: a backup that nobody had approved, with the review that it opens."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.runs import Run
from portal.store.models.servers import Server


class PolicyVersion(Table):
    """One version of the policy; never changed, a change is a new one. `terms` is schemas.policy.PolicyTerms, sealed by
    `digest`. In force is the highest `number` whose `valid_from` has come. `seen_by`: the Kabid who has read it."""

    number = IntegerField(unique=True)
    terms = JSONField()
    digest = CharField(max_length=64)
    note = TextField()
    valid_from = InstantField(index=True)
    published_by = ForeignKeyField(User, on_delete="RESTRICT")
    published_by_id: int
    published_at = InstantField(default=now)
    seen_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    seen_by_id: int | None
    seen_at = InstantField(null=True)


class Emergency(Table):
    """A broken glass: what may be copied without an approved request, why, and until when it may be started.

    `digest` seals the order (schemas.emergency.EmergencyOrder), as a grant's seals its scope. The review is open until
    the Kabid closes it with `verdict` (justified or unjustified) and `note`.
    """

    server = ForeignKeyField(Server, backref="emergencies", on_delete="RESTRICT")
    server_id: int
    sources = JSONField()
    reason = TextField()
    digest = CharField(max_length=64)
    idempotency_key = CharField(max_length=64, unique=True)
    opened_by = ForeignKeyField(User, on_delete="RESTRICT")
    opened_by_id: int
    opened_at = InstantField(default=now, index=True)
    expires_at = InstantField()
    run = ForeignKeyField(Run, null=True, backref="emergencies", on_delete="RESTRICT")
    run_id: int | None
    verdict = CharField(max_length=16, default="")
    note = TextField(default="")
    closed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    closed_by_id: int | None
    closed_at = InstantField(null=True, index=True)
