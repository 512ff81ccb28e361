"""Read side of the register of letters."""

from __future__ import annotations

from portal.store.models import BackupRequest, Letter, User
from portal.store.queries.paging import Page, page_of


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
