"""The decisions of a month added up: what was counted once is kept, and the next count goes on from there."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.operations import parcel
from portal.sop.evaluation import RULES, Month, adding
from portal.sop.table import ALLOWANCES
from portal.store.db import transaction
from portal.store.models import Disposition, EvaluationMonth, EvaluationSum
from portal.store.queries.evaluation import issued, steps
from schemas.evaluation_rows import DecidedSum

STEPS = tuple(dict.fromkeys(step.value for _, step in ALLOWANCES))
"""The steps that the SOP gives a time to, in its order."""
TIMED_AT_ONCE = 300
SETTLED = timedelta(minutes=10)
"""A decision is in the archive at most so long after the instant that it carries."""
WORTH = timedelta(hours=1)
"""What has been added up is kept anew when it is older than this."""


def plainly(month: Month, at: datetime, unit_id: int | None = None) -> DecidedSum:
    """All decisions of a month so far, read one by one."""
    _time(month.begins, month.as_of(at))
    return adding.summed(steps.decided(month.begins, month.as_of(at), unit_id))


def gone_on(month: Month, at: datetime, unit_id: int | None = None) -> DecidedSum:
    """The same, of which only what came since the last time is read."""
    as_of, scope = month.as_of(at), scope_of(unit_id)
    kept = issued.kept_sum(month.key, scope, RULES)
    if kept is not None and kept.until > as_of:
        # A clock that ran ahead wrote it.
        kept = None
    base, since = (DecidedSum.model_validate(kept.sums), kept.until) if kept else (DecidedSum(), month.begins)
    all_timed = _time(since, as_of)
    until = max(since, as_of - SETTLED)
    settled = adding.together(base, adding.summed(steps.decided(since, until, unit_id)))
    found = adding.together(settled, adding.summed(steps.decided(until, as_of, unit_id)))
    if not adding.reaches(found):
        return plainly(month, at, unit_id)
    if all_timed and until - since >= WORTH:
        _keep(month, scope, until, adding.shortened(settled))
    return found


def go_on(at: datetime) -> None:
    """Add up what the present month has brought, so that no page has to. For the clock."""
    kept = issued.kept_sum(Month.of(at).key, scope_of(None), RULES)
    if kept is None or not timedelta() <= at - kept.until < WORTH + SETTLED:
        gone_on(Month.of(at), at)


def forget(instant: datetime) -> None:
    """A decision of that instant did not stand: whatever was added up with it, and its month's figures, are counted
    anew; a report that was issued keeps its own. Inside the caller's transaction."""
    EvaluationMonth.delete().where(EvaluationMonth.month == Month.of(instant).key).execute()
    EvaluationSum.delete().where(EvaluationSum.until > instant).execute()


def scope_of(unit_id: int | None) -> str:
    """What the figures are kept under: "all", or a unit's id."""
    return "all" if unit_id is None else str(unit_id)


def _time(begins: datetime, ends: datetime) -> bool:
    """Count the office time of decisions that were made before it was kept with them, some at a time; whether none is
    left."""
    untimed = steps.untimed(begins, ends, STEPS, TIMED_AT_ONCE)
    if untimed:
        with transaction():
            for row in untimed:
                taken = Disposition.update(office_seconds=parcel.seconds_spent(row))
                taken.where(Disposition.id == row.id).execute()
    return len(untimed) < TIMED_AT_ONCE


def _keep(month: Month, scope: str, until: datetime, sums: DecidedSum) -> None:
    """Of two at once the later one stays."""
    with transaction():
        EvaluationSum.delete().where(EvaluationSum.month == month.key, EvaluationSum.scope == scope).execute()
        EvaluationSum.insert(
            month=month.key, scope=scope, rules=RULES, until=until, sums=sums.model_dump(mode="json")
        ).on_conflict_ignore().execute()
