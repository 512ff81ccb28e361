"""The evaluation of the service: the figures of a month, counted from the archive and kept so that they need not be
counted for every look."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.operations import evaluation_sums, vault
from portal.operations.evaluation_sums import STEPS
from portal.sop import evaluation as rules
from portal.sop import growth
from portal.sop.evaluation import RULES, Month, adding
from portal.store.db import transaction
from portal.store.models import EvaluationMonth
from portal.store.queries import storage
from portal.store.queries.evaluation import issued, servers, steps, unusual, work
from schemas.evaluation import Figures, MonthLine, Room, Share, StepFigure
from schemas.evaluation_rows import DecidedSum

FRESH = timedelta(minutes=1)
"""So long the figures of the present month stand before they are counted again."""
EMPTY_FRESH = timedelta(hours=1)
TREND_MONTHS = 12


def figures(
    month: Month, *, at: datetime, settings: Settings, unit_id: int | None = None, anew: bool = False
) -> Figures:
    """The figures of a month. One that has ended does not change any more, so it is counted once for good; the present
    one at most once a minute, or `anew`."""
    scope = evaluation_sums.scope_of(unit_id)
    row = None if anew else issued.kept(month.key, scope, RULES)
    if row is not None:
        told = Figures.model_validate(row.figures)
        if at - row.counted_at < _stands_for(told, month):
            return told
    decided = evaluation_sums.gone_on(month, at, unit_id)
    counted = count(month, at=at, settings=settings, unit_id=unit_id, decided=decided)
    _keep(counted, scope)
    return counted


def _stands_for(told: Figures, month: Month) -> timedelta:
    """How long what was counted need not be counted again. Into an ended month in which nothing happened a history may
    still be brought."""
    if told.counted_at < month.ends:
        return FRESH
    return EMPTY_FRESH if told.empty else timedelta.max


def trend(month: Month, *, at: datetime, settings: Settings, unit_id: int | None = None) -> list[MonthLine]:
    """The month and the eleven before it, the earliest first."""
    return [
        MonthLine.of(figures(each, at=at, settings=settings, unit_id=unit_id))
        for each in month.back(TREND_MONTHS)
    ]


def keep_ended(at: datetime, settings: Settings) -> list[str]:
    """Count one ended month of the last year that was not counted yet, the newest first, so that no page has to; its
    key. When none is left, add up what the present one has brought. For the clock. A month in which nothing happened
    stays uncounted: that costs nothing, and it may be brought in later."""
    kept = issued.counted_months("all", RULES)
    ended = [month for month in Month.of(at).moved(-1).back(TREND_MONTHS) if _waits(month, kept)]
    for month in reversed(ended):
        if work.anything(month.begins, month.ends):
            figures(month, at=at, settings=settings)
            return [month.key]
    evaluation_sums.go_on(at)
    return []


def _waits(month: Month, kept: dict[str, datetime]) -> bool:
    return month.key not in kept or kept[month.key] < month.ends


def count(
    month: Month,
    *,
    at: datetime,
    settings: Settings,
    unit_id: int | None = None,
    decided: DecidedSum | None = None,
) -> Figures:
    """Count a month from the archive; `decided` are its decisions where they were added up already."""
    begins, as_of = month.begins, month.as_of(at)
    decided = evaluation_sums.plainly(month, at, unit_id) if decided is None else decided
    in_force = servers.in_force(as_of, unit_id)
    listed = rules.servers_at(
        servers.rows(as_of, unit_id),
        in_force,
        servers.switched_since(as_of),
        as_of=as_of,
        certificate_days=settings.certificate_days,
    )
    coverage, rpo, proven = rules.shares_of_servers(listed)
    ended, missed = work.ended(begins, as_of, unit_id), work.missed(begins, as_of, unit_id)
    taken = _steps(decided)
    received, closed = work.received(begins, as_of, unit_id), work.closed(begins, as_of, unit_id)
    brought = work.units(begins, as_of, received, closed, decided.late, unit_id)
    return Figures(
        month=month.key, unit=unit_id, begins=begins, as_of=as_of, counted_at=at,
        certificate_days=settings.certificate_days, coverage=coverage, success=rules.success_of(ended, missed),
        outcomes=ended, missed=missed, rpo=rpo, proven=proven, sla=_sla(taken), said=rules.said_in_all(brought),
        flow=work.flow(received, closed), steps=tuple(taken), servers=tuple(listed),
        units=tuple(rules.units_of(brought, in_force, listed)),
        unusual=tuple(unusual.found(begins, as_of, unit_id)), room=_room(month, at, settings))  # fmt: skip


def lately(*, at: datetime, days: int = 30) -> Share:
    """The runs of the last days that succeeded, as `success` counts them."""
    since = at - timedelta(days=days)
    return rules.success_of(work.ended(since, at), work.missed(since, at))


def _steps(decided: DecidedSum) -> list[StepFigure]:
    numbers = steps.numbers({decision[-1] for *_, decision in adding.marked(decided, STEPS)})
    return rules.steps_of(adding.counts_of(decided, STEPS), adding.marks_of(decided, STEPS, numbers), STEPS)


def _sla(taken: list[StepFigure]) -> Share:
    return Share(
        part=sum(each.in_time.part for each in taken), whole=sum(each.in_time.whole for each in taken)
    )


def _room(month: Month, at: datetime, settings: Settings) -> Room | None:
    """The vault's room at the month's end: of the present month as it is now, of an earlier one as it was measured."""
    begins, as_of = month.begins, month.as_of(at)
    noted = [row for row in storage.rooms(begins - growth.WINDOW) if row.measured_at < as_of]
    points = [growth.Point(row.measured_at, row.total_bytes - row.free_bytes) for row in noted]
    added = work.added(begins, as_of)
    if at < month.ends:
        now = vault.outlook(settings, at)
        if now is None:
            return None
        return Room(used=now.room.used, total=now.room.total, added=added, per_day=now.growth.per_day,
                    fills_at=now.growth.fills_at)  # fmt: skip
    if not noted:
        return None
    used, total = points[-1].used, noted[-1].total_bytes
    fitted = growth.fit(points, used, total, as_of)
    return Room(used=used, total=total, added=added, per_day=fitted.per_day, fills_at=fitted.fills_at)


def _keep(counted: Figures, scope: str) -> None:
    """Keep what was counted; of two at once the later one stays."""
    said = counted.model_dump(mode="json")
    with transaction():
        EvaluationMonth.delete().where(
            EvaluationMonth.month == counted.month, EvaluationMonth.scope == scope
        ).execute()
        EvaluationMonth.insert(
            month=counted.month, scope=scope, rules=RULES, figures=said, counted_at=counted.counted_at
        ).on_conflict_ignore().execute()
