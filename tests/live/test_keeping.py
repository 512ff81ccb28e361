"""The repository read part by part by a real restic, and what follows when a byte of it has turned."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from portal.errors import Forbidden
from portal.operations import audit, findings, keeping
from portal.store import db
from portal.store.models import Finding, Run, Snapshot, VaultState
from tests.support.site import Site, next_key

PARTS = 4


@pytest.fixture
def kept(site: Site) -> Site:
    """The site with a repository that is read in four parts."""
    site.settings = site.settings.model_copy(update={"integrity_parts": PARTS})
    return site


def check(site: Site, who: str = "agus") -> Run:
    """The check of the part whose turn it is, carried out in this process."""
    run = keeping.start_integrity(
        site.server.id, site.cast[who], next_key(), at=db.now(), settings=site.settings
    )
    return site.carry_out(run)


def largest_pack(site: Site) -> Path:
    """The pack that holds most of the data."""
    folder = site.settings.vault_path / str(site.server.id) / "repository" / "data"
    return max(folder.glob("*/*"), key=lambda path: path.stat().st_size)


def flip(path: Path, place: int = 1000) -> None:
    """Turn one bit."""
    path.chmod(0o600)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def test_every_part_is_read_once_in_a_circle(kept: Site) -> None:
    kept.backup()
    runs = [check(kept) for _ in range(PARTS)]
    assert [(run.state, run.result["part"]) for run in runs] == [("succeeded", part) for part in (1, 2, 3, 4)]
    state = VaultState.get(VaultState.server == kept.server)
    assert (state.next_part, state.circle_completed_at) == (1, runs[-1].finished_at)
    assert state.repository_bytes > largest_pack(kept).stat().st_size
    assert Finding.select().count() == 0


def test_a_turned_bit_is_found_within_one_circle(kept: Site) -> None:
    snapshot = Snapshot.get(Snapshot.run == kept.backup())
    kept.restore_test(snapshot.id)
    assert Snapshot.get_by_id(snapshot.id).proven_at
    flip(largest_pack(kept))
    runs = [check(kept) for _ in range(PARTS)]
    bad = [run for run in runs if run.state != "succeeded"]
    assert [(run.state, run.code) for run in bad] == [("failed", "restic.damaged")]
    assert bad[0].result["packs"] == [largest_pack(kept).name]
    assert bad[0].result["touched"] == [snapshot.snapshot_id]
    finding = Finding.get()
    assert (finding.kind, finding.run_id, finding.last_proven_id) == ("integrity", bad[0].id, None)
    assert Snapshot.get_by_id(snapshot.id).proven_at is None
    assert VaultState.get().circle_completed_at is None, "a circle with a fault is no whole circle"
    with pytest.raises(Forbidden) as refusal:
        findings.refuse_while_open(kept.server.id)
    assert refusal.value.code == "finding.open"
    assert audit.verify().ok


def test_the_copies_that_do_not_need_the_damaged_data_keep_their_proof(kept: Site) -> None:
    first = Snapshot.get(Snapshot.run == kept.backup())
    kept.restore_test(first.id)
    (kept.tree / "besar.bin").write_bytes(os.urandom(3_000_000))
    second, twin = (Snapshot.get(Snapshot.run == kept.backup()) for _ in range(2))
    kept.restore_test(twin.id)
    flip(largest_pack(kept))
    for _ in range(PARTS):
        check(kept)
    finding = Finding.get()
    assert sorted(finding.run.result["touched"]) == sorted([second.snapshot_id, twin.snapshot_id])
    assert finding.last_proven_id == first.id
    assert Snapshot.get_by_id(first.id).proven_at
    assert Snapshot.get_by_id(twin.id).proven_at is None


def test_the_same_fault_is_told_once_while_it_is_open(kept: Site) -> None:
    kept.backup()
    flip(largest_pack(kept))
    for _ in range(2 * PARTS):
        check(kept)
    assert Finding.select().count() == 1
    findings.close(Finding.get().id, "Disk diganti, backup baru dibuat.", kept.cast["joko"], at=db.now())
    for _ in range(PARTS):
        check(kept)
    assert Finding.select().count() == 2


def test_a_copy_that_does_not_come_back_is_a_finding(kept: Site) -> None:
    snapshot = Snapshot.get(Snapshot.run == kept.backup())
    flip(largest_pack(kept))
    run = kept.restore_test(snapshot.id)
    finding = Finding.get()
    assert (run.state, finding.kind, finding.code) == ("failed", "restore_test", run.code)


def test_a_copy_that_only_the_vault_or_only_the_portal_lists_is_a_finding(kept: Site) -> None:
    for _ in range(2):
        (kept.tree / "laporan.bin").write_bytes(os.urandom(1000))
        kept.backup()
    lost, forgotten = list(Snapshot.select().order_by(Snapshot.id))
    check(kept)
    assert Finding.select().count() == 0
    password = kept.settings.secrets_path / "restic" / str(kept.server.id)
    folder = kept.settings.vault_path / str(kept.server.id) / "repository"
    argv = [
        "restic",
        "-r",
        str(folder),
        "--password-file",
        str(password),
        "--no-cache",
        "forget",
        lost.snapshot_id,
    ]
    subprocess.run(argv, check=True, capture_output=True)
    Snapshot.delete().where(Snapshot.id == forgotten.id).execute()
    assert check(kept).state == "succeeded"
    check(kept)
    told = {finding.code: finding.context for finding in Finding.select()}
    assert told == {
        "vault.copies_lost": {"count": 1, "first": lost.snapshot_id[:12]},
        "vault.unlisted": {"count": 1, "first": forgotten.snapshot_id[:12]},
    }


def test_a_stale_lock_does_not_stop_the_check(kept: Site) -> None:
    kept.backup()
    locks = kept.settings.vault_path / str(kept.server.id) / "repository" / "locks"
    locks.mkdir(exist_ok=True)
    (locks / ("0" * 64)).write_bytes(b"")
    assert check(kept).state == "succeeded"
