"""Read side of what requesters say of the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.models import BackupRequest, Survey
from portal.store.queries.paging import Page, page_of
from schemas.survey import QUESTIONS


@dataclass(frozen=True, slots=True)
class Average:
    """The mean of a question's marks (1 to 5), None without any, and of how many it is."""

    question: str
    mean: float | None
    count: int


def of_request(request_id: int) -> Survey | None:
    """What was said of one request, or None."""
    return Survey.get_or_none(Survey.backup_request == request_id)


def averages(since: datetime, until: datetime) -> tuple[Average, ...]:
    """The mean of each question over what was said from `since` to before `until`."""
    then = (Survey.created_at >= since) & (Survey.created_at < until)
    columns = [(fn.AVG(getattr(Survey, name)), fn.COUNT(getattr(Survey, name)), name) for name in QUESTIONS]
    query: Any = Survey.select(*[part for mean, count, _ in columns for part in (mean, count)]).where(then)
    row = next(iter(query.tuples()))
    return tuple(
        Average(name, None if row[2 * at] is None else float(row[2 * at]), int(row[2 * at + 1]))
        for at, (_, _, name) in enumerate(columns)
    )


def answered(since: datetime, until: datetime) -> tuple[int, int]:
    """How many of the requests that were closed in that time have a survey, and how many were closed."""
    then = (BackupRequest.closed_at >= since) & (BackupRequest.closed_at < until)
    closed = BackupRequest.select().where(then, BackupRequest.step == "closed")
    said = closed.join(Survey, on=(Survey.backup_request == BackupRequest.id))
    return said.count(), BackupRequest.select().where(then, BackupRequest.step == "closed").count()


def remarks(since: datetime, until: datetime, page: int = 1) -> Page[Survey]:
    """What was said in words in that time, newest first, with the requests."""
    then = (Survey.created_at >= since) & (Survey.created_at < until) & (Survey.remark != "")
    query = Survey.select(Survey, BackupRequest).join(BackupRequest).where(then)
    return page_of(query.order_by(Survey.created_at.desc(), Survey.id.desc()), page)
