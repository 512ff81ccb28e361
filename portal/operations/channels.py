"""The channels are watched themselves: an alarm that cannot be sent must be seen where people look anyway."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.operations import outbox
from portal.store.db import transaction
from portal.store.models import ChannelCheck
from portal.store.queries import outbox as rows

EVERY = timedelta(days=1)
AGAIN = timedelta(minutes=5)
"""How soon a channel that failed is tried again, so that its recovery is seen too."""
FAILURES_MAX = 1
"""One failure may be chance; the second in a row is told."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why people may not hear of what happens: `channel` fails for `code`, or messages are `stuck` or `given_up`."""

    channel: str = ""
    code: str = ""
    context: dict[str, Any] | None = None
    since: datetime | None = None
    stuck: int = 0
    given_up: int = 0


def take_check(channel: str, at: datetime) -> bool:
    """Whether it is time to try a channel, and nobody else does. A check in the future means a clock set back."""
    with transaction():
        known = rows.check_of(channel)
        if known is None:
            ChannelCheck.create(channel=channel, checked_at=at)
            return True
        last = known.checked_at
        if last - rows.APART <= at < last + (AGAIN if known.failures else EVERY):
            return False
        unseen = (ChannelCheck.id == known.id) & (ChannelCheck.checked_at == last)
        return bool(ChannelCheck.update(checked_at=at).where(unseen).execute() == 1)


def works(channel: str, at: datetime) -> None:
    """Note that a channel took something just now."""
    _note(channel, at, ok_at=at, failures=0, code="", context={})


def fails(channel: str, code: str, context: dict[str, Any], at: datetime) -> None:
    """Note that a channel took nothing, and why."""
    known = rows.check_of(channel)
    failures = (known.failures if known else 0) + 1
    _note(channel, at, failed_at=at, failures=failures, code=code, context=context)


def troubles(channels: Iterable[str], at: datetime) -> list[Trouble]:
    """What keeps people from hearing of what happens; empty when all is well or nothing is set."""
    names = tuple(channels)
    if not names:
        return []
    checks = [check for name in names if (check := rows.check_of(name)) and check.failures > FAILURES_MAX]
    found = [Trouble(check.channel, check.code, check.context, since=check.ok_at) for check in checks]
    stuck, given_up = rows.count_stuck(at, outbox.held(at)), rows.count_given_up(at)
    if stuck:
        found.append(Trouble(stuck=stuck))
    if given_up:
        found.append(Trouble(given_up=given_up))
    return found


def _note(channel: str, at: datetime, **changes: Any) -> None:
    with transaction():
        touched = ChannelCheck.update(**changes).where(ChannelCheck.channel == channel).execute()
        if not touched:
            ChannelCheck.create(channel=channel, checked_at=at, **changes)
