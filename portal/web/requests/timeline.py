"""A request's way through the nine steps, like a parcel's: what was decided, where it lies, what is still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from portal.operations import office, parcel
from portal.sop.expected import STEPS, passed, way_ahead
from portal.sop.table import SOP_NUMBER, TERMINAL, Step
from portal.store.queries import dispositions
from portal.web.requests import desks

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Disposition

AGAINST = frozenset({"refuse", "withdraw", "return"})


@dataclass(frozen=True, slots=True)
class Station:
    """One line of the timeline. `state`: done, refused, undone, current, paused or ahead; `decision` for what is past,
    with the office time that it `took`; `expected` for what is ahead: until when it should be done."""

    step: str
    number: int
    state: str
    role: str
    names: tuple[str, ...] = ()
    decision: Disposition | None = None
    due_at: datetime | None = None
    late: bool = False
    took: timedelta | None = None
    expected: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """The whole way on one line: the present desk (None once it has ended), when the reply is likely to be there, how
    many of the SOP's steps lie behind, and until when it lies postponed."""

    desk: desks.Desk | None
    finish: datetime | None
    passed: int
    steps: int = STEPS
    until: datetime | None = None


def parcels(found: list[BackupRequest], at: datetime) -> dict[int, Parcel]:
    """Where each request is on its way, by id; the office's calendar is read once."""
    calendar = office.calendar() if found else None
    return {
        row.id: Parcel(
            None if row.step in TERMINAL else desks.of(row),
            parcel.finish(row, at, calendar),
            passed(Step(row.step)),
            until=row.postponed_until,
        )
        for row in found
    }


def stations(backup_request: BackupRequest, decisions: list[Disposition], at: datetime) -> list[Station]:
    """Past decisions in their order, those taken back as well, then the present desk, then the steps ahead."""
    calendar = office.calendar()
    standing = dispositions.standing(decisions)
    found = [
        _past(decision, parcel.spent(decision, standing, calendar))
        if decision in standing
        else _undone(decision)
        for decision in decisions
    ]
    if backup_request.step not in TERMINAL:
        foretold = parcel.forecast(backup_request, at, calendar)
        found.append(_present(backup_request))
        ahead = way_ahead(Step(backup_request.step), backup_request.outcome == "refused")
        found += [_ahead(backup_request, step, foretold.get(step)) for step in ahead]
    return found


def _past(decision: Disposition, took: timedelta | None) -> Station:
    state = "refused" if decision.action in AGAINST else "paused" if decision.action == "postpone" else "done"
    late = decision.due_at is not None and decision.created_at > decision.due_at
    number = SOP_NUMBER.get(Step(decision.step), 0)
    names = (decision.actor.name,) if decision.actor else ()
    return Station(decision.step, number, state, decision.role, names, decision, decision.due_at, late, took)


def _undone(decision: Disposition) -> Station:
    """A decision that was taken back, or the taking back: it stands at the desk that made both."""
    step = decision.next_step if decision.undone_at is None else decision.step
    names = (decision.actor.name,) if decision.actor else ()
    return Station(step, SOP_NUMBER.get(Step(step), 0), "undone", decision.role, names, decision)


def _present(backup_request: BackupRequest) -> Station:
    desk = desks.of(backup_request)
    state = "paused" if backup_request.paused_at is not None else "current"
    number = SOP_NUMBER.get(Step(backup_request.step), 0)
    return Station(desk.step, number, state, desk.role, desk.names, due_at=backup_request.due_at)


def _ahead(backup_request: BackupRequest, step: Step, expected: datetime | None) -> Station:
    desk = desks.of(backup_request, step)
    return Station(step.value, SOP_NUMBER[step], "ahead", desk.role, desk.names, expected=expected)
