"""Whether a paper in somebody's hand is the portal's: by the code on it, and by the file itself."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Literal

from portal.config import Settings
from portal.documents.signing import Verdict
from portal.errors import InvalidInput, PortalError
from portal.operations import certificates, issued, seals
from portal.store.models import IssuedPaper
from portal.store.queries import issued as rows
from portal.store.queries import runs

State = Literal["genuine", "void", "superseded", "withdrawn", "disproved", "damaged"]
Match = Literal["same", "other", "appended", "different"]
CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody may know of a paper: nothing of what it says, nobody's name."""

    state: State
    kind: str
    number: str
    dated: date
    post: str
    office: str
    edition: int
    sealed_at: datetime | None
    sha256: str
    seal: Verdict
    void_reason: str = ""
    voided_on: datetime | None = None


def by_code(code: str, *, at: datetime, settings: Settings) -> Shown | None:
    """What a code leads to, or None when no paper carries it."""
    row = rows.by_code(code)
    return _shown(row, at, settings) if row else None


def compared(code: str, stream: IO[bytes], settings: Settings) -> tuple[Match, IssuedPaper | None]:
    """How a file in hand stands to the papers that went out; with the paper that it is, where it is one.

    `same`: byte for byte the paper of this code (or, without a code, any paper); `other`: a different paper of the
    portal; `appended`: the paper with something put after it; `different`: nothing that went out. The file is hashed
    and compared, never opened: it may be hostile. Raises InvalidInput: 'verification.too_large', 'verification.empty'.
    """
    data = _taken(stream, settings.attachment_max_bytes)
    found = rows.by_sha256(hashlib.sha256(data).hexdigest())
    wanted = rows.by_code(code) if code else None
    if found is not None:
        return ("same" if wanted is None or wanted.id == found.id else "other"), found
    if wanted is not None and wanted.sha256 and data.startswith(_kept(wanted, settings) or b"\0"):
        return "appended", wanted
    return "different", None


def _taken(stream: IO[bytes], most: int) -> bytes:
    data = b""
    while chunk := stream.read(CHUNK_BYTES):
        data += chunk
        if len(data) > most:
            raise InvalidInput("verification.too_large", most=most)
    if not data:
        raise InvalidInput("verification.empty")
    return data


def _kept(row: IssuedPaper, settings: Settings) -> bytes:
    try:
        return issued.document(row, settings)
    except PortalError:
        return b""


def _shown(row: IssuedPaper, at: datetime, settings: Settings) -> Shown:
    pdf = _kept(row, settings)
    row = rows.get(row.id) or row
    verdict = seals.judged(pdf, row.seal, row.sealed_at, settings) if pdf and row.sealed_at else Verdict()
    letter = row.letter
    return Shown(
        state=_state(row, verdict, at, settings),
        kind=row.kind,
        number=row.number,
        dated=row.dated,
        post=row.post,
        office=row.data.get("sender_unit") or row.data["letterhead"]["center"],
        edition=row.edition,
        sealed_at=row.sealed_at,
        sha256=row.sha256 or "",
        seal=verdict,
        void_reason=letter.void_reason if letter else "",
        voided_on=letter.voided_at if letter else None,
    )


def _state(row: IssuedPaper, verdict: Verdict, at: datetime, settings: Settings) -> State:
    if row.letter is not None and row.letter.voided_at is not None:
        return "void"
    if row.withdrawn_at is not None:
        return "withdrawn"
    if row.sha256 is not None and not verdict.holds:
        return "damaged"
    newest = rows.newest(row.subject)
    if newest is not None and newest.id != row.id:
        return "superseded"
    run = runs.get(int(row.subject.partition(":")[2])) if row.kind == "certificate" else None
    if run is not None and certificates.standing(run, at=at, settings=settings) == "disproved":
        return "disproved"
    return "genuine"
