"""Whether work was begun on a request's authority, so that the decision under it can no longer be taken back."""

from __future__ import annotations

from datetime import datetime

from portal.store.models import Mirror, Run, Schedule


def since(request_id: int, at: datetime) -> bool:
    """Whether a run, a schedule or a mirror of the request was made at or after `at`."""
    made = ((Run, Run.queued_at), (Schedule, Schedule.created_at), (Mirror, Mirror.created_at))
    return any(
        table.select().where(table.backup_request == request_id, when >= at).exists() for table, when in made
    )
