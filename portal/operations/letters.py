"""The register: each paper takes the next number of its class in its year, in the transaction that signs it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.config import Settings
from portal.documents import numbers
from portal.errors import TransitionRefused
from portal.operations import styles
from portal.store.models import BackupRequest, Delegation, Letter, User
from portal.store.queries import letters as rows

OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
REGISTER_OF = {"postponement": "reply"}
"""The kinds of letters that take their number from another one's register: a reply is a reply."""


def issue(
    kind: str,
    backup_request: BackupRequest,
    *,
    signer: User,
    role: str,
    unit: str,
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
    classification, sequence, number = next_number(kind, unit, at, pattern)
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


def provisional(kind: str, backup_request: BackupRequest, settings: Settings, *, at: datetime) -> str:
    """The number that a letter would get if it were signed at `at`. Nobody holds it: whoever signs first takes it."""
    if taken_back := rows.withdrawn(backup_request.id, kind, at.astimezone(OFFICE_ZONE).year):
        return str(taken_back.number)
    return next_number(kind, unit_code(kind, backup_request, settings), at, settings.letter_pattern)[2]


def unit_code(kind: str, backup_request: BackupRequest, settings: Settings) -> str:
    """Whose letter it is, as numbers say it: the requester's unit sends the Nota Dinas, the center all others."""
    return str(backup_request.unit.code) if kind == "nota_dinas" else settings.center_short


def next_number(kind: str, unit: str, at: datetime, pattern: str) -> tuple[str, int, str]:
    """Class, sequence and number that a letter of this kind is due at `at`; `pattern` where no style sets one."""
    style = styles.newest()
    classification = (style.classes if style else styles.CLASSES)[REGISTER_OF.get(kind, kind)]
    sequence = _next(at.astimezone(OFFICE_ZONE).year, classification)
    return classification, sequence, number_of(classification, sequence, unit, at, pattern)


def number_of(classification: str, sequence: int, unit: str, at: datetime, pattern: str) -> str:
    """A number as the office writes it: by the pattern that was set, else by `pattern`."""
    style, local = styles.newest(), at.astimezone(OFFICE_ZONE)
    return numbers.format_number(
        style.pattern if style else pattern,
        seq=sequence,
        unit=unit,
        classification=classification,
        month=local.month,
        year=local.year,
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
