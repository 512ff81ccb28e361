"""Tanda terima of the reply (SOP step 9)."""

from __future__ import annotations

from typing import ClassVar

from portal.documents.papers.common import Outcome, Paper, Reference, RequestSummary, Signatory
from portal.documents.text import Line, Passage


class ReceiptPaper(Paper):
    """The requester received the `reply`; `recipient.signed_at` says when. `done` is False of what was granted and
    could not be done."""

    template: ClassVar[str] = "receipt"

    request: RequestSummary
    reply: Reference
    outcome: Outcome
    from_post: Line
    recipient: Signatory
    note: Passage = ""
    done: bool = True
