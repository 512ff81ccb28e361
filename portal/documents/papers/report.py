"""Laporan Layanan: what was done and the proof of it (SOP step 5), with its forwarding (steps 6 and 7)."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import AwareDatetime

from portal.documents.papers.common import DatabaseCount, Paper, Reference, RequestSummary, Signatory, Values
from portal.documents.papers.followup import FollowUpResult
from portal.documents.text import Line, Passage
from schemas.fields import Service


class RestoreProof(Values):
    """A restore test: the snapshot restored into an empty folder and compared entry by entry with the manifest."""

    run_id: int
    tested_at: AwareDatetime
    compared_count: int
    compared_bytes: int
    difference_count: int
    duration_seconds: float
    databases: tuple[DatabaseCount, ...] = ()


class RunEvidence(Values):
    """A run under the request. `snapshot_id` is the long one (64 hex digits); sizes are
    in bytes; `skipped` names what an incomplete run could not copy; `tools` reads like `restic 0.18.0`."""

    run_id: int
    services: tuple[Service, ...]
    outcome: Literal["succeeded", "incomplete"]
    server: Line
    folders: tuple[Line, ...] = ()
    databases: tuple[DatabaseCount, ...] = ()
    started_at: AwareDatetime
    finished_at: AwareDatetime
    duration_seconds: float
    file_count: int
    total_bytes: int
    added_bytes: int
    snapshot_id: Line
    manifest_sha256: Line
    log_sha256: Line = ""
    host_key: Line = ""
    tools: tuple[Line, ...] = ()
    skipped: tuple[Line, ...] = ()
    proof: RestoreProof | None = None


class Forwarding(Values):
    """One desk that passed the report on; `sender.signed_at` says when."""

    sender: Signatory
    to_post: Line
    note: Passage = ""


class ReportPaper(Paper):
    """The administrator's report to the Kasubbid; `note` is the administrator's own paragraph, `result` what came of
    a request about a service."""

    template: ClassVar[str] = "report"

    to_post: Line
    request: RequestSummary
    nota_dinas: Reference | None = None
    disposition: Reference | None = None
    result: FollowUpResult | None = None
    runs: tuple[RunEvidence, ...] = ()
    note: Passage = ""
    administrator: Signatory
    forwardings: tuple[Forwarding, ...] = ()
