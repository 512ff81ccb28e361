"""The register: each paper takes the next number of its class in its year, in the transaction that signs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.documents import numbers
from portal.errors import TransitionRefused
from portal.operations import styles
from portal.store.models import BackupRequest, Delegation, Letter, User
from portal.store.queries import letters as rows

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")


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
    delegation: Delegation | None = None,
) -> Letter:
    """Number a letter; one of this kind and year that its signer took back is signed anew under its own number. Must
    run inside the caller's transaction: the write lock makes the sequence free of gaps."""
    rows.hold_numbers()
    local = at.astimezone(OFFICE_ZONE)
    if taken_back := rows.withdrawn(backup_request.id, kind, local.year):
        signed = {"signed_by": signer, "signed_role": role, "content": content, "created_at": at,
                  "delegation": delegation}  # fmt: skip
        Letter.update(withdrawn_at=None, **signed).where(Letter.id == taken_back.id).execute()
        return Letter.get_by_id(taken_back.id)
    style = styles.newest()
    classification = (style.classes if style else styles.CLASSES)[kind]
    sequence = _next(local.year, classification)
    number = numbers.format_number(
        style.pattern if style else pattern,
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
        delegation=delegation,
        content=content,
        created_at=at,
    )


def withdraw(number: str, *, at: datetime) -> None:
    """Take back a letter that nobody has read yet; its number stays. Inside the caller's transaction.

    Raises TransitionRefused('undo.void') for one that is void: what stands for it would stay signed."""
    standing = (Letter.number == number) & Letter.voided_at.is_null()
    if Letter.update(withdrawn_at=at).where(standing).execute() == 0:
        raise TransitionRefused("undo.void", number=number)


def _next(year: int, classification: str) -> int:
    last = (
        Letter.select(Letter.sequence)
        .where(Letter.year == year, Letter.classification == classification)
        .order_by(Letter.sequence.desc())
        .limit(1)
        .scalar()
    )
    return (last or 0) + 1
