"""Lembar Disposisi: one sheet that grows through SOP steps 2, 3 and 4."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from portal.documents.papers.common import Paper, Reference, RequestSummary, Signatory, Urgency, Values
from portal.documents.text import Line, Passage


class DispositionEntry(Values):
    """One decision. `sender.signed_at` dates the paraf; `instructions` are identifiers of
    `schemas.decision.INSTRUCTIONS`; `action` is the rule book's: forward, approve or refuse."""

    sender: Signatory
    action: Literal["forward", "approve", "refuse"]
    to_post: Line
    instructions: tuple[Line, ...] = ()
    note: Passage = ""


class DispositionPaper(Paper):
    """`number` is the agenda number, `dated` the day on the sheet, `received_on` when the letter came in. `awaiting`
    is the post the sheet lies with: it gets an empty block; empty when the dispositions are done."""

    template: ClassVar[str] = "disposition"

    letter_from: Line
    letter: Reference
    received_on: date
    urgency: Urgency = "ordinary"
    request: RequestSummary
    entries: tuple[DispositionEntry, ...] = ()
    awaiting: Line = ""
