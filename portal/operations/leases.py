"""A worker's hold on a run: claimed by a conditional UPDATE, renewed, and fenced.

Every write of a worker names its token; when another claim or the sweep has taken the run since, no row matches and
`LeaseLost` stops the worker before it does anything more (pitfalls, "RQ and Redis").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.operations import (
    anomalies,
    audit,
    coverage,
    handovers,
    inquiries,
    keeping_results,
    mirror_results,
    outbox,
    vault,
)
from portal.store.db import transaction
from portal.store.models import Run, RunStep, Snapshot
from portal.store.queries import runs as rows
from schemas.run import DATA_KINDS, RESTORE_KINDS

TERMINAL = ("succeeded", "incomplete", "failed", "cancelled", "interrupted")


DISPROOFS = frozenset({"proof.differs", "proof.manifest_missing", "proof.manifest_changed", "restic.damaged",
                       "restic.snapshot_unknown", "restic.no_repository", "load.differs", "load.failed",
                       "load.absent", "dump.damaged"})  # fmt: skip
"""Endings of a restore test that take an earlier proof of the same snapshot back."""


class LeaseLost(Exception):
    """Somebody else holds the run, or it has ended: stop at once and write nothing."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on `run_id`: `token` goes with every write."""

    run_id: int
    token: int
    seconds: int


def claim(run_id: int, owner: str, *, at: datetime, seconds: int, at_once: int = 0) -> Lease | None:
    """Take a queued run, or return None: it is taken, ended, unknown, its server is busy with other data or a restore
    waits for it, or `at_once` others move data already (0: as many as there are workers; a restore never waits for it).

    A run that was cancelled while queued is not claimable; `runs.cancel` ends it at once.
    """
    with transaction():
        run = Run.get_or_none(Run.id == run_id)
        if run is None or run.state != "queued":
            return None
        if run.kind in DATA_KINDS:
            rows.hold_server(run.server_id)
            if rows.server_busy(run.server_id, except_run=run_id):
                return None
            if run.kind not in RESTORE_KINDS and (rows.restore_waits(run.server_id) or _is_full(at_once)):
                return None
        token = run.lease_token + 1
        taken = (
            Run.update(
                state="running",
                lease_token=token,
                lease_owner=owner,
                started_at=at,
                lease_expires_at=at + timedelta(seconds=seconds),
            )
            .where(Run.id == run_id, Run.state == "queued", Run.lease_token == run.lease_token)
            .execute()
        )
        return Lease(run_id, token, seconds) if taken == 1 else None


def _is_full(at_once: int) -> bool:
    """Whether the vault has as many runs at work as it takes."""
    if not at_once:
        return False
    rows.hold_claims()
    return rows.at_work() >= at_once


def renew(
    lease: Lease, *, at: datetime, progress: dict[str, Any] | None = None, phase: str | None = None
) -> bool:
    """Prolong the lease, writing progress with it; return whether the run is to be cancelled. Raises LeaseLost."""
    changes: dict[str, Any] = {"lease_expires_at": at + timedelta(seconds=lease.seconds)}
    if progress is not None:
        changes["progress"] = progress
    if phase is not None:
        changes["phase"] = phase
    with transaction():
        _held(Run.update(**changes).where(*_mine(lease)).execute())
        return Run.get_by_id(lease.run_id).cancel_requested_at is not None


def step_began(lease: Lease, position: int, name: str, *, at: datetime) -> None:
    """Note that a step of the run has begun. Raises LeaseLost."""
    with transaction():
        _held(Run.update(phase=name).where(*_mine(lease)).execute())
        RunStep.insert(
            run=lease.run_id, position=position, name=name, state="running", started_at=at
        ).execute()


def step_ended(lease: Lease, position: int, state: str, *, at: datetime, detail: str = "") -> None:
    """Note how a step ended: done, failed or skipped. Raises LeaseLost."""
    with transaction():
        _held(
            Run.update(lease_expires_at=at + timedelta(seconds=lease.seconds)).where(*_mine(lease)).execute()
        )
        RunStep.update(state=state, finished_at=at, detail=detail[:500]).where(
            RunStep.run == lease.run_id, RunStep.position == position
        ).execute()


def finish(
    lease: Lease,
    *,
    state: str,
    code: str = "",
    context: dict[str, Any] | None = None,
    at: datetime,
    result: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
    log_sha256: str = "",
    snapshot: dict[str, Any] | None = None,
    proven_snapshot_id: str | None = None,
    rooms: Mapping[str, vault.Room] | None = None,
) -> None:
    """End the run for good, in one commit with its snapshot or its proof and the audit entry.

    `snapshot`: the fields of a new Snapshot row but server and run. `proven_snapshot_id`: the snapshot that a restore
    test found whole. `rooms`: what places have room for. Raises LeaseLost, ValueError for a state that is no end.
    """
    if state not in TERMINAL:
        raise ValueError(state)
    with transaction():
        ended = Run.update(
            state=state,
            code=code,
            context=context or {},
            finished_at=at,
            result=result,
            evidence=evidence,
            log_sha256=log_sha256,
            lease_expires_at=None,
        )
        _held(ended.where(*_mine(lease)).execute())
        run = Run.get_by_id(lease.run_id)
        if snapshot is not None:
            Snapshot.create(server=run.server_id, run=run, created_at=at, **snapshot)
        if proven_snapshot_id is not None:
            Snapshot.update(proven_at=at, proven_by=run).where(
                Snapshot.snapshot_id == proven_snapshot_id, Snapshot.server == run.server_id
            ).execute()
        if run.kind == "restore_test" and code in DISPROOFS:
            Snapshot.update(proven_at=None, proven_by=None).where(
                Snapshot.snapshot_id == run.spec["snapshot_id"], Snapshot.server == run.server_id
            ).execute()
            keeping_results.disproved(run, at)
        elif run.kind == "restore_test" and state == "failed":
            keeping_results.not_tested(run, at)
        inquiries.apply(run, result, at)
        handovers.apply(run, at)
        keeping_results.apply(run, result, at)
        mirror_results.apply(run, result, at)
        anomalies.apply(run, at)
        coverage.apply(run, at)
        for place, found in (rooms or {}).items():
            vault.note(place, found, at)
        end_steps(run.id, at)
        record_end(run, at)


def end_steps(run_id: int, at: datetime) -> None:
    """Close the steps that were still running when the run ended."""
    RunStep.update(state="failed", finished_at=at).where(
        RunStep.run == run_id, RunStep.state == "running"
    ).execute()


def record_end(run: Run, at: datetime) -> None:
    """Write the end of a run into the trail, and what people must hear of into the outbox."""
    outbox.run_ended(run, at)
    digest = (run.evidence or {}).get("digest", "")
    audit.record(
        f"run:{run.state}",
        actor=None,
        subject_type="run",
        subject_id=run.id,
        at=at,
        data={
            "kind": run.kind,
            "server": run.server_id,
            "request": run.backup_request_id,
            "code": run.code,
            "log_sha256": run.log_sha256,
            "evidence_sha256": digest,
        },
    )


def _mine(lease: Lease) -> tuple[Any, ...]:
    return Run.id == lease.run_id, Run.lease_token == lease.token, Run.state == "running"


def _held(touched: int) -> None:
    if touched != 1:
        raise LeaseLost
