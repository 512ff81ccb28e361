"""Read side of the papers as they were signed."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.store.db import database, is_sqlite
from portal.store.models import Attachment, IssuedPaper, Letter

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


def count_of(kind: str, year: int) -> int:
    """How many papers of a kind are dated in a year, the editions of one counted once."""
    dated = IssuedPaper.dated.between(date(year, 1, 1), date(year, 12, 31))
    return IssuedPaper.select().where(IssuedPaper.kind == kind, IssuedPaper.edition == 1, dated).count()


def by_code(code: str) -> IssuedPaper | None:
    """The paper that a square code leads to, with its letter, or None."""
    return _with_letter().where(IssuedPaper.code == code).first()


def by_sha256(sha256: str) -> IssuedPaper | None:
    """The paper whose file this is, or None."""
    return _with_letter().where(IssuedPaper.sha256 == sha256).first()


def _with_letter() -> Any:
    return IssuedPaper.select(IssuedPaper, Letter).left_outer_join(Letter)


def get(paper_id: int) -> IssuedPaper | None:
    """One paper, or None."""
    return IssuedPaper.get_or_none(IssuedPaper.id == paper_id)


def unsealed(most: int) -> list[IssuedPaper]:
    """The papers whose file is still to be made, oldest first."""
    return list(IssuedPaper.select().where(IssuedPaper.sha256.is_null()).order_by(IssuedPaper.id).limit(most))


def scans(request_id: int) -> Any:
    """The scans of a request's papers, as a query."""
    return Attachment.select().where(
        Attachment.backup_request == request_id,
        Attachment.removed_at.is_null(),
        Attachment.scan_of.is_null(False),
    )


def scans_of(request_id: int) -> list[Attachment]:
    """The same, oldest first, each with its paper."""
    query = scans(request_id).select(Attachment, IssuedPaper).join(IssuedPaper)
    return list(query.order_by(Attachment.id))
