"""Nota Dinas of the head of the unit to the head of the centre (SOP step 1)."""

from __future__ import annotations

from typing import ClassVar

from portal.documents.papers.common import Paper, RequestSummary, Signatory, Urgency
from portal.documents.text import Line, Passage


class NotaDinasPaper(Paper):
    """`sender_unit` heads the paper under the agency; `note` is the sender's own paragraph; `copies` the tembusan."""

    template: ClassVar[str] = "nota_dinas"

    sender_unit: Line
    to_post: Line
    sender: Signatory
    urgency: Urgency = "ordinary"
    attachment_count: int = 1
    request: RequestSummary
    note: Passage = ""
    copies: tuple[Line, ...] = ()
