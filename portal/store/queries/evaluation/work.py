"""What ended, what should have run, and what requests came and went in a span of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from portal.store.models import BackupRequest, Disposition, Run, Schedule, ScheduledRun, Snapshot, Unit
from portal.store.queries.evaluation import surveys
from portal.store.queries.evaluation.servers import COPYING
from schemas.evaluation import Flow, Said
from schemas.evaluation_rows import UnitRow

UNSTARTED = ("missed", "refused")
"""What became of a due time at which nothing ran."""


class Closed(NamedTuple):
    """So many requests of a unit came to this end."""

    unit_id: int
    step: str
    outcome: str | None
    many: int


def ended(begins: datetime, ends: datetime, unit_id: int | None = None) -> dict[str, int]:
    """How many runs that copy ended between the two, by their state."""
    query: Any = Run.select(Run.state, fn.COUNT(Run.id)).where(_ended(begins, ends))
    if unit_id is not None:
        query = query.join(BackupRequest).where(BackupRequest.unit == unit_id)
    return {str(state): int(count) for state, count in query.group_by(Run.state).tuples()}


def missed(begins: datetime, ends: datetime, unit_id: int | None = None) -> int:
    """How many due times of schedules in the span brought no run."""
    query = ScheduledRun.select().where(
        ScheduledRun.due_at >= begins, ScheduledRun.due_at < ends, ScheduledRun.state.in_(UNSTARTED)
    )
    if unit_id is not None:
        query = query.join(Schedule).join(BackupRequest).where(BackupRequest.unit == unit_id)
    return int(query.count())


def received(begins: datetime, ends: datetime, unit_id: int | None = None) -> dict[int, int]:
    """How many requests of each unit were sent in the span."""
    sent = (BackupRequest.submitted_at >= begins) & (BackupRequest.submitted_at < ends)
    query: Any = BackupRequest.select(BackupRequest.unit, fn.COUNT(BackupRequest.id)).where(sent)
    return dict(_of_unit(query, unit_id).group_by(BackupRequest.unit).tuples())


def closed(begins: datetime, ends: datetime, unit_id: int | None = None) -> list[Closed]:
    """How many requests that had been sent were closed in the span, by unit, last step and outcome."""
    query: Any = BackupRequest.select(
        BackupRequest.unit, BackupRequest.step, BackupRequest.outcome, fn.COUNT(BackupRequest.id)
    ).where(
        BackupRequest.closed_at >= begins,
        BackupRequest.closed_at < ends,
        BackupRequest.submitted_at.is_null(False),
    )
    query = _of_unit(query, unit_id).group_by(BackupRequest.unit, BackupRequest.step, BackupRequest.outcome)
    return [Closed(*row) for row in query.tuples()]


def flow(received: Mapping[int, int], closed: Iterable[Closed]) -> Flow:
    """What came and went."""
    by_end: dict[str, int] = {}
    for each in closed:
        end = (each.outcome or "") if each.step == "closed" else each.step
        by_end[end] = by_end.get(end, 0) + each.many
    return Flow(received=sum(received.values()), granted=by_end.get("granted", 0), refused=by_end.get("refused", 0),
                withdrawn=by_end.get("withdrawn", 0))  # fmt: skip


def units(
    begins: datetime, ends: datetime, received: Mapping[int, int], closed: Iterable[Closed],
    late: Mapping[int, int], unit_id: int | None = None,
) -> list[UnitRow]:  # fmt: skip
    """Every unit with what its requests brought in the span; `late` are the decisions that came late, by unit."""
    runs: Any = Run.select(BackupRequest.unit, Run.state, fn.COUNT(Run.id)).join(BackupRequest)
    runs = runs.where(_ended(begins, ends)).group_by(BackupRequest.unit, Run.state)
    by_unit: dict[int, dict[str, int]] = {}
    for unit, state, count in runs.tuples():
        by_unit.setdefault(unit, {})[state] = count
    ended: dict[int, int] = {}
    for each in closed:
        if each.step == "closed":
            ended[each.unit_id] = ended.get(each.unit_id, 0) + each.many
    said = surveys.by_unit(begins, ends, ended)
    wanted = Unit.select() if unit_id is None else Unit.select().where(Unit.id == unit_id)
    return [
        UnitRow(id=unit.id, code=unit.code, name=unit.name, ended=by_unit.get(unit.id, {}),
                received=received.get(unit.id, 0), closed=ended.get(unit.id, 0), late=late.get(unit.id, 0),
                said=said.get(unit.id, Said()))
        for unit in wanted
    ]  # fmt: skip


def anything(begins: datetime, ends: datetime) -> bool:
    """Whether a run ended or a decision was made in the span."""
    decided = (Disposition.created_at >= begins) & (Disposition.created_at < ends)
    return bool(
        Run.select().where(_ended(begins, ends)).exists() or Disposition.select().where(decided).exists()
    )


def added(begins: datetime, ends: datetime) -> int:
    """Bytes that copies have added to the vault in the span, less what removals have freed."""
    made = (Snapshot.created_at >= begins) & (Snapshot.created_at < ends)
    grown = Snapshot.select(fn.COALESCE(fn.SUM(Snapshot.added_bytes), 0)).where(made).scalar()
    cuts = Run.select(Run.result).where(
        Run.kind == "prune", Run.state == "succeeded", Run.finished_at >= begins, Run.finished_at < ends
    )
    freed = sum(cut.result["bytes_before"] - cut.result["bytes_after"] for cut in cuts if cut.result)
    return int(grown) - freed


def _ended(begins: datetime, ends: datetime) -> Any:
    return (Run.finished_at >= begins) & (Run.finished_at < ends) & Run.kind.in_(COPYING)


def _of_unit(query: Any, unit_id: int | None) -> Any:
    return query if unit_id is None else query.where(BackupRequest.unit == unit_id)
