"""Papers that went out: what each says is frozen in the commit that signs it; its file is made once, and kept."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from datetime import datetime
from pathlib import Path

from portal.config import Settings
from portal.documents import papers as kinds
from portal.documents import signing
from portal.documents.papers import Paper, Signatory
from portal.documents.render import AttachedFile, render
from portal.errors import TransitionRefused
from portal.operations import audit, seal_terms, seals, styles
from portal.store import db
from portal.store.db import transaction
from portal.store.models import BackupRequest, IssuedPaper, Letter, User
from portal.store.queries import issued as rows
from portal.store.queries import runs

CODE_BYTES = 16
FOLDER = "papers"
MODELS: dict[str, type[Paper]] = {
    "fm001": kinds.Fm001Paper,
    "nota_dinas": kinds.NotaDinasPaper,
    "disposition": kinds.DispositionPaper,
    "report": kinds.ReportPaper,
    "reply": kinds.ReplyPaper,
    "postponement": kinds.PostponementPaper,
    "receipt": kinds.ReceiptPaper,
    "certificate": kinds.CertificatePaper,
    "disposal": kinds.DisposalPaper,
    "evaluation": kinds.EvaluationPaper,
}
SIGNERS = {
    "fm001": "unit_head",
    "nota_dinas": "sender",
    "report": "administrator",
    "reply": "signatory",
    "postponement": "signatory",
    "receipt": "recipient",
    "certificate": "tester",
    "disposal": "approver",
    "evaluation": "issuer",
}


def write(
    subject: str,
    paper: Paper,
    *,
    at: datetime,
    settings: Settings,
    backup_request: BackupRequest | None = None,
    letter: Letter | None = None,
    revision: int | None = None,
) -> IssuedPaper:
    """Freeze what a paper says as the next edition of `subject`, with the code that leads to it. Must run inside the
    transaction that signs it."""
    rows.hold_editions()
    code = secrets.token_urlsafe(CODE_BYTES)
    paper = paper.model_copy(
        update={"verification": address(code, settings), "seal_kind": seals.kind_of(settings), "draft": False}
    )
    return IssuedPaper.create(
        subject=subject,
        edition=rows.editions(subject) + 1,
        kind=paper.template,
        backup_request=backup_request,
        letter=letter,
        code=code,
        number=paper.number,
        dated=paper.dated,
        post=post_of(paper),
        data=paper.model_dump(mode="json"),
        revision=revision,
        created_at=at,
    )


def address(code: str, settings: Settings) -> str:
    """Where the square code of a paper leads."""
    return f"{settings.base_url.rstrip('/')}/verifikasi/{code}"


def read(row: IssuedPaper) -> Paper:
    """What the paper says."""
    return MODELS[row.kind].model_validate(row.data)


def post_of(paper: Paper) -> str:
    """The post that a paper was signed for, with what stands in front of it (Plh.)."""
    if isinstance(paper, kinds.DispositionPaper):
        signer = paper.entries[-1].sender if paper.entries else Signatory()
    else:
        signer = getattr(paper, SIGNERS[paper.template])
    return f"{signer.prefix or ''} {signer.post}".strip()[:200]


def document(row: IssuedPaper, settings: Settings, *, actor: User | None = None) -> bytes:
    """The file of a paper, made when nobody has asked for it yet, the same bytes ever after.

    Raises TransitionRefused('paper.damaged') when the kept file is not the one that was sealed, and as `seal`."""
    if row.sha256 is None:
        row = seal(row, settings, actor=actor)
    try:
        pdf = path_of(str(row.sha256), settings).read_bytes()
    except OSError:
        pdf = b""
    if hashlib.sha256(pdf).hexdigest() != row.sha256:
        raise TransitionRefused("paper.damaged", number=row.number)
    return pdf


def seal(row: IssuedPaper, settings: Settings, *, actor: User | None = None) -> IssuedPaper:
    """Print, seal and keep a paper; of two at once the first one's file stays. Return the row as it then stands.
    `actor` is who asked for a certificate, which is issued by being asked for. Raises
    TransitionRefused('paper.seal_expired')."""
    paper, mark = read(row), seals.usable(settings, db.now())
    pdf = signing.sealed(
        render(paper.template, paper, attachments=_enclosed(row), logo=styles.picture_of(paper.letterhead)),
        mark,
        reason=paper.number,
        place=paper.letterhead.city,
    )
    digest, at = hashlib.sha256(pdf).hexdigest(), db.now()
    seals.remember(mark, settings)
    _keep(pdf, path_of(digest, settings))
    with transaction():
        done = IssuedPaper.update(
            sha256=digest, size_bytes=len(pdf), seal=mark.fingerprint, sealed_at=at
        ).where(IssuedPaper.id == row.id, IssuedPaper.sha256.is_null())
        if done.execute() == 1:
            _record(row, paper, digest, actor, at)
    return IssuedPaper.get_by_id(row.id)


def _record(row: IssuedPaper, paper: Paper, digest: str, actor: User | None, at: datetime) -> None:
    told: dict[str, object] = {"number": row.number, "sha256": digest}
    if isinstance(paper, kinds.CertificatePaper):
        told |= {"evidence_sha256": paper.evidence_sha256, "ends_at": paper.valid_until.isoformat()}
        audit.record(
            "certificate:issued", actor=actor, subject_type="run", subject_id=paper.run_id, at=at, data=told
        )
        return
    told |= {"kind": row.kind, "edition": row.edition, "request": row.backup_request_id}
    audit.record("paper:sealed", actor=None, subject_type="paper", subject_id=row.id, at=at, data=told)


def seal_waiting(settings: Settings, most: int = 20) -> list[int]:
    """Make the files of papers that were signed and that nobody has opened; their ids. For the clock. A seal that has
    ended or is about to is a finding; then papers wait for the next one."""
    if not seal_terms.watch(settings, at=db.now()):
        return []
    return [seal(row, settings).id for row in rows.unsealed(most)]


def file_of(row: IssuedPaper, settings: Settings) -> Path:
    """Where the file of a paper lies, made when nobody has asked for it yet. Raises as `document`."""
    document(row, settings)
    return path_of(str(IssuedPaper.get_by_id(row.id).sha256), settings)


def withdraw(request_id: int, revision: int, *, at: datetime) -> None:
    """Take back the sheets that the decision signed which made this revision; nobody has read them yet. Inside the
    caller's transaction."""
    mine = (IssuedPaper.backup_request == request_id) & (IssuedPaper.revision == revision)
    IssuedPaper.update(withdrawn_at=at).where(mine, IssuedPaper.withdrawn_at.is_null()).execute()


def path_of(sha256: str, settings: Settings) -> Path:
    """Where the file with this digest lies."""
    return settings.var / FOLDER / sha256[:2] / f"{sha256}.pdf"


def _enclosed(row: IssuedPaper) -> tuple[AttachedFile, ...]:
    """What goes into the file beside its own data: a certificate carries the evidence that it speaks of."""
    run = runs.get(int(row.subject.partition(":")[2])) if row.kind == "certificate" else None
    if run is None or not run.evidence:
        return ()
    record = {name: value for name, value in run.evidence.items() if name != "path"}
    return (
        AttachedFile("bukti.json", json.dumps(record, indent=2, ensure_ascii=False).encode(), row.number),
    )


def _keep(pdf: bytes, path: Path) -> None:
    """Put it in its place whole and on the disk, before the database names it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pdf)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(waiting)
    waiting.unlink()
