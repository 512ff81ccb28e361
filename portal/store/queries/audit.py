"""Read side of the trail."""

from __future__ import annotations

from collections.abc import Iterator

from portal.store.db import database, is_sqlite
from portal.store.models import AuditEntry
from portal.store.queries.paging import Page, page_of

# Any number that no other advisory lock of the portal uses.
_CHAIN_LOCK = 119_002
_CHUNK = 1000


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


def search(words: str = "", page: int = 1, per_page: int = 50) -> Page[AuditEntry]:
    """The entries whose actor, tag or number holds every word, newest first."""
    query = AuditEntry.select()
    for word in words.split()[:8]:
        found = AuditEntry.actor_name.contains(word) | AuditEntry.tag.contains(word)
        if word.isascii() and word.isdigit() and len(word) < 10:
            found |= (AuditEntry.sequence == int(word)) | (AuditEntry.subject_id == int(word))
        query = query.where(found)
    return page_of(query.order_by(AuditEntry.sequence.desc()), page, per_page)
