"""Laporan Evaluasi: how the service stood in a month, as the head of the division signs it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from portal.documents.papers.common import Paper, Signatory
from portal.documents.text import Line, Passage
from schemas.evaluation import Figures, MonthLine


class EvaluationPaper(Paper):
    """One month in its figures, and the year up to it (`trend`, the month last). `edition` counts the reports of the
    month; `complete`: the month had ended; `marks_url`: where each of the requesters' marks is shown."""

    template: ClassVar[str] = "evaluation"

    month: date
    edition: int
    complete: bool
    to_post: Line
    figures: Figures
    trend: tuple[MonthLine, ...]
    slack_hours: int
    marks_url: Line = ""
    note: Passage = ""
    issuer: Signatory
