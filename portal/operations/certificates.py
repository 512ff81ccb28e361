"""The certificate of a restore test: made and sealed when somebody first asks for it, the same file ever after."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from portal.config import Settings
from portal.documents.papers import CertificatePaper, Signatory
from portal.documents.signing import Seal
from portal.errors import NotFound, TransitionRefused
from portal.operations import issued, paper_evidence, seals, styles
from portal.operations.signatories import in_post, local_day
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import IssuedPaper, Run, Snapshot, User
from portal.store.queries import issued as issued_rows
from portal.store.queries import runs, snapshots
from schemas.database import is_database
from schemas.run import RunKind

FOLDER = "certificates"
"""Where certificates lie that were made before every paper was kept."""


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
    if (old := _old(run.id, settings)).exists():
        return old.read_bytes()
    row = issued_rows.newest(f"run:{run.id}") or _issue(run, at, settings)
    return issued.document(row, settings, actor=user)


def issued_file(run_id: int, settings: Settings) -> Path | None:
    """Where the certificate of a run lies when somebody has asked for it, or None."""
    if (old := _old(run_id, settings)).is_file():
        return old
    row = issued_rows.newest(f"run:{run_id}")
    # One that waits for another seal is not there yet.
    return issued.file_of(row, settings) if row and row.sha256 else None


def _old(run_id: int, settings: Settings) -> Path:
    return settings.var / FOLDER / f"run-{run_id}.pdf"


def _issue(run: Run, at: datetime, settings: Settings) -> IssuedPaper:
    """Freeze what it says; of two who ask at once the first one's stays."""
    with transaction():
        issued_rows.hold_editions()
        subject = f"run:{run.id}"
        if (there := issued_rows.newest(subject)) is not None:
            return there
        paper = _paper(run, settings, seals.seal_of(settings))
        return issued.write(subject, paper, at=at, settings=settings)


def _paper(run: Run, settings: Settings, seal: Seal) -> CertificatePaper:
    record, snapshot = run.evidence, _snapshot(run)
    test: dict[str, Any] = record["restore"]
    loads = record.get("loads") or ()
    dated = local_day(run.finished_at)
    return CertificatePaper(
        letterhead=styles.letterhead(settings), number=f"UP-{dated.year}-{run.id:04d}", dated=dated, run_id=run.id,
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
        tester=_tester(run), seal=seal.fingerprint)  # fmt: skip


def _tester(run: Run) -> Signatory:
    """Who started it, in the post that was theirs then; the test's end dates the block."""
    started = in_post(run.started_by, Role.ADMINISTRATOR, run.queued_at)
    return started.model_copy(update={"signed_at": run.finished_at})


def _snapshot(run: Run) -> Snapshot:
    found = snapshots.by_snapshot_id(run.spec["snapshot_id"])
    if found is None:
        raise NotFound("snapshot.unknown")
    return found
