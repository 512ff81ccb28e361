"""A published policy, as the office would have it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.operations import policies
from portal.store.models import PolicyVersion, User
from portal.store.queries import policies as rows
from schemas.policy import PolicyTerms, Publication

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TERMS: dict[str, Any] = {
    "services": ["backup_files", "backup_database"],
    "frequencies": ["daily", "weekly"],
    "units": [],
    "retention_classes": [{"name": "Standar", "least_days": 7, "most_days": 90}],
    "largest_gib": 500,
    "most_folders": 10,
    "windows": [{"start": "18:00", "end": "06:00"}],
    "speed_mib": 50,
    "most_term_months": 24,
}


def terms(**changes: Any) -> PolicyTerms:
    """The usual terms with some of them changed."""
    return PolicyTerms(**(TERMS | changes))


def publish(
    user: User, *, at: datetime = AT, note: str = "Disesuaikan dengan isi gudang.", **changes: Any
) -> PolicyVersion:
    """The next version, published by `user`; `valid_from` goes with it."""
    last, begin = rows.newest(), changes.pop("valid_from", None)
    publication = Publication(note=note, valid_from=begin)
    return policies.publish(terms(**changes), publication, user, seen=last.number if last else 0, at=at)
