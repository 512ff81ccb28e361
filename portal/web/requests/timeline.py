"""A request's way through the nine steps, like a parcel's: what was decided, where it lies, what is still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from portal.sop.table import SOP_NUMBER, TERMINAL, Role, Step, desk_of
from portal.store.queries import people

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


def stations(backup_request: BackupRequest, decisions: list[Disposition], at: datetime) -> list[Station]:
    """Past decisions in their order, then the present desk, then the steps ahead."""
    found = [_past(decision) for decision in decisions]
    if backup_request.step not in TERMINAL:
        found.append(_present(backup_request, at))
        found += [_ahead(backup_request, step) for step in _steps_ahead(backup_request)]
    return found


def _past(decision: Disposition) -> Station:
    refused = decision.action in ("refuse", "withdraw", "return")
    late = decision.due_at is not None and decision.created_at > decision.due_at
    number = SOP_NUMBER.get(Step(decision.step), 0)
    return Station(decision.step, number, "refused" if refused else "done", decision.role,
                   (decision.actor.name,) if decision.actor else (), decision, decision.due_at, late)  # fmt: skip


def _present(backup_request: BackupRequest, at: datetime) -> Station:
    role = desk_of(backup_request.sop_version, backup_request.step) or Role.REQUESTER
    paused = backup_request.paused_at is not None
    late = not paused and backup_request.due_at is not None and backup_request.due_at < at
    return Station(backup_request.step, SOP_NUMBER.get(Step(backup_request.step), 0), "paused" if paused else "current",
                   role.value, _names(backup_request, role), None, backup_request.due_at, late)  # fmt: skip


def _ahead(backup_request: BackupRequest, step: Step) -> Station:
    role = desk_of(backup_request.sop_version, step) or Role.REQUESTER
    return Station(step.value, SOP_NUMBER[step], "ahead", role.value, _names(backup_request, role))


def _steps_ahead(backup_request: BackupRequest) -> tuple[Step, ...]:
    step = Step(backup_request.step)
    way = REFUSED_WAY if backup_request.outcome == "refused" else GRANTED_WAY
    if step in (Step.SUBMISSION, Step.RETURNED):
        return GRANTED_WAY
    if step not in way:
        return REFUSED_WAY
    return way[way.index(step) + 1 :]


def _names(backup_request: BackupRequest, role: Role) -> tuple[str, ...]:
    if role is Role.REQUESTER:
        return (backup_request.requester.name,)
    unit = backup_request.unit_id if role is Role.UNIT_HEAD else None
    return tuple(
        holder.name for holder in people.holders(role.value, unit) if holder.id != backup_request.requester_id
    )
