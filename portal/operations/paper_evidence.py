"""What papers say of the work: copies and their proofs as they stood when the paper was signed.

A snapshot is proven again and again, or loses its proof; a letter that went out keeps saying what was true then. So
nothing here reads `Snapshot.proven_at`, only the runs that had ended by the paper's date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal.documents.papers import DatabaseCount, Delivery, RestoreProof, RunEvidence
from portal.operations.letters import OFFICE_ZONE
from portal.store.models import Grant, Run, Snapshot
from portal.store.queries import runs, snapshots
from schemas.database import is_database
from schemas.run import RunKind

Proven = tuple[Snapshot, Run]
"""A snapshot and the restore test that found it whole."""


def evidence(request_id: int, until: datetime) -> tuple[RunEvidence, ...]:
    """The copies of a request that were proven by `until`, newest first, as the report lists them."""
    return tuple(_run_evidence(snapshot, proof) for snapshot, proof in proven(request_id, until))


def delivery(request_id: int, grant: Grant | None, until: datetime) -> Delivery | None:
    """What the requester had got by `until`: the newest proven copy that left nothing out, or None."""
    whole = (pair for pair in proven(request_id, until) if pair[0].run.state == "succeeded")
    newest = next(whole, None)
    if grant is None or newest is None:
        return None
    (snapshot, proof), scope = newest, grant.scope
    return Delivery(
        server=scope["server_name"],
        folders=tuple(scope["folders"]),
        databases=counted(snapshot.run.evidence, "dumps"),
        services=tuple(scope["services"]),
        frequency=scope["frequency"],
        retention_days=scope["retention_days"],
        valid_until=grant.ends_at.astimezone(OFFICE_ZONE).date(),
        file_count=snapshot.file_count,
        total_bytes=snapshot.total_bytes,
        snapshot_id=snapshot.snapshot_id,
        proven_at=proof.finished_at,
    )


def last_proof(request_id: int, until: datetime) -> datetime | None:
    """When a copy of a request had last been found whole by `until`, or None."""
    found = [proof.finished_at for _, proof in proven(request_id, until) if proof.finished_at]
    return max(found, default=None)


def proven(request_id: int, until: datetime) -> Iterator[Proven]:
    """Each copy that a restore test had found whole by `until`, with the first such test, the newest copy first."""
    tests: dict[str, Run] = {}
    for run in runs.of_request(request_id, (RunKind.RESTORE_TEST,)):
        if run.state == "succeeded" and run.finished_at and run.finished_at <= until and run.evidence:
            tests[run.spec["snapshot_id"]] = run
    for snapshot in snapshots.of_request(request_id):
        proof = tests.get(snapshot.snapshot_id)
        if proof is not None and snapshot.run.evidence:
            yield snapshot, proof


def _run_evidence(snapshot: Snapshot, proof: Run) -> RunEvidence:
    run = snapshot.run
    record, test, loads = run.evidence, proof.evidence["restore"], proof.evidence.get("loads") or ()
    databases = counted(record, "dumps")
    folders = tuple(path for path in snapshot.sources if not is_database(path))
    return RunEvidence(
        run_id=run.id,
        services=(*(["backup_files"] if folders else []), *(["backup_database"] if databases else [])),
        outcome=run.state,
        server=record["server_name"],
        folders=folders,
        databases=databases,
        started_at=run.started_at,
        finished_at=run.finished_at,
        duration_seconds=(run.finished_at - run.started_at).total_seconds(),
        file_count=snapshot.file_count,
        total_bytes=snapshot.total_bytes,
        added_bytes=snapshot.added_bytes,
        snapshot_id=snapshot.snapshot_id,
        manifest_sha256=snapshot.manifest_sha256,
        log_sha256=run.log_sha256,
        host_key=record["host_key_fingerprint"],
        tools=tuple(record["tools"].values()),
        skipped=tuple(record["left_out"]),
        proof=RestoreProof(
            run_id=proof.id,
            tested_at=proof.finished_at,
            compared_count=test["entries"],
            compared_bytes=test["compared_bytes"],
            difference_count=test["difference_count"],
            duration_seconds=test["restore_seconds"]
            + test["compare_seconds"]
            + sum(load["load_seconds"] + load["count_seconds"] for load in loads),
            databases=counted(proof.evidence, "loads"),
        ),
    )


def counted(record: dict[str, Any], name: str) -> tuple[DatabaseCount, ...]:
    """The databases of a run's dumps, or of its loads; an engine's accounts are none."""
    return tuple(
        DatabaseCount(
            engine=each["engine"],
            name=each["database"],
            tables=each["tables"] if isinstance(each["tables"], int) else len(each["tables"]),
            rows=each["row_count"],
        )
        for each in record.get(name) or ()
        if each["database"]
    )
