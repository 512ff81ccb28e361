"""The outbox: what people are to be told, and how far each message has come."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, JSONField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import Unit, User


class OutboxEvent(Table):
    """Something that people must hear of, written in the commit of what happened; `key` tells it once.

    `facts` are codes and numbers, put into words when a message is sent; they hold no secret and no name of a file.
    `audience` is the role whose holders are told (of `audience_unit` alone where one is named), or `recipient` the one
    person. `spread_at`: when messages were made
    of it, for the channels that were set then.
    """

    kind = CharField(max_length=32, index=True)
    key = CharField(max_length=120, unique=True)
    subject_type = CharField(max_length=16)
    subject_id = IntegerField(null=True)
    facts = JSONField(default=dict)
    audience = CharField(max_length=32, default="")
    audience_unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
    audience_unit_id: int | None
    recipient = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    recipient_id: int | None
    created_at = InstantField(default=now, index=True)
    spread_at = InstantField(null=True, index=True)


class OutboxMessage(Table):
    """One event on its way to one person (channel `mail`) or to the receiver (channel `webhook`).

    `state`: pending, sending (until `claimed_until`), then sent, failed (given up, a person may send it again) or
    dropped (the recipient no longer holds the role). `attempts` grows with each claim and fences it, as a run's lease
    token does. `code` and `context` say why the last attempt failed.
    """

    event = ForeignKeyField(OutboxEvent, backref="messages", on_delete="RESTRICT")
    event_id: int
    channel = CharField(max_length=8, index=True)
    recipient = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    recipient_id: int | None
    key = CharField(max_length=160, unique=True)
    state = CharField(max_length=8, default="pending", index=True)
    attempts = IntegerField(default=0)
    queued_at = InstantField(default=now)
    next_try_at = InstantField(default=now, index=True)
    claimed_until = InstantField(null=True)
    sent_at = InstantField(null=True)
    code = CharField(max_length=64, default="")
    context = JSONField(default=dict)


class ChannelCheck(Table):
    """How a channel itself is: its last success and failure, and how many failures came in a row since."""

    channel = CharField(max_length=8, unique=True)
    checked_at = InstantField()
    ok_at = InstantField(null=True)
    failed_at = InstantField(null=True)
    failures = IntegerField(default=0)
    code = CharField(max_length=64, default="")
    context = JSONField(default=dict)
