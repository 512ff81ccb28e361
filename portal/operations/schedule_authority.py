"""May this backup run that nobody started? Only for a schedule, under the request that the schedule hangs on."""

from __future__ import annotations

from portal.errors import Forbidden
from portal.store.models import Run
from portal.store.queries import schedules


def check_run(run: Run) -> None:
    """What a person started needs no schedule. Raises Forbidden('authority.no_schedule', 'authority.schedule_stopped')
    for a run of the portal's own that no due time of a schedule of its request holds, or whose schedule rests."""
    if run.started_by_id is not None:
        return
    scheduled = schedules.of_run(run.id)
    if scheduled is None or scheduled.schedule.backup_request_id != run.backup_request_id:
        raise Forbidden("authority.no_schedule", run=run.id)
    if scheduled.schedule.state != "active":
        raise Forbidden("authority.schedule_stopped", schedule=scheduled.schedule.name)
