"""A request on its way, as its requester follows it: until when the desks ahead should be done, and how long each desk
behind took, in the office's own time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from portal.operations import office
from portal.sop import expected, worktime
from portal.sop.expected import Standing
from portal.sop.table import Step
from portal.store.models import BackupRequest, Disposition
from portal.store.queries import dispositions


def forecast(
    backup_request: BackupRequest, at: datetime, calendar: worktime.OfficeCalendar | None = None
) -> dict[str, datetime]:
    """Until when each desk from the present one to the reply should be done, by step."""
    foretold = expected.forecast(calendar or office.calendar(), _standing(backup_request, at), at)
    return {step.value: moment for step, moment in foretold}


def finish(
    backup_request: BackupRequest, at: datetime, calendar: worktime.OfficeCalendar | None = None
) -> datetime | None:
    """When the reply is likely to be there, or None where there is nothing to wait for any more."""
    return expected.finish(calendar or office.calendar(), _standing(backup_request, at), at)


def if_sent(version: str, at: datetime) -> datetime | None:
    """When the reply would likely be there if a form were sent at `at`."""
    return expected.finish(office.calendar(), Standing(version, Step.SUBMISSION), at)


def _standing(backup_request: BackupRequest, at: datetime) -> Standing:
    paused = backup_request.paused_at is not None
    return Standing(
        version=backup_request.sop_version,
        step=Step(backup_request.step),
        refused=backup_request.outcome == "refused",
        due_at=backup_request.due_at,
        resumes_at=(backup_request.postponed_until or at) if paused else None,
        left=timedelta(seconds=backup_request.remaining_seconds or 0),
    )


def spent(
    decision: Disposition, decisions: Iterable[Disposition], calendar: worktime.OfficeCalendar
) -> timedelta | None:
    """The office time that a desk took over a decision which moved the request on, the postponements left out; None for
    what left it where it was, and for what no desk did: filling in a form is nobody's office time."""
    if decision.next_step == decision.step or Step(decision.step) in expected.BEFORE_SENDING:
        return None
    earlier = [row for row in decisions if row.revision <= decision.revision]
    whole = worktime.elapsed(calendar, decision.entered_at, decision.created_at)
    stopped = sum(
        (worktime.elapsed(calendar, *pause) for pause in office.pauses(decision.entered_at, earlier)),
        timedelta(),
    )
    return max(whole - stopped, timedelta())


def seconds_spent(decision: Disposition) -> int | None:
    """The same in whole seconds, with the request's earlier decisions as the archive has them."""
    earlier = [row for row in dispositions.of_request(decision.backup_request_id) if row.id != decision.id]
    taken = spent(decision, [*earlier, decision], office.calendar())
    return int(taken.total_seconds()) if taken is not None else None
