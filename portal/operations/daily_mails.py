"""One mail an office day for whoever wants it so: what would have been single mails, put together at the opening."""

from __future__ import annotations

from datetime import datetime

from portal.operations import notices, office, outbox
from portal.sop import worktime
from portal.sop.due import OFFICE_ZONE
from portal.store.db import transaction
from portal.store.models import OutboxMessage, User
from portal.store.queries import outbox as rows

LINES_MOST = 50


def announce_due(at: datetime) -> list[str]:
    """Write the bundle of each person for whom something waits and who had none today; return their keys."""
    if not worktime.is_open(office.calendar(), at):
        return []
    day = at.astimezone(OFFICE_ZONE).date().isoformat()
    waiting = rows.bundled()
    return [key for person in waiting if (key := f"bundle:{person.id}:{day}") and _announce(person, key, at)]


def _announce(person: User, key: str, at: datetime) -> bool:
    if rows.is_known(key):
        return False
    with transaction():
        messages = rows.bundled_for(person.id)
        lines = [
            {"kind": message.event.kind, **message.event.facts}
            for message in messages
            if notices.is_current(message.event)
        ]
        told = OutboxMessage.update(state="dropped", code=rows.BUNDLED_CODE)
        told.where(OutboxMessage.id.in_([message.id for message in messages])).execute()
        if not lines:
            return False
        facts = {"lines": lines[:LINES_MOST], "more": max(0, len(lines) - LINES_MOST), "at": at.isoformat()}
        return outbox.announce("bundle", key, subject=("bundle", None), facts=facts, at=at, recipient=person)
