"""What counts as proof: a whole run whose last restore test found no difference."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.config import Settings
from portal.errors import Forbidden
from portal.operations import leases, runs
from portal.store.models import BackupRequest, Finding, Grant, Run, Server, Snapshot, User
from portal.store.queries import grants

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SNAPSHOT_ID = "a" * 64


@pytest.fixture
def approved(cast: dict[str, User]) -> BackupRequest:
    """A request with a grant for /srv/web."""
    server = Server.create(name="web", address="10.0.0.9", username="root", created_by=cast["agus"])
    row = BackupRequest.create(
        requester=cast["sari"], unit=cast["sari"].unit_id, sop_version="119.002/2.2", step="execution", draft_key="k",
        number="PB-2026-0001",
    )  # fmt: skip
    scope = {"folders": ["/srv/web"], "services": ["backup_files"]}
    Grant.create(backup_request=row, server=server, scope=scope, digest="d", starts_at=AT,
                 ends_at=AT + timedelta(days=365), approved_by=cast["joko"])  # fmt: skip
    return row


def kept(row: BackupRequest, state: str, **proof: Any) -> Snapshot:
    """A snapshot of the request, made by a run that ended as `state`."""
    server = Server.get()
    run = Run.create(kind="backup", server=server, backup_request=row, spec={}, spec_digest="", state=state,
                     idempotency_key=f"backup-{state}")  # fmt: skip
    return Snapshot.create(server=server, run=run, snapshot_id=SNAPSHOT_ID, sources=["/srv/web"], file_count=1,
                           total_bytes=1, added_bytes=1, manifest_path="m", manifest_sha256="s", **proof)  # fmt: skip


@pytest.mark.parametrize("state", ["failed", "incomplete", "cancelled", "interrupted"])
def test_it_takes_no_run_that_left_something_out_for_proof(approved: BackupRequest, state: str) -> None:
    kept(approved, state, proven_at=AT)
    assert grants.unproven_folders(approved.id) == ["/srv/web"]


def test_it_takes_a_whole_run_that_came_back(approved: BackupRequest) -> None:
    kept(approved, "succeeded", proven_at=AT)
    assert grants.unproven_folders(approved.id) == []


@pytest.mark.parametrize(
    ("code", "still", "told"),
    [
        ("proof.differs", False, "bad"),
        ("restic.damaged", False, "bad"),
        ("restic.no_repository", False, "bad"),
        ("restic.failed", True, "warn"),
        ("restore.no_space", True, "warn"),
        ("restic.locked", True, ""),
        ("authority.term_ended", True, ""),
    ],
)
def test_a_failed_test_takes_the_proof_back_only_when_it_disproves(
    approved: BackupRequest, code: str, still: bool, told: str
) -> None:
    snapshot = kept(approved, "succeeded", proven_at=AT)
    test = Run.create(kind="restore_test", server=snapshot.server, backup_request=approved, spec_digest="",
                      spec={"snapshot_id": SNAPSHOT_ID}, state="queued", idempotency_key="test")  # fmt: skip
    lease = leases.claim(test.id, "worker", at=AT, seconds=60)
    assert lease is not None
    leases.finish(lease, state="failed", code=code, at=AT)
    assert (Snapshot.get_by_id(snapshot.id).proven_at is not None) is still
    assert (grants.unproven_folders(approved.id) == []) is still
    assert [finding.severity for finding in Finding.select()] == ([told] if told else [])


def test_nobody_starts_the_run_of_a_request_of_their_own(
    approved: BackupRequest, cast: dict[str, User], settings: Settings
) -> None:
    BackupRequest.update(requester=cast["agus"]).where(BackupRequest.id == approved.id).execute()
    with pytest.raises(Forbidden) as refusal:
        runs.start_backup(approved.id, cast["agus"], "key", at=AT, settings=settings)
    assert refusal.value.code == "chain.own_request"
