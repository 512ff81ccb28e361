"""What requesters said of the service in a span of time, by unit and in the list that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.models import BackupRequest, Survey, Unit
from portal.store.queries.paging import Page, page_of
from schemas.evaluation import Mean, Said, Share
from schemas.survey import QUESTIONS


def by_unit(begins: datetime, ends: datetime, closed: Mapping[int, int]) -> dict[int, Said]:
    """What was said in the span, by the unit's id. `closed` holds how many requests of each were received in it."""
    sums = [part for name in QUESTIONS for part in _sum_and_count(getattr(Survey, name))]
    query: Any = Survey.select(BackupRequest.unit, fn.COUNT(Survey.id), *sums).join(BackupRequest)
    query = query.where(_then(begins, ends)).group_by(BackupRequest.unit)
    found = {unit: Said(answered=Share(whole=count)) for unit, count in closed.items()}
    for unit, said, *marks in query.tuples():
        means = {
            name: Mean(total=int(marks[2 * at]), count=int(marks[2 * at + 1]))
            for at, name in enumerate(QUESTIONS)
        }
        answered = Share(part=int(said), whole=max(int(said), closed.get(unit, 0)))
        found[unit] = Said(answered=answered, **means)
    return found


def listed(begins: datetime, ends: datetime, unit_id: int | None = None, page: int = 1) -> Page[Survey]:
    """Each of them, newest first, with its request and unit."""
    query = (
        Survey.select(Survey, BackupRequest, Unit)
        .join(BackupRequest)
        .join(Unit, on=(BackupRequest.unit == Unit.id))
        .where(_then(begins, ends))
    )
    if unit_id is not None:
        query = query.where(BackupRequest.unit == unit_id)
    return page_of(query.order_by(Survey.created_at.desc(), Survey.id.desc()), page)


def _then(begins: datetime, ends: datetime) -> Any:
    return (Survey.created_at >= begins) & (Survey.created_at < ends)


def _sum_and_count(mark: Any) -> tuple[Any, Any]:
    return fn.COALESCE(fn.SUM(mark), 0), fn.COUNT(mark)
