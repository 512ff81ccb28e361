"""Read side of the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.store.db import database, is_sqlite
from portal.store.models import AuditEntry
from portal.store.queries.paging import Page, page_of

# Any number that no other advisory lock of the portal uses.
_CHAIN_LOCK = 119_002
_CHUNK = 1000
DIGITS_MAX = 10


def hold_chain() -> None:
    """Let one transaction at a time add to the chain, until its commit. SQLite's writers are one at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_CHAIN_LOCK,))


def last() -> AuditEntry | None:
    """The newest entry, or None."""
    return AuditEntry.select().order_by(AuditEntry.sequence.desc()).first()


def stream() -> Iterator[AuditEntry]:
    """Every entry in order, a thousand at a time, so that a long trail needs no memory."""
    seen = -1
    while True:
        rows = list(
            AuditEntry.select().where(AuditEntry.sequence > seen).order_by(AuditEntry.sequence).limit(_CHUNK)
        )
        yield from rows
        if len(rows) < _CHUNK:
            return
        seen = rows[-1].sequence


@dataclass(frozen=True, slots=True)
class Filter:
    """What the trail is narrowed to: `words` in actor, event or number, one kind of subject, from `since` on and before
    `until`; an empty value narrows nothing."""

    words: str = ""
    subject_type: str = ""
    since: datetime | None = None
    until: datetime | None = None


def search(wanted: Filter, page: int = 1, per_page: int = 50) -> Page[AuditEntry]:
    """The entries, newest first. A bare number is an entry's or its subject's."""
    query = AuditEntry.select()
    for word in wanted.words.split()[:8]:
        query = query.where(_holds(word))
    if wanted.subject_type:
        query = query.where(AuditEntry.subject_type == wanted.subject_type)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    return page_of(query.order_by(AuditEntry.sequence.desc()), page, per_page)


def size() -> int:
    """How many entries there are."""
    return AuditEntry.select().count()


def _holds(word: str) -> Any:
    found = AuditEntry.actor_name.contains(word) | AuditEntry.tag.contains(word)
    if word.isascii() and word.isdigit() and len(word) < DIGITS_MAX:
        return found | (AuditEntry.sequence == int(word)) | (AuditEntry.subject_id == int(word))
    # What an entry tells is JSON; a number or a name in it is found as it is written there.
    return found | AuditEntry.data.cast("TEXT").contains(word)
