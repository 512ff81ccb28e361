"""Read side of the outbox."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN

from portal.store.models import ChannelCheck, OutboxEvent, OutboxMessage, User
from portal.store.queries.paging import Page, page_of

CLAIM = timedelta(minutes=10)
"""How long whoever claimed a message has it to itself: longer than any mail server is waited for."""
LONGEST_WAIT = timedelta(hours=1)
"""The longest wait between two attempts."""
APART = timedelta(minutes=15)
"""How far two senders may be apart in what they take for the present; further apart, a clock was set."""
STUCK_AFTER = timedelta(minutes=30)
"""A message that waits longer than this is told on the front page."""
BUNDLED_CODE = "outbox.bundled"
"""Why a message was dropped that went into its reader's one mail of the day."""
SHOWN_FOR = timedelta(days=7)
"""How long a message that was given up is told there."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; an empty value narrows nothing."""

    words: str = ""
    state: str = ""
    channel: str = ""


def is_known(key: str) -> bool:
    """Whether this event was written already."""
    return bool(OutboxEvent.select().where(OutboxEvent.key == key).exists())


def written(kind: str, *, since: datetime, until: datetime) -> list[OutboxEvent]:
    """The events of a kind that were written in that time."""
    then = (OutboxEvent.created_at > since) & (OutboxEvent.created_at <= until)
    return list(OutboxEvent.select().where(OutboxEvent.kind == kind, then))


def unspread() -> list[OutboxEvent]:
    """The events that no message was made of yet, oldest first."""
    return list(OutboxEvent.select().where(OutboxEvent.spread_at.is_null()).order_by(OutboxEvent.id))


def due(channel: str, at: datetime, held: Collection[str] = ()) -> list[OutboxMessage]:
    """The messages of a channel whose turn has come, oldest first: those that wait, and those whose sender was lost.
    A turn that lies further ahead than any wait means that the clock was set back since: it counts as come.
    Events of the kinds `held` are left lying."""
    turn, until = OutboxMessage.next_try_at, OutboxMessage.claimed_until
    waits = (OutboxMessage.state == "pending") & ((turn <= at) | (turn > at + LONGEST_WAIT + APART))
    lost = (OutboxMessage.state == "sending") & ((until <= at) | (until > at + CLAIM + APART))
    query = OutboxMessage.select().where(OutboxMessage.channel == channel, waits | lost, *_not_of(held))
    return list(query.order_by(OutboxMessage.id).limit(20))


def _not_of(kinds: Collection[str]) -> tuple[Any, ...]:
    if not kinds:
        return ()
    return (
        OutboxMessage.event.not_in(OutboxEvent.select(OutboxEvent.id).where(OutboxEvent.kind.in_(kinds))),
    )


def bundled() -> list[User]:
    """Those for whom something waits for the one mail of the day, by user name."""
    waiting = OutboxMessage.select(OutboxMessage.recipient).where(OutboxMessage.state == "bundled")
    return list(User.select().where(User.id.in_(waiting)).order_by(User.username))


def bundled_for(user_id: int) -> list[OutboxMessage]:
    """What waits for the one mail of the day of a person, with its events, oldest first."""
    mine = (OutboxMessage.recipient == user_id) & (OutboxMessage.state == "bundled")
    query = OutboxMessage.select(OutboxMessage, OutboxEvent).join(OutboxEvent).where(mine)
    return list(query.order_by(OutboxMessage.id))


def mailed(keys: Collection[str]) -> list[User]:
    """Those to whom a mail about these events went out, goes out at this moment, or stands in their one mail of the
    day, by user name."""
    went = OutboxMessage.state.in_(("sent", "sending")) | (OutboxMessage.code == BUNDLED_CODE)
    told = OutboxMessage.select(OutboxMessage.recipient).join(OutboxEvent)
    told = told.where(OutboxMessage.channel == "mail", OutboxEvent.key.in_(list(keys)), went)
    return list(User.select().where(User.id.in_(told)).order_by(User.username))


def last_test(user_id: int) -> OutboxMessage | None:
    """The newest mail with which a person tried the channel out, or None."""
    mine = (OutboxMessage.recipient == user_id) & (OutboxMessage.channel == "mail")
    query = OutboxMessage.select(OutboxMessage, OutboxEvent).join(OutboxEvent)
    query = query.where(mine, OutboxEvent.kind == "test")
    return query.order_by(OutboxMessage.id.desc()).first()


def get(message_id: int) -> OutboxMessage | None:
    """One message with its event, or None."""
    query = OutboxMessage.select(OutboxMessage, OutboxEvent).join(OutboxEvent)
    return query.where(OutboxMessage.id == message_id).first()


def person_of(message: OutboxMessage) -> User | None:
    """The person whom a message is for, as the account stands now."""
    return User.get_or_none(User.id == message.recipient_id) if message.recipient_id else None


def search(wanted: Filter, page: int = 1) -> Page[OutboxMessage]:
    """The messages, newest first, with event and recipient; `words` in the recipient's name or in what is told."""
    query = (
        OutboxMessage.select(OutboxMessage, OutboxEvent, User)
        .join(OutboxEvent)
        .switch(OutboxMessage)
        .join(User, JOIN.LEFT_OUTER, on=(OutboxMessage.recipient == User.id))
    )
    if wanted.state:
        query = query.where(OutboxMessage.state == wanted.state)
    if wanted.channel:
        query = query.where(OutboxMessage.channel == wanted.channel)
    if wanted.words:
        told: Any = OutboxEvent.facts.cast("TEXT")
        query = query.where(User.name.contains(wanted.words) | told.contains(wanted.words))
    return page_of(query.order_by(OutboxMessage.id.desc()), page)


def count_stuck(at: datetime, held: Collection[str] = ()) -> int:
    """How many messages, or events of which none was made yet, wait longer than they should; those of the kinds `held`
    wait for the office to open."""
    waiting = OutboxMessage.state.in_(("pending", "sending")) & (OutboxMessage.queued_at < at - STUCK_AFTER)
    lying = OutboxEvent.spread_at.is_null() & (OutboxEvent.created_at < at - STUCK_AFTER)
    return int(
        OutboxMessage.select().where(waiting, *_not_of(held)).count()
        + OutboxEvent.select().where(lying).count()
    )


def count_given_up(at: datetime) -> int:
    """How many messages of the last days did not arrive and are tried no more."""
    lost = (OutboxMessage.state == "failed") & (OutboxMessage.queued_at > at - SHOWN_FOR)
    return int(OutboxMessage.select().where(lost).count())


def check_of(channel: str) -> ChannelCheck | None:
    """What is known of a channel, or None before it was used."""
    return ChannelCheck.get_or_none(ChannelCheck.channel == channel)
