"""Surat Balasan of the Kabag TU (SOP step 8): granted or refused; and the one that tells of a postponement."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, model_validator

from portal.documents.papers.common import (
    DatabaseCount,
    Outcome,
    Paper,
    Reference,
    RequestSummary,
    Signatory,
    Urgency,
    Values,
)
from portal.documents.papers.followup import FollowUpResult
from portal.documents.text import Line, Passage
from schemas.fields import Frequency, Service


class Delivery(Values):
    """What the requester gets, in a granted reply. Sizes in bytes; `proven_at` is the restore test's time."""

    server: Line
    folders: tuple[Line, ...] = ()
    databases: tuple[DatabaseCount, ...] = ()
    services: tuple[Service, ...] = ()
    frequency: Frequency | None = None
    retention_days: int | None = None
    valid_until: date | None = None
    file_count: int
    total_bytes: int
    snapshot_id: Line
    proven_at: AwareDatetime | None = None


class ReplyPaper(Paper):
    """`outcome` chooses the text. Granted: `delivery` (or `result`) and `report`; refused: `reasons` and the post
    that `refused_by` names; postponed: see PostponementPaper. `opening` and `closing` are the words before and after
    the facts, as they were drafted and changed; `note` is the signer's own paragraph; `attachment_count` 0 leaves the
    Lampiran line out."""

    template: ClassVar[str] = "reply"

    outcome: Outcome | Literal["postponed"]
    request: RequestSummary
    nota_dinas: Reference | None = None
    urgency: Urgency = "ordinary"
    attachment_count: int = 0
    delivery: Delivery | None = None
    result: FollowUpResult | None = None
    report: Reference | None = None
    reasons: Passage = ""
    refused_by: Line = ""
    opening: Passage = ""
    closing: Passage = ""
    note: Passage = ""
    signatory: Signatory
    copies: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """A letter that grants nothing, or refuses without a reason, must not leave the office."""
        if self.outcome == "granted" and self.delivery is None and self.result is None:
            raise ValueError("a granted reply needs its delivery")
        if self.outcome == "refused" and not self.reasons:
            raise ValueError("a refused reply needs its reasons")
        return self


class PostponementPaper(ReplyPaper):
    """The reply to a request that stays open: `reasons` why the work waits, `postponed_on` since when and
    `postponed_until` until when, and `postponed_by` whose decision it was."""

    template: ClassVar[str] = "postponement"

    outcome: Literal["postponed"] = "postponed"
    postponed_by: Signatory
    postponed_on: date
    postponed_until: date
