"""What went before a request: others of its requester and about its server, and how that server's runs went."""

from __future__ import annotations

from portal.store.models import BackupRequest, Grant, Run, Server
from portal.store.queries import words
from schemas.run import DATA_KINDS


def of_requester(backup_request: BackupRequest, most: int) -> list[BackupRequest]:
    """Other requests of the same person that were sent, the newest first."""
    mine = BackupRequest.requester == backup_request.requester_id
    return _newest(backup_request, mine, most)


def of_server(
    backup_request: BackupRequest, server: Server | None, name: str, most: int
) -> list[BackupRequest]:
    """Other requests about the same server: granted on it, or naming it; none where no server is known or named."""
    about = None
    if server is not None:
        about = BackupRequest.id.in_(Grant.select(Grant.backup_request).where(Grant.server == server))
    if name:
        named = words.holding(name) & BackupRequest.search.contains(name.lower())
        about = named if about is None else about | named
    return [] if about is None else _newest(backup_request, about, most)


def runs_of(server: Server, most: int) -> list[Run]:
    """The newest runs that worked on the server's data."""
    query = Run.select().where(Run.server == server, Run.kind.in_(DATA_KINDS))
    return list(query.order_by(Run.id.desc()).limit(most))


def _newest(backup_request: BackupRequest, about: object, most: int) -> list[BackupRequest]:
    sent = BackupRequest.submitted_at.is_null(False)
    query = BackupRequest.select().where(about, sent, BackupRequest.id != backup_request.id)
    return list(query.order_by(BackupRequest.id.desc()).limit(most))
