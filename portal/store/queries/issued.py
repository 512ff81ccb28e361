"""Read side of the papers as they were signed."""

from __future__ import annotations

from portal.store.db import database, is_sqlite
from portal.store.models import BackupRequest, IssuedPaper, Letter

# Any number that no other advisory lock of the portal uses.
_EDITION_LOCK = 119_016


def hold_editions() -> None:
    """Let one transaction at a time count the editions of a paper. SQLite's writers are one at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_EDITION_LOCK,))


def editions(subject: str) -> int:
    """How many editions a paper has had."""
    return IssuedPaper.select().where(IssuedPaper.subject == subject).count()


def newest(subject: str) -> IssuedPaper | None:
    """The last edition of a paper that was not taken back, or None."""
    query = IssuedPaper.select().where(IssuedPaper.subject == subject, IssuedPaper.withdrawn_at.is_null())
    return query.order_by(IssuedPaper.edition.desc()).first()


def of_request(request_id: int, kind: str) -> IssuedPaper | None:
    """The request's newest paper of a kind as it was signed last, or None for one older than these rows."""
    query = IssuedPaper.select().where(
        IssuedPaper.backup_request == request_id, IssuedPaper.kind == kind, IssuedPaper.withdrawn_at.is_null()
    )
    return query.order_by(IssuedPaper.id.desc()).first()


def by_code(code: str) -> IssuedPaper | None:
    """The paper that a square code leads to, with its letter, or None."""
    return _with_letter().where(IssuedPaper.code == code).first()


def by_sha256(sha256: str) -> IssuedPaper | None:
    """The paper whose file this is, or None."""
    return _with_letter().where(IssuedPaper.sha256 == sha256).first()


def _with_letter():  # type: ignore[no-untyped-def]
    return IssuedPaper.select(IssuedPaper, Letter).left_outer_join(Letter)


def get(paper_id: int) -> IssuedPaper | None:
    """One paper, or None."""
    return IssuedPaper.get_or_none(IssuedPaper.id == paper_id)


def unsealed(most: int) -> list[IssuedPaper]:
    """The papers whose file is still to be made, oldest first."""
    return list(IssuedPaper.select().where(IssuedPaper.sha256.is_null()).order_by(IssuedPaper.id).limit(most))


def papers_of(request_id: int) -> list[IssuedPaper]:
    """Every edition of every paper of a request, oldest first."""
    query = IssuedPaper.select().where(IssuedPaper.backup_request == request_id)
    return list(query.order_by(IssuedPaper.id))


def request_of(paper: IssuedPaper) -> BackupRequest | None:
    """The request that a paper belongs to, or None for a certificate."""
    return BackupRequest.get_or_none(BackupRequest.id == paper.backup_request_id)
