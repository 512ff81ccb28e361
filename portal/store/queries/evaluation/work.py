"""What ended, what should have run, and what requests came and went in a span of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.models import BackupRequest, Disposition, Run, Schedule, ScheduledRun, Snapshot, Unit
from portal.store.queries.evaluation import surveys
from portal.store.queries.evaluation.servers import COPYING
from portal.store.queries.evaluation.steps import stands
from schemas.evaluation import Flow, Said
from schemas.evaluation_rows import UnitRow

UNSTARTED = ("missed", "refused")
"""What became of a due time at which nothing ran."""
ENDED = ("closed", "withdrawn")


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


def flow(begins: datetime, ends: datetime, unit_id: int | None = None) -> Flow:
    """The requests that were sent, and those that were closed."""
    sent = BackupRequest.select().where(
        BackupRequest.submitted_at >= begins, BackupRequest.submitted_at < ends
    )
    gone: Any = BackupRequest.select(
        BackupRequest.step, BackupRequest.outcome, fn.COUNT(BackupRequest.id)
    ).where(_closed(begins, ends), BackupRequest.submitted_at.is_null(False))
    if unit_id is not None:
        sent, gone = (query.where(BackupRequest.unit == unit_id) for query in (sent, gone))
    counted = {
        (step, outcome): int(count)
        for step, outcome, count in gone.group_by(BackupRequest.step, BackupRequest.outcome).tuples()
    }
    return Flow(
        received=sent.count(),
        granted=counted.get(("closed", "granted"), 0),
        refused=counted.get(("closed", "refused"), 0),
        withdrawn=sum(count for (step, _), count in counted.items() if step == "withdrawn"),
    )


def units(begins: datetime, ends: datetime, unit_id: int | None = None) -> list[UnitRow]:
    """Every unit with what its requests brought in the span."""
    runs: Any = Run.select(BackupRequest.unit, Run.state, fn.COUNT(Run.id)).join(BackupRequest)
    runs = runs.where(_ended(begins, ends)).group_by(BackupRequest.unit, Run.state)
    by_unit: dict[int, dict[str, int]] = {}
    for unit, state, count in runs.tuples():
        by_unit.setdefault(unit, {})[state] = count
    received = _by_unit((BackupRequest.submitted_at >= begins) & (BackupRequest.submitted_at < ends))
    closed = _by_unit(_closed(begins, ends) & (BackupRequest.step == "closed"))
    late, said = _late(begins, ends), surveys.by_unit(begins, ends, closed)
    wanted = Unit.select() if unit_id is None else Unit.select().where(Unit.id == unit_id)
    return [
        UnitRow(id=unit.id, code=unit.code, name=unit.name, ended=by_unit.get(unit.id, {}),
                received=received.get(unit.id, 0), closed=closed.get(unit.id, 0), late=late.get(unit.id, 0),
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


def _closed(begins: datetime, ends: datetime) -> Any:
    return (BackupRequest.closed_at >= begins) & (BackupRequest.closed_at < ends)


def _by_unit(where: Any) -> dict[int, int]:
    query: Any = BackupRequest.select(BackupRequest.unit, fn.COUNT(BackupRequest.id)).where(where)
    return dict(query.group_by(BackupRequest.unit).tuples())


def _late(begins: datetime, ends: datetime) -> dict[int, int]:
    moved = (Disposition.created_at >= begins) & (Disposition.created_at < ends)
    moved &= (Disposition.created_at > Disposition.due_at) & stands()
    query: Any = Disposition.select(BackupRequest.unit, fn.COUNT(Disposition.id)).join(BackupRequest)
    return dict(query.where(moved).group_by(BackupRequest.unit).tuples())
