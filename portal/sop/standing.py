"""How a service stands, in one word: what whoever asked for it must know first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """From the gravest to the best; ENDED and LAPSED come before everything else, because nothing is promised there."""

    ENDED = "ended"
    LAPSED = "lapsed"
    POSTPONED = "postponed"
    NOT_BEGUN = "not_begun"
    NEVER = "never"
    OVERDUE = "overdue"
    UNPROVEN = "unproven"
    STOPPING = "stopping"
    ENDING = "ending"
    GOOD = "good"


EXPECTED = {"daily": timedelta(days=2), "weekly": timedelta(days=9), "monthly": timedelta(days=34)}
"""How old the newest copy may be: one copy may fail before anybody need worry. Once only grows old."""
SOON = timedelta(days=45)
"""How long before its end a term is worth a thought: the way of a request and somebody's leave fit in."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is known: the term, whether it was ended by request or will be at its end (`stopping`),
    what was kept last and what of it was proven last."""

    frequency: str
    ends_at: datetime
    ended: bool = False
    stopping: bool = False
    followed_up: bool = True
    postponed: bool = False
    newest_at: datetime | None = None
    proven_at: datetime | None = None


def judge(service: Service, at: datetime) -> State:
    """The first word that fits."""
    if service.ended:
        return State.ENDED
    if service.ends_at <= at:
        return State.LAPSED
    if service.postponed:
        return State.POSTPONED
    if not service.followed_up:
        return State.NOT_BEGUN
    return _of_copies(service, at)


def _of_copies(service: Service, at: datetime) -> State:
    if service.newest_at is None:
        return State.NEVER
    patience = EXPECTED.get(service.frequency)
    if patience is not None and at - service.newest_at > patience:
        return State.OVERDUE
    if service.proven_at is None:
        return State.UNPROVEN
    if service.stopping:
        return State.STOPPING
    if service.frequency != "once" and service.ends_at - at <= SOON:
        return State.ENDING
    return State.GOOD
