"""What each desk of the SOP took, over the decisions of a span of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from peewee import Case

from portal.store.models import BackupRequest, Disposition
from schemas.evaluation_rows import Decided


def decided(begins: datetime, ends: datetime, unit_id: int | None = None) -> Iterator[Decided]:
    """The decisions that moved a request on, whatever the step."""
    due = Disposition.due_at.is_null(False)
    query: Any = Disposition.select(
        Disposition.step,
        BackupRequest.unit,
        Disposition.id,
        Disposition.backup_request,
        Disposition.office_seconds,
        Case(None, ((due, 1),), 0),
        Case(None, ((due & (Disposition.created_at <= Disposition.due_at), 1),), 0),
    ).join(BackupRequest)
    query = query.where(_moved(begins, ends))
    if unit_id is not None:
        query = query.where(BackupRequest.unit == unit_id)
    for step, unit, row_id, request_id, seconds, was_due, in_time in query.tuples().iterator():
        yield Decided(step, unit, row_id, request_id, seconds, bool(was_due), bool(in_time))


def numbers(request_ids: Iterable[int]) -> dict[int, str]:
    """The numbers of requests by their ids."""
    rows: Any = BackupRequest.select(BackupRequest.id, BackupRequest.number)
    return {
        row_id: number or ""
        for row_id, number in rows.where(BackupRequest.id.in_(list(request_ids))).tuples()
    }


def untimed(begins: datetime, ends: datetime, steps: Iterable[str], most: int) -> list[Disposition]:
    """The decisions whose office time was never counted: those of before it was kept."""
    query = Disposition.select().where(
        _moved(begins, ends), Disposition.step.in_(list(steps)), Disposition.office_seconds.is_null()
    )
    return list(query.order_by(Disposition.id).limit(most))


def _moved(begins: datetime, ends: datetime) -> Any:
    return (Disposition.created_at >= begins) & (Disposition.created_at < ends) & stands()


def stands() -> Any:
    """The decisions that moved a request on for good: a withdrawal is no desk's, what was taken back did not happen,
    and taking it back is no work either."""
    moved = (Disposition.next_step != Disposition.step) & Disposition.undone_at.is_null()
    return moved & Disposition.action.not_in(("withdraw", "undo"))
