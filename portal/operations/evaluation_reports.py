"""The monthly evaluation as a paper: its figures are frozen when it is issued, numbered, sealed and kept for good."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.documents.papers import EvaluationPaper
from portal.errors import InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, evaluation, issued, letters, runs, styles
from portal.operations.letters import OFFICE_ZONE
from portal.operations.signatories import in_post, local_day, post_of
from portal.sop.evaluation import SLACK_HOURS, Month
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import EvaluationReport, User
from portal.store.queries.evaluation import issued as rows
from schemas.evaluation import Figures, MonthLine

CLASSIFICATION = "EV"
NOTE_MAX = 2000
MARKS_PAGE = "/evaluasi/penilaian?bulan="


def issue(
    month: Month, note: str, user: User, key: str, *, at: datetime, settings: Settings
) -> EvaluationReport:
    """Issue the evaluation of a month, counted now; its file is made by the desk of the papers. The same form sent
    twice issues one.

    Raises Forbidden('run.role'), TransitionRefused('evaluation.future'), InvalidInput naming `note`."""
    runs.require(user, at, Role.DIVISION_HEAD)
    if known := rows.by_key(key):
        return known
    if month.begins >= at:
        raise TransitionRefused("evaluation.future")
    note = note.strip()
    if len(note) > NOTE_MAX:
        raise InvalidInput(fields={"note": ("string_too_long", {"max_length": NOTE_MAX})})
    told = evaluation.figures(month, at=at, settings=settings, anew=True)
    trend = tuple(evaluation.trend(month, at=at, settings=settings))
    with transaction():
        rows.hold_issue()
        if known := rows.by_key(key):
            return known
        paper = EvaluationPaper(
            letterhead=styles.letterhead(settings), number="", dated=local_day(at), month=month.first,
            edition=len(rows.of_month(month.key)) + 1, complete=at >= month.ends,
            to_post=post_of(Role.CENTER_HEAD, at), figures=told, trend=trend, slack_hours=SLACK_HOURS,
            marks_url=settings.base_url.rstrip("/") + MARKS_PAGE + month.key, note=note,
            issuer=in_post(user, Role.DIVISION_HEAD, at))  # fmt: skip
        return _write_down(month, paper, user, key, at, settings)


def _write_down(
    month: Month, paper: EvaluationPaper, user: User, key: str, at: datetime, settings: Settings
) -> EvaluationReport:
    """Number it, freeze what it says, and note it. Inside the caller's transaction."""
    year = at.astimezone(OFFICE_ZONE).year
    sequence = rows.last_sequence(year) + 1
    number = letters.number_of(CLASSIFICATION, sequence, settings.center_short, at, settings.letter_pattern)
    numbered = paper.model_copy(update={"number": number})
    frozen = issued.write(f"evaluation:{month.key}", numbered, at=at, settings=settings)
    report = EvaluationReport.create(month=month.key, edition=paper.edition, year=year, sequence=sequence,
                                     number=number, paper=frozen, idempotency_key=key, issued_by=user,
                                     issued_at=at)  # fmt: skip
    audit.record(
        "evaluation:issued",
        actor=user,
        subject_type="evaluation",
        subject_id=report.id,
        at=at,
        data={"number": number, "month": month.key, "edition": paper.edition},
    )
    return report


def pdf(report_id: int, settings: Settings) -> bytes:
    """The sealed paper as it was issued. Raises NotFound, and TransitionRefused('paper.damaged') when what lies there
    is not what was issued."""
    return issued.document(find(report_id).paper, settings)


def find(report_id: int) -> EvaluationReport:
    """The report. Raises NotFound('evaluation.unknown')."""
    report = rows.get(report_id)
    if report is None:
        raise NotFound("evaluation.unknown")
    return report


def figures_of(report: EvaluationReport) -> Figures:
    """What it said."""
    return Figures.model_validate(report.paper.data["figures"])


def trend_of(report: EvaluationReport) -> list[MonthLine]:
    """The year that it compared with."""
    return [MonthLine.model_validate(line) for line in report.paper.data["trend"]]
