"""Numbers for the probes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.db import database
from portal.store.models import BackupRequest, Run, UserSession


def answers() -> bool:
    """Whether the database answers a question. Raises peewee's errors when it does not."""
    return bool(database.execute_sql("SELECT 1").fetchone())


def runs_by_state() -> dict[str, int]:
    """How many runs are in each state."""
    return dict(_counted(Run, Run.state))


def requests_by_step() -> dict[str, int]:
    """How many requests stand at each step."""
    return dict(_counted(BackupRequest, BackupRequest.step))


def requests_late(at: datetime, most: int | None = None) -> int:
    """How many requests are past their deadline at `at`, counted up to `most`; a paused clock is not late."""
    late = BackupRequest.select().where(BackupRequest.due_at < at, BackupRequest.paused_at.is_null())
    # Said this way SQLite does not look through all that are open for those that are late.
    return int(late.where(~BackupRequest.closed_at.is_null(False)).limit(most).count())


def sessions_open(at: datetime) -> int:
    """How many sign-ins have not ended."""
    return UserSession.select().where(UserSession.revoked_at.is_null(), UserSession.expires_at > at).count()


def _counted(model: Any, column: Any) -> Any:
    return model.select(column, fn.COUNT(model.id)).group_by(column).tuples()
