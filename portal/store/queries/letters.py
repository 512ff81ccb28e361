"""Read side of the register of letters."""

from __future__ import annotations

from portal.store.db import database, is_sqlite
from portal.store.models import BackupRequest, Letter, User
from portal.store.queries.paging import Page, page_of

# Any number that no other advisory lock of the portal uses.
_NUMBERS_LOCK = 119_004


def hold_numbers() -> None:
    """Let one transaction at a time take the next number of a register, until its commit. SQLite's writers are one
    at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_NUMBERS_LOCK,))


def of_request(request_id: int) -> list[Letter]:
    """The request's numbered papers with who signed them, oldest first, without those that were taken back."""
    query = Letter.select(Letter, User).join(User, on=(Letter.signed_by == User.id))
    query = query.where(Letter.backup_request == request_id, Letter.withdrawn_at.is_null())
    return list(query.order_by(Letter.id))


def withdrawn(request_id: int, kind: str, year: int) -> Letter | None:
    """The request's letter of a kind and year that its signer took back, or None."""
    query = Letter.select().where(
        Letter.backup_request == request_id,
        Letter.kind == kind,
        Letter.year == year,
        Letter.withdrawn_at.is_null(False),
    )
    return query.order_by(Letter.id.desc()).first()


def search(words: str = "", kind: str = "", page: int = 1) -> Page[Letter]:
    """The letters whose number, request or signer holds every word, newest first."""
    query = (
        Letter.select(Letter, BackupRequest, User)
        .join(BackupRequest, on=(Letter.backup_request == BackupRequest.id))
        .switch(Letter)
        .join(User, on=(Letter.signed_by == User.id))
    )
    if kind:
        query = query.where(Letter.kind == kind)
    for word in words.split()[:8]:
        found = Letter.number.contains(word) | BackupRequest.number.contains(word) | User.name.contains(word)
        query = query.where(found)
    return page_of(query.order_by(Letter.created_at.desc(), Letter.id.desc()), page)
