"""Lembar Disposisi: one sheet that grows through SOP steps 2, 3 and 4."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from portal.documents.papers.common import Paper, Reference, RequestSummary, Signatory, Urgency, Values
from portal.documents.text import Line, Passage
from schemas.decision import INSTRUCTIONS


def _known(instruction: str) -> str:
    """A box that the sheet does not have could only be left out in silence."""
    if instruction not in INSTRUCTIONS:
        raise ValueError(f"not a standard instruction: {instruction}")
    return instruction


Instruction = Annotated[str, AfterValidator(_known)]
"""An identifier of `schemas.decision.INSTRUCTIONS`."""


class DispositionEntry(Values):
    """One decision. `sender.signed_at` dates the paraf; `action` is the rule book's."""

    sender: Signatory
    action: Literal["forward", "approve", "refuse"]
    to_post: Line
    instructions: tuple[Instruction, ...] = ()
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
