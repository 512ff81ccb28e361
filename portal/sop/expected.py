"""When a request is likely to be answered: the times of the desks ahead, one after the other, in office time. Pure.

It foretells no decision: a request that is still to be judged is taken to be granted, which is the longest way. The
reply is the end: how long its requester leaves it unread is not the office's time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.sop import worktime
from portal.sop.table import SOP_NUMBER, Step, allowance

GRANTED_WAY = (
    Step.UNIT_NOTE,
    Step.CENTER_DISPOSITION,
    Step.POLICY_SELECTION,
    Step.SPECIFICATION_SELECTION,
    Step.EXECUTION,
    Step.SUBDIVISION_REPORT,
    Step.DIVISION_REPORT,
    Step.REPLY,
    Step.RECEIPT,
)
REFUSED_WAY = (Step.REPLY, Step.RECEIPT)
BEFORE_SENDING = frozenset({Step.SUBMISSION, Step.RETURNED})
STEPS = max(SOP_NUMBER.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands: `due_at` of the present step; while it is postponed `resumes_at` and the office time
    `left` then."""

    version: str
    step: Step
    refused: bool = False
    due_at: datetime | None = None
    resumes_at: datetime | None = None
    left: timedelta = timedelta()


def way_ahead(step: Step, refused: bool = False) -> tuple[Step, ...]:
    """What a request passes that is granted from here on; a refused one goes to its reply. Whether the Kabid agrees
    with a refusal of step 4 is open, so nothing is foretold of it but the reply."""
    if step in BEFORE_SENDING:
        return GRANTED_WAY
    way = REFUSED_WAY if refused else GRANTED_WAY
    return way[way.index(step) + 1 :] if step in way else way


def forecast(
    calendar: worktime.OfficeCalendar, standing: Standing, at: datetime
) -> tuple[tuple[Step, datetime], ...]:
    """Until when the present desk and each one ahead should be done, up to the reply, each entered when the one before
    it is; nothing once the reply is there. A step that is late may be done any moment, so it counts as done at `at`."""
    return tuple(_forecast(calendar, standing, at))


def _forecast(
    calendar: worktime.OfficeCalendar, standing: Standing, at: datetime
) -> Iterator[tuple[Step, datetime]]:
    if standing.step not in (*GRANTED_WAY[:-1], *BEFORE_SENDING, Step.REFUSAL_REVIEW):
        return
    moment = at
    if standing.step not in BEFORE_SENDING:
        moment = _present(calendar, standing, at)
        yield standing.step, moment
    for step in way_ahead(standing.step, standing.refused):
        given = allowance(standing.version, step)
        if step is Step.RECEIPT or given is None:
            return
        moment = worktime.due(calendar, moment, given)
        yield step, moment


def _present(calendar: worktime.OfficeCalendar, standing: Standing, at: datetime) -> datetime:
    if standing.resumes_at is not None:
        resumed = max(standing.resumes_at, at)
        return max(worktime.resume_due(calendar, resumed, standing.left), resumed)
    return max(standing.due_at or at, at)


def finish(calendar: worktime.OfficeCalendar, standing: Standing, at: datetime) -> datetime | None:
    """When the reply is likely to be there, or None where there is nothing to wait for any more."""
    foretold = forecast(calendar, standing, at)
    return foretold[-1][1] if foretold else None


def passed(step: Step) -> int:
    """How many of the SOP's steps lie behind a request that stands at `step`."""
    if step is Step.CLOSED:
        return STEPS
    return SOP_NUMBER.get(step, 1) - 1
