"""Sertifikat Uji Pemulihan: what a restore test found, until when it counts, and by what it can be checked."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime

from portal.documents.papers.common import DatabaseCount, Paper, Signatory
from portal.documents.text import Line


class CertificatePaper(Paper):
    """A test that found no difference. Sizes in bytes; `evidence_sha256` is the digest of the run's evidence, which the
    seal of the PDF covers; `seal` is the SHA-256 of the portal's own certificate."""

    template: ClassVar[str] = "certificate"

    run_id: int
    request_number: Line
    server: Line
    host_key: Line = ""
    folders: tuple[Line, ...] = ()
    copied_at: AwareDatetime
    snapshot_id: Line
    tested_at: AwareDatetime
    valid_until: date
    file_count: int
    entry_count: int
    compared_bytes: int
    restore_seconds: float
    compare_seconds: float
    owners_compared: bool
    databases: tuple[DatabaseCount, ...] = ()
    load_seconds: float = 0.0
    manifest_sha256: Line
    evidence_sha256: Line
    log_sha256: Line = ""
    tester: Signatory
    seal: Line
