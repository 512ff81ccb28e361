"""What each desk of the SOP took, over the decisions of a span of time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import SQL, Case, fn

from portal.store.models import BackupRequest, Disposition
from schemas.evaluation_rows import StepCount, StepMark


def counts(
    begins: datetime, ends: datetime, steps: Iterable[str], unit_id: int | None = None
) -> list[StepCount]:
    """For each of `steps` the decisions that moved a request on from it."""
    due = Disposition.due_at.is_null(False)
    in_time = due & (Disposition.created_at <= Disposition.due_at)
    query: Any = Disposition.select(
        Disposition.step,
        fn.SUM(Case(None, ((due, 1),), 0)),
        fn.SUM(Case(None, ((in_time, 1),), 0)),
        fn.COUNT(Disposition.office_seconds),
        fn.COALESCE(fn.SUM(Disposition.office_seconds), 0),
    ).where(_moved(begins, ends, steps))
    query = _of_unit(query, unit_id).group_by(Disposition.step)
    return [
        StepCount(step=step, due=int(all_due), in_time=int(good), timed=int(timed), seconds=int(seconds))
        for step, all_due, good, timed, seconds in query.tuples()
    ]


def marks(
    begins: datetime, ends: datetime, steps: Iterable[str], unit_id: int | None = None
) -> list[StepMark]:
    """The slowest decision of each step, and the one at its 95th percentile, ranked by the database."""
    by_step = {"partition_by": [Disposition.step]}
    ranked: Any = Disposition.select(
        Disposition.step,
        Disposition.office_seconds,
        Disposition.backup_request.alias("request_id"),
        fn.ROW_NUMBER().over(order_by=[Disposition.office_seconds, Disposition.id], **by_step).alias("place"),
        fn.COUNT(Disposition.id).over(**by_step).alias("many"),
    ).where(_moved(begins, ends, steps), Disposition.office_seconds.is_null(False))
    ranked = _of_unit(ranked, unit_id).alias("ranked")
    place, many = ranked.c.place, ranked.c.many
    # Whole numbers: the nearest rank, rounded up (portal.sop.evaluation.rules.rank95).
    at95 = place == (many * 95 + 99) / SQL("100")
    query: Any = (
        BackupRequest.select(
            ranked.c.step,
            place,
            many,
            ranked.c.office_seconds,
            ranked.c.request_id,
            BackupRequest.number,
        )
        .join(ranked, on=(BackupRequest.id == ranked.c.request_id))
        .where((place == many) | at95)
    )
    return [
        StepMark(step=step, rank=rank, of=of, seconds=seconds, request_id=request, number=number or "")
        for step, rank, of, seconds, request, number in query.tuples()
    ]


def untimed(begins: datetime, ends: datetime, steps: Iterable[str], most: int) -> list[Disposition]:
    """The decisions whose office time was never counted: those of before it was kept."""
    query = Disposition.select().where(_moved(begins, ends, steps), Disposition.office_seconds.is_null())
    return list(query.order_by(Disposition.id).limit(most))


def _moved(begins: datetime, ends: datetime, steps: Iterable[str]) -> Any:
    moved = (Disposition.created_at >= begins) & (Disposition.created_at < ends)
    return moved & Disposition.step.in_(list(steps)) & stands()


def stands() -> Any:
    """The decisions that moved a request on for good: a withdrawal is no desk's, what was taken back did not happen,
    and taking it back is no work either."""
    moved = (Disposition.next_step != Disposition.step) & Disposition.undone_at.is_null()
    return moved & Disposition.action.not_in(("withdraw", "undo"))


def _of_unit(query: Any, unit_id: int | None) -> Any:
    return query if unit_id is None else query.join(BackupRequest).where(BackupRequest.unit == unit_id)
