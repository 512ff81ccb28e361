"""Berita Acara Pemusnahan: which copies an approved list took out of the vault."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AwareDatetime

from portal.documents.papers.common import Paper, Signatory, Values
from portal.documents.text import Line


class DisposedCopy(Values):
    """A copy that went. `snapshot_id` is the long one (64 hex digits); sizes are in bytes."""

    snapshot_id: Line
    created_at: AwareDatetime
    sources: tuple[Line, ...]
    file_count: int
    total_bytes: int


class DisposalPaper(Paper):
    """The record of a removal: asked for by `administrator`, approved by `approver`, carried out by run `run_id`.
    `rule` is how many copies stay (last, daily, weekly, monthly, yearly); `kept` copies stayed."""

    template: ClassVar[str] = "disposal"

    server: Line
    rule: tuple[int, int, int, int, int]
    rule_version: int
    copies: tuple[DisposedCopy, ...]
    removed_at: AwareDatetime
    run_id: int
    kept: int
    bytes_before: int
    bytes_after: int
    list_digest: Line
    evidence_digest: Line
    administrator: Signatory
    approver: Signatory
