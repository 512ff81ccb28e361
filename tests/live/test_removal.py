"""An approved cut carried out by a real restic: exactly what was previewed goes, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.operations import audit, cuts, findings, retention, retention_preview
from portal.store import db
from portal.store.db import transaction
from portal.store.models import Finding, RetentionCut, Run, Snapshot, VaultState
from tests.support.keeping import aged, asked, ruled
from tests.support.site import Site, next_key
from workers.engines import restic

ROOT = Path(__file__).resolve().parents[2]
REASON = "Diminta auditor untuk pemeriksaan tahun ini."


def backups(site: Site, count: int) -> list[Snapshot]:
    """Copies with different contents, oldest first, whose granted days are over."""
    made = []
    for number in range(count):
        (site.tree / "laporan.bin").write_bytes(os.urandom(400_000))
        made.append(aged(Snapshot.get(Snapshot.run == site.backup()), 100 - number))
    return made


def restic_says(site: Site, *words: str) -> str:
    """What plain restic answers about the repository."""
    folder = site.settings.vault_path / str(site.server.id) / "repository"
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    argv = ["restic", "--no-lock", "--no-cache", "-r", str(folder), "--password-file", str(password), *words]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def listed(site: Site) -> set[str]:
    """The full ids that restic lists."""
    return {item["id"] for item in json.loads(restic_says(site, "snapshots", "--json"))}


def approve(site: Site, cut: RetentionCut) -> Run:
    """The Kasubbid's approval; the removal is queued."""
    return cuts.approve(
        cut.id, cut.digest, site.cast["joko"], next_key(), at=db.now(), settings=site.settings
    )


def test_what_was_previewed_is_exactly_what_goes(site: Site, tmp_path: Path) -> None:
    made = backups(site, 5)
    site.restore_test(made[1].id)
    retention.hold(site.server.id, made[0].id, REASON, site.cast["joko"], at=db.now())
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    going = [copy.snapshot_id for copy in retention_preview.preview(site.server.id, db.now()).going]
    assert going == [made[3].snapshot_id, made[2].snapshot_id], "held, last proven and newest stay"
    before = listed(site)
    run = site.carry_out(approve(site, asked(site.server, site.cast["agus"], at=db.now())))
    assert (run.state, run.code) == ("succeeded", ""), site.log_of(run)
    assert before - listed(site) == set(going)
    assert listed(site) == {made[0].snapshot_id, made[1].snapshot_id, made[4].snapshot_id}
    restic_says(site, "check", "--read-data")
    removal = run.evidence["removal"]
    assert (set(removal["removed"]), set(removal["kept"])) == (set(going), listed(site))
    assert removal["bytes_before"] - removal["bytes_after"] > 2 * 300_000
    gone = Snapshot.select().where(Snapshot.removed_at.is_null(False))
    assert {(row.snapshot_id, row.removed_by_id) for row in gone} == {(name, run.id) for name in going}
    assert RetentionCut.get().state == "done"
    assert audit.verify().ok
    for each in (made[0], made[4]):
        assert site.restore_test(each.id).state == "succeeded", "what stays still comes back"
    verify_removal(site, run, tmp_path)


def verify_removal(site: Site, run: Run, tmp_path: Path) -> None:
    """The stand-alone verifier confirms the record of disposal, and notices a copy that is there all the same."""
    program = shutil.copy(ROOT / "bin" / "verify-evidence", tmp_path / "verify-evidence")
    folder = Path(run.evidence["path"]).parent
    words = ["--digest", run.evidence["digest"], "--repository",
             str(site.settings.vault_path / str(site.server.id) / "repository"),
             "--password-file", str(site.settings.secrets_path / "restic" / str(site.server.id))]  # fmt: skip
    argv = ["/usr/bin/python3", "-I", str(program), str(folder), *words]
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [line.split(":")[0].split()[1] for line in done.stdout.splitlines()]
    assert names == ["evidence.digest", "removal.digest", "repository.removed", "repository.kept"]
    path = folder / "evidence.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["removal"]["removed"].append(document["removal"]["kept"].pop())
    path.write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    for name in ("evidence.digest", "removal.digest", "repository.removed"):
        assert f"FAIL {name}" in done.stdout


def test_a_hold_between_approval_and_removal_stops_all_of_it(site: Site) -> None:
    made = backups(site, 3)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    run = approve(site, asked(site.server, site.cast["agus"], at=db.now()))
    retention.hold(site.server.id, made[0].id, REASON, site.cast["joko"], at=db.now())
    run = site.carry_out(run)
    assert (run.state, run.code) == ("failed", "cut.stays")
    assert listed(site) == {copy.snapshot_id for copy in made}
    assert RetentionCut.get().state == "approved", "it can be refused, and another list asked for"


def test_a_failed_proof_freezes_the_removal_and_points_to_the_last_proven_copy(site: Site) -> None:
    made = backups(site, 3)
    site.restore_test(made[1].id)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    run = approve(site, asked(site.server, site.cast["agus"], at=db.now()))
    manifest = Path(made[2].manifest_path)
    manifest.write_text(manifest.read_text(encoding="utf-8") + "{}\n", encoding="utf-8")
    assert site.restore_test(made[2].id).state == "failed"
    assert Finding.get().last_proven_id == made[1].id
    run = site.carry_out(run)
    assert (run.state, run.code) == ("failed", "finding.open")
    assert len(listed(site)) == 3
    findings.close(Finding.get().id, "Daftar isi dipulihkan dari arsip.", site.cast["joko"], at=db.now())
    again = cuts.restart(run, site.cast["agus"], next_key(), at=db.now(), settings=site.settings)
    assert site.carry_out(again).state == "succeeded"


def test_a_removal_that_broke_off_is_finished_by_the_next(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups(site, 3)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    run = approve(site, asked(site.server, site.cast["agus"], at=db.now()))
    with monkeypatch.context() as patch:
        first = 'restic forget --no-cache "$1"; exit 1'
        patch.setattr(restic, "forget_argv", lambda ids: ["sh", "-c", first, "sh", ids[0]])
        run = site.carry_out(run)
    assert (run.state, len(listed(site))) == ("failed", 2)
    assert Snapshot.select().where(Snapshot.removed_at.is_null()).count() == 2, "as many as there are"
    with monkeypatch.context() as patch:
        patch.setattr(restic, "prune_argv", lambda: ["restic", "prune", "--no-such-flag"])
        again = cuts.restart(run, site.cast["agus"], next_key(), at=db.now(), settings=site.settings)
        run = site.carry_out(again)
    assert run.state == "failed"
    assert listed(site) == {made[2].snapshot_id}
    assert Snapshot.select().where(Snapshot.removed_at.is_null(False)).count() == 2
    again = site.carry_out(
        cuts.restart(run, site.cast["agus"], next_key(), at=db.now(), settings=site.settings)
    )
    assert again.state == "succeeded", site.log_of(again)
    assert set(again.evidence["removal"]["removed"]) == {made[0].snapshot_id, made[1].snapshot_id}
    assert site.backup().state == "succeeded"


def test_a_vault_state_knows_the_size_after_a_removal(site: Site) -> None:
    backups(site, 2)
    with transaction():
        VaultState.create(server=site.server, parts=8)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    run = site.carry_out(approve(site, asked(site.server, site.cast["agus"], at=db.now())))
    assert VaultState.get().repository_bytes == run.result["bytes_after"]
