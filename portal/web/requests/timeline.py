"""A request's way through the nine steps, like a parcel's: what was decided, where it lies, what is still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.sop.table import SOP_NUMBER, TERMINAL, Step
from portal.web.requests import desks

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Disposition

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
AGAINST = frozenset({"refuse", "withdraw", "return"})


@dataclass(frozen=True, slots=True)
class Station:
    """One line of the timeline. `state`: done, refused, current, paused or ahead; `decision` for what is past."""

    step: str
    number: int
    state: str
    role: str
    names: tuple[str, ...] = ()
    decision: Disposition | None = None
    due_at: datetime | None = None
    late: bool = False


def stations(backup_request: BackupRequest, decisions: list[Disposition]) -> list[Station]:
    """Past decisions in their order, then the present desk, then the steps ahead."""
    found = [_past(decision) for decision in decisions]
    if backup_request.step not in TERMINAL:
        found.append(_present(backup_request))
        found += [_ahead(backup_request, step) for step in _steps_ahead(backup_request)]
    return found


def _past(decision: Disposition) -> Station:
    state = "refused" if decision.action in AGAINST else "paused" if decision.action == "postpone" else "done"
    late = decision.due_at is not None and decision.created_at > decision.due_at
    number = SOP_NUMBER.get(Step(decision.step), 0)
    names = (decision.actor.name,) if decision.actor else ()
    return Station(decision.step, number, state, decision.role, names, decision, decision.due_at, late)


def _present(backup_request: BackupRequest) -> Station:
    desk = desks.of(backup_request)
    state = "paused" if backup_request.paused_at is not None else "current"
    number = SOP_NUMBER.get(Step(backup_request.step), 0)
    return Station(desk.step, number, state, desk.role, desk.names, due_at=backup_request.due_at)


def _ahead(backup_request: BackupRequest, step: Step) -> Station:
    desk = desks.of(backup_request, step)
    return Station(step.value, SOP_NUMBER[step], "ahead", desk.role, desk.names)


def _steps_ahead(backup_request: BackupRequest) -> tuple[Step, ...]:
    """What a request passes that is granted from here on; a refused one goes to its reply. Whether the Kabid agrees
    with a refusal of step 4 is open, so nothing is foretold of it but the reply."""
    step = Step(backup_request.step)
    if step in (Step.SUBMISSION, Step.RETURNED):
        return GRANTED_WAY
    way = REFUSED_WAY if backup_request.outcome == "refused" else GRANTED_WAY
    return way[way.index(step) + 1 :] if step in way else way
