"""How messages leave the outbox: made of events, claimed by one sender at a time, sent, or tried again later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.operations import notices, outbox
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import OutboxEvent, OutboxMessage, User
from portal.store.queries import outbox as rows
from portal.store.queries import people

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
ATTEMPTS_MIN = 10
GIVE_UP_AFTER = timedelta(days=3)
"""A message is given up after both: many attempts, and days (a clock that jumps is no reason)."""
PAUSE = timedelta(minutes=1)
"""How long a channel that is away is left in peace."""


def spread(at: datetime, channels: Iterable[str]) -> list[int]:
    """Make the messages of every new event, for whoever holds its role now; return the events' ids.

    An event on which nobody can be told, because no channel is set, is done with: nothing piles up for later.
    """
    return [event.id for event in rows.unspread() if _spread(event, at, tuple(channels))]


def _spread(event: OutboxEvent, at: datetime, channels: tuple[str, ...]) -> bool:
    with transaction():
        mine = OutboxEvent.update(spread_at=at).where(
            OutboxEvent.id == event.id, OutboxEvent.spread_at.is_null()
        )
        if mine.execute() != 1:
            return False
        for channel in channels:
            for person in _told(event, at) if channel == "mail" else [None]:
                key = f"{event.id}:{channel}:{person.id if person else ''}"
                daily = person is not None and person.mail_rhythm == "daily" and event.kind in outbox.BUNDLED
                message = OutboxMessage.insert(
                    event=event, channel=channel, recipient=person, key=key, queued_at=at, next_try_at=at,
                    state="bundled" if daily else "pending")  # fmt: skip
                message.on_conflict_ignore().execute()
        return True


def _told(event: OutboxEvent, at: datetime) -> list[User]:
    """Whoever holds the role at this moment; where nobody does, those who look after the portal. Nobody decides on a
    request of their own, so its requester is not told as an official. That a decision does not hold is told to those
    who heard of it."""
    if event.kind == outbox.UNDONE:
        return rows.mailed(event.facts["told"])
    if event.recipient_id is not None:
        return [User.get_by_id(event.recipient_id)]
    if several := event.facts.get("people"):
        return people.by_ids(several)
    own = notices.requester_id(event)
    held = people.holders(event.audience, event.audience_unit_id, at=at, step=notices.step_of(event))
    return [holder for holder in held if holder.id != own] or people.holders(Role.SYSTEM_ADMIN.value, at=at)


def claim(channel: str, at: datetime) -> OutboxMessage | None:
    """Take the next message of a channel whose turn has come, or return None. Of two senders one gets it."""
    for message in rows.due(channel, at, outbox.held(at)):
        taken = (
            OutboxMessage.update(
                state="sending", attempts=message.attempts + 1, claimed_until=at + rows.CLAIM
            )
            .where(
                OutboxMessage.id == message.id,
                OutboxMessage.state == message.state,
                OutboxMessage.attempts == message.attempts,
            )
            .execute()
        )
        if taken == 1:
            return rows.get(message.id)
    return None


def address_of(message: OutboxMessage, at: datetime) -> str | None:
    """Where a mail goes: the person's address as it stands now. None for whoever has left or lost the role, and for a
    request that has left the desk."""
    person, event = rows.person_of(message), message.event
    if person is None or not person.active or not notices.is_current(event):
        return None
    held = people.desks_held(person, at, notices.step_of(event))
    told = any(
        role == Role.SYSTEM_ADMIN.value or (role == event.audience and event.audience_unit_id in (None, unit))
        for role, unit in held
    )
    return str(person.email) if told or not event.audience else None


def sent(message: OutboxMessage, at: datetime) -> bool:
    """Note that a message has arrived; False when it is no longer this sender's."""
    return _settle(message, state="sent", sent_at=at, code="", context={})


def dropped(message: OutboxMessage) -> bool:
    """Note that a message concerns nobody any more."""
    return _settle(message, state="dropped", code="outbox.left", context={})


def not_sent(
    message: OutboxMessage, code: str, context: dict[str, Any], at: datetime, *, permanent: bool
) -> bool:
    """Note why a message did not arrive: it is tried again after a while, or given up."""
    old = message.attempts >= ATTEMPTS_MIN and at - message.queued_at > GIVE_UP_AFTER
    if permanent or old:
        return _settle(message, state="failed", code=code, context=context)
    wait = WAITS[min(message.attempts, len(WAITS)) - 1]
    return _settle(message, state="pending", next_try_at=at + wait, code=code, context=context)


def hold_back(channel: str, at: datetime) -> None:
    """The channel itself is away: what waits on it is left alone for a moment, and loses no attempt by it."""
    OutboxMessage.update(next_try_at=at + PAUSE).where(
        OutboxMessage.channel == channel, OutboxMessage.state == "pending", OutboxMessage.next_try_at <= at
    ).execute()


def _settle(message: OutboxMessage, **changes: Any) -> bool:
    """Write how the attempt ended, if the message is still the sender's."""
    mine = (
        (OutboxMessage.id == message.id)
        & (OutboxMessage.state == "sending")
        & (OutboxMessage.attempts == message.attempts)
    )
    return bool(OutboxMessage.update(claimed_until=None, **changes).where(mine).execute() == 1)
