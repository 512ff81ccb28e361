"""The certificate of a restore test: made and sealed when somebody first asks for it, the same file ever after."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.config import Settings
from portal.documents.papers import CertificatePaper, Letterhead
from portal.documents.render import AttachedFile, render
from portal.documents.signing import Seal, make_seal, sealed
from portal.errors import NotFound, TransitionRefused
from portal.operations import audit, paper_evidence, sealing
from portal.operations.papers import local_day, signatory
from portal.store import db
from portal.store.db import transaction
from portal.store.models import Run, Snapshot, User
from portal.store.queries import runs, snapshots
from schemas.database import is_database
from schemas.run import RunKind

SEAL_FILE = "portal-seal"
FOLDER = "certificates"


def ends_at(run: Run, settings: Settings) -> datetime:
    """Until when a restore test counts as a recent one."""
    finished: datetime = run.finished_at
    return finished + timedelta(days=settings.certificate_days)


def certifies(run: Run) -> bool:
    """Whether the run is a restore test that found its copy whole."""
    return run.kind == RunKind.RESTORE_TEST and run.state == "succeeded" and bool(run.evidence)


def standing(run: Run, *, at: datetime, settings: Settings) -> str:
    """How the certificate of a run stands: "valid", "expired", "disproved" when the copy was found damaged since,
    "removed" when it is gone; empty for a run that gives none."""
    snapshot = snapshots.by_snapshot_id(run.spec["snapshot_id"]) if certifies(run) else None
    if snapshot is None:
        return ""
    if snapshot.removed_at is not None:
        return "removed"
    if snapshot.proven_at is None:
        return "disproved"
    return "valid" if at < ends_at(run, settings) else "expired"


def take(run_id: int, user: User, *, at: datetime, settings: Settings) -> bytes:
    """The certificate. Raises NotFound('certificate.none'), TransitionRefused('certificate.disproved')."""
    run = runs.get(run_id)
    stands = standing(run, at=at, settings=settings) if run is not None else ""
    if run is None or not stands:
        raise NotFound("certificate.none")
    if stands == "disproved":
        raise TransitionRefused("certificate.disproved")
    path = _path(run.id, settings)
    if not path.exists():
        _issue(run, path, user, at, settings)
    return path.read_bytes()


def issued(run_id: int, settings: Settings) -> Path | None:
    """Where the certificate of a run lies when somebody has asked for it, or None."""
    path = _path(run_id, settings)
    return path if path.is_file() else None


def _path(run_id: int, settings: Settings) -> Path:
    return settings.var / FOLDER / f"run-{run_id}.pdf"


def seal_of(settings: Settings) -> Seal:
    """The portal's seal, made at first use and kept beside the other secrets."""
    parts = json.loads(sealing.kept(SEAL_FILE, lambda: _new_seal(settings), settings))
    return Seal(**{name: base64.b64decode(text) for name, text in parts.items()})


def _new_seal(settings: Settings) -> str:
    made = make_seal(f"Lumbung {settings.center_short}", at=db.now())
    parts = {"key": made.key, "certificate": made.certificate, "root": made.root}
    return json.dumps({name: base64.b64encode(data).decode("ascii") for name, data in parts.items()})


def _issue(run: Run, path: Path, user: User, at: datetime, settings: Settings) -> None:
    """Print it, seal it, and put it in its place whole; of two at once the first one's stays."""
    seal = seal_of(settings)
    paper = _paper(run, settings, seal)
    record = {name: value for name, value in run.evidence.items() if name != "path"}
    proof = AttachedFile(
        "bukti.json", json.dumps(record, indent=2, ensure_ascii=False).encode(), paper.number
    )
    pdf = sealed(
        render(paper.template, paper, attachments=[proof]),
        seal,
        reason=paper.number,
        place=paper.letterhead.city,
    )
    path.parent.mkdir(mode=0o700, exist_ok=True)
    waiting = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    waiting.write_bytes(pdf)
    waiting.chmod(0o600)
    with contextlib.suppress(FileExistsError), transaction():
        audit.record(
            "certificate:issued",
            actor=user,
            subject_type="run",
            subject_id=run.id,
            at=at,
            data={
                "number": paper.number,
                "sha256": hashlib.sha256(pdf).hexdigest(),
                "evidence_sha256": paper.evidence_sha256,
                "ends_at": ends_at(run, settings).isoformat(),
            },
        )
        path.hardlink_to(waiting)
    waiting.unlink()


def _paper(run: Run, settings: Settings, seal: Seal) -> CertificatePaper:
    record, snapshot = run.evidence, _snapshot(run)
    test: dict[str, Any] = record["restore"]
    loads = record.get("loads") or ()
    dated = local_day(run.finished_at)
    return CertificatePaper(
        letterhead=Letterhead.of(settings), number=f"UP-{dated.year}-{run.id:04d}", dated=dated, run_id=run.id,
        request_number=record.get("request_number") or run.spec["request_number"], server=run.server.name,
        host_key=record.get("host_key_fingerprint", ""),
        folders=tuple(path for path in snapshot.sources if not is_database(path)),
        copied_at=snapshot.created_at, snapshot_id=snapshot.snapshot_id, tested_at=run.finished_at,
        valid_until=local_day(ends_at(run, settings)), file_count=test.get("files", snapshot.file_count),
        entry_count=test["entries"], compared_bytes=test["compared_bytes"],
        restore_seconds=test["restore_seconds"], compare_seconds=test["compare_seconds"],
        owners_compared=test.get("owners_compared", False), databases=paper_evidence.counted(record, "loads"),
        load_seconds=sum(load["load_seconds"] + load["count_seconds"] for load in loads),
        manifest_sha256=snapshot.manifest_sha256, evidence_sha256=record["digest"], log_sha256=run.log_sha256,
        tester=signatory(run.started_by, run.finished_at), seal=seal.fingerprint)  # fmt: skip


def _snapshot(run: Run) -> Snapshot:
    found = snapshots.by_snapshot_id(run.spec["snapshot_id"])
    if found is None:
        raise NotFound("snapshot.unknown")
    return found
