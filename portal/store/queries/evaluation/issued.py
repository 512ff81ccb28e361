"""What was counted and kept, and what was issued."""

from __future__ import annotations

from datetime import datetime

from portal.store.db import database, is_sqlite
from portal.store.models import EvaluationMonth, EvaluationReport, EvaluationSum, Unit, User

# Any number that no other advisory lock of the portal uses.
_ISSUE_LOCK = 119_017


def kept(month: str, scope: str, rules: int) -> EvaluationMonth | None:
    """What was counted of a month by these rules, or None."""
    return EvaluationMonth.get_or_none(
        EvaluationMonth.month == month, EvaluationMonth.scope == scope, EvaluationMonth.rules == rules
    )


def kept_sum(month: str, scope: str, rules: int) -> EvaluationSum | None:
    """The decisions of a month that were added up by these rules, or None."""
    return EvaluationSum.get_or_none(
        EvaluationSum.month == month, EvaluationSum.scope == scope, EvaluationSum.rules == rules
    )


def counted_months(scope: str, rules: int) -> dict[str, datetime]:
    """The months that were counted by these rules, and when."""
    rows = EvaluationMonth.select(EvaluationMonth.month, EvaluationMonth.counted_at)
    rows = rows.where(EvaluationMonth.scope == scope, EvaluationMonth.rules == rules)
    return {row.month: row.counted_at for row in rows}


def hold_issue() -> None:
    """Let one transaction at a time take the next number of an evaluation. SQLite's writers are one anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_ISSUE_LOCK,))


def by_key(idempotency_key: str) -> EvaluationReport | None:
    """The report that a form with this key has issued already, or None."""
    return EvaluationReport.get_or_none(EvaluationReport.idempotency_key == idempotency_key)


def get(report_id: int) -> EvaluationReport | None:
    """One report, or None."""
    return EvaluationReport.get_or_none(EvaluationReport.id == report_id)


def last_sequence(year: int) -> int:
    """The last number that was taken in a year; 0 before the first."""
    query = EvaluationReport.select().where(EvaluationReport.year == year)
    last = query.order_by(EvaluationReport.sequence.desc()).first()
    return last.sequence if last else 0


def of_month(month: str) -> list[EvaluationReport]:
    """The editions of a month, the newest first."""
    query = EvaluationReport.select().where(EvaluationReport.month == month)
    return list(query.order_by(EvaluationReport.edition.desc()))


def newest(most: int = 24) -> list[EvaluationReport]:
    """The reports that were issued last, with who issued them."""
    query = EvaluationReport.select(EvaluationReport, User).join(User)
    return list(query.order_by(EvaluationReport.id.desc()).limit(most))


def units() -> list[Unit]:
    """The units that can be chosen, by code."""
    return list(Unit.select().order_by(Unit.code))
