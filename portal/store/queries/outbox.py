"""Read side of the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.store.models import OutboxEvent, OutboxMessage, User

CLAIM = timedelta(minutes=10)
"""How long whoever claimed a message has it to itself: longer than any mail server is waited for."""
LONGEST_WAIT = timedelta(hours=1)
"""The longest wait between two attempts."""


def unspread() -> list[OutboxEvent]:
    """The events that no message was made of yet, oldest first."""
    return list(OutboxEvent.select().where(OutboxEvent.spread_at.is_null()).order_by(OutboxEvent.id))


def due(channel: str, at: datetime) -> list[OutboxMessage]:
    """The messages of a channel whose turn has come, oldest first: those that wait, and those whose sender was lost.
    A turn that lies further ahead than any wait means that the clock was set back since: it counts as come."""
    turn, until = OutboxMessage.next_try_at, OutboxMessage.claimed_until
    waits = (OutboxMessage.state == "pending") & ((turn <= at) | (turn > at + LONGEST_WAIT))
    lost = (OutboxMessage.state == "sending") & ((until <= at) | (until > at + CLAIM))
    query = OutboxMessage.select().where(OutboxMessage.channel == channel, waits | lost)
    return list(query.order_by(OutboxMessage.id).limit(20))


def get(message_id: int) -> OutboxMessage | None:
    """One message with its event, or None."""
    query = OutboxMessage.select(OutboxMessage, OutboxEvent).join(OutboxEvent)
    return query.where(OutboxMessage.id == message_id).first()


def person_of(message: OutboxMessage) -> User | None:
    """The person whom a message is for, as the account stands now."""
    return User.get_or_none(User.id == message.recipient_id) if message.recipient_id else None
