"""What a request's columns held before a decision, kept with it as JSON and read back when it is undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.store.models import BackupRequest

INSTANTS = frozenset(
    {
        "step_entered_at",
        "due_at",
        "paused_at",
        "postponed_until",
        "told_at",
        "followed_up_at",
        "opened_at",
        "submitted_at",
        "closed_at",
    }
)
NOT_KEPT = frozenset({"revision", "updated_at"})
"""These only ever grow."""


def kept(backup_request: BackupRequest, changed: Iterable[str]) -> dict[str, Any]:
    """What the columns that are about to change hold."""
    held = {name: backup_request.__data__.get(name) for name in changed if name not in NOT_KEPT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in held.items()}


def restored(before: dict[str, Any]) -> dict[str, Any]:
    """The columns as they are to be written again."""
    return {
        name: datetime.fromisoformat(value) if name in INSTANTS and value else value
        for name, value in before.items()
    }
