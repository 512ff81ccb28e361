"""The register: each paper takes the next number of its class in its year, in the transaction that signs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.documents import numbers
from portal.store.models import BackupRequest, Letter, User
from portal.store.queries import letters as rows

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
CLASSES = {"nota_dinas": "ND", "disposition": "AG", "report": "LAP", "reply": "TI 00", "receipt": "TT"}


def issue(
    kind: str,
    backup_request: BackupRequest,
    *,
    signer: User,
    role: str,
    unit_code: str,
    content: dict[str, Any],
    at: datetime,
    pattern: str,
) -> Letter:
    """Number a letter. Must run inside the caller's transaction: the write lock makes the sequence free of gaps."""
    rows.hold_numbers()
    local = at.astimezone(OFFICE_ZONE)
    classification = CLASSES[kind]
    sequence = _next(local.year, classification)
    number = numbers.format_number(
        pattern,
        seq=sequence,
        unit=unit_code,
        classification=classification,
        month=local.month,
        year=local.year,
    )
    return Letter.create(
        backup_request=backup_request,
        kind=kind,
        year=local.year,
        classification=classification,
        sequence=sequence,
        number=number,
        signed_by=signer,
        signed_role=role,
        content=content,
        created_at=at,
    )


def _next(year: int, classification: str) -> int:
    last = (
        Letter.select(Letter.sequence)
        .where(Letter.year == year, Letter.classification == classification)
        .order_by(Letter.sequence.desc())
        .limit(1)
        .scalar()
    )
    return (last or 0) + 1
