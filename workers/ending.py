"""The last write of a run: its evidence on disk, then outcome, snapshot or proof and trail in one commit."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any

from portal.operations import leases
from portal.operations.leases import Lease
from portal.store import db
from portal.store.queries import runs
from schemas.evidence import Evidence
from schemas.run import Outcome, RunKind, RunState
from workers.carrier import Ended
from workers.engines.errors import from_os
from workers.journal import Journal
from workers.patience import patiently
from workers.steps.work import Work, make_private


def write(lease: Lease, ended: Ended, journal: Journal) -> None:
    """End the run in the database with all that it proved. Raises LeaseLost when somebody else has the run."""
    work, at = ended.work, db.now()
    journal.write(f"ended: {ended.outcome.state} {ended.outcome.code}".rstrip())
    log_sha256 = journal.close()
    outcome, evidence = _sealed(lease, ended, log_sha256, at)
    proven = evidence is not None
    context = {**outcome.context, **({"files": list(outcome.files)} if outcome.files else {})}

    def finish() -> None:
        leases.finish(
            lease,
            state=outcome.state.value,
            code=outcome.code,
            at=at,
            log_sha256=log_sha256,
            context=context,
            result=work.result if work else None,
            evidence=evidence,
            snapshot=_snapshot(work) if work and proven else None,
            proven_snapshot_id=_proven(work) if work and proven else None,
            rooms=work.rooms if work else None,
        )

    patiently(finish, seconds=lease.seconds)


def _sealed(
    lease: Lease, ended: Ended, log_sha256: str, at: datetime
) -> tuple[Outcome, dict[str, Any] | None]:
    """The outcome and the evidence for it. A run whose evidence cannot be written has failed."""
    work = ended.work
    if work is None or not any(
        (work.snapshot, work.proof, work.handover, work.removal, work.second, work.mirrored, work.standby)
    ):
        return ended.outcome, None
    try:
        return ended.outcome, _evidence(lease, ended, log_sha256, at)
    except OSError as error:
        fault = from_os(error, tool="evidence", otherwise="manifest.failed")
        return Outcome(state=RunState.FAILED, code=fault.code, context={"kind": str(error)}), None


def _evidence(lease: Lease, ended: Ended, log_sha256: str, at: datetime) -> dict[str, Any]:
    """Write evidence.json and return it with its digest, as the database keeps it."""
    work = ended.work
    if work is None:
        raise ValueError("no work, no evidence")
    run = patiently(lambda: runs.get(lease.run_id), seconds=lease.seconds)
    if run is None:
        raise leases.LeaseLost
    record = Evidence(
        run_id=run.id, kind=work.spec.kind.value, request_number=work.spec.request_number,
        grant_digest=work.spec.grant_digest, spec_digest=run.spec_digest, server_name=work.spec.server.name,
        server_address=work.spec.server.address, host_key_fingerprint=work.spec.server.host_key_fingerprint,
        sources=tuple(source.path for source in work.spec.sources), started_at=run.started_at, finished_at=at,
        outcome=ended.outcome.state.value, left_out=tuple(work.left_out), left_out_count=work.left_out_count,
        warnings=tuple(work.warnings), tools=work.tools, snapshot=work.snapshot, restore=work.proof,
        handover=work.handover, removal=work.removal, second=work.second, mirror=work.mirrored,
        standby=work.standby,
        dumps=tuple(work.dumps), loads=tuple(work.loads),
        log_sha256=log_sha256)  # fmt: skip
    make_private(work.evidence)
    path = work.evidence / "evidence.json"
    document = record.model_dump(mode="json")
    with path.open("w", encoding="utf-8") as file:
        file.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return {**document, "digest": record.digest(), "path": str(path)}


def _snapshot(work: Work) -> dict[str, Any] | None:
    made = work.snapshot
    if made is None:
        return None
    return {
        "snapshot_id": made.snapshot_id,
        "sources": [source.path for source in work.spec.sources],
        "file_count": made.files,
        "total_bytes": made.total_bytes,
        "added_bytes": made.added_bytes,
        "manifest_path": made.manifest,
        "manifest_sha256": made.manifest_sha256,
    }


def _proven(work: Work) -> str | None:
    """The snapshot that was found whole: only a restore test looks at all of one, files and databases."""
    whole = work.proof is not None and work.proof.difference_count == 0
    loaded = len(work.loads) >= len(work.spec.paths("database"))
    if any(load.differences for load in work.loads) or not (whole and loaded):
        return None
    return work.spec.snapshot_id if work.spec.kind is RunKind.RESTORE_TEST else None
