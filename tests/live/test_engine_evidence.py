"""What a run leaves behind, checked by the stand-alone verifier: outside of the portal, by another python."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.store.models import Run, Snapshot
from tests.support.site import Site

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Left:
    """The backup and its restore test, and where their things lie."""

    backup: Run
    proof: Run
    folder: Path
    tree: Path
    log: Path
    repository: str
    password: Path
    program: Path

    def verify(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run the verifier, isolated from the project and its packages."""
        argv = ["/usr/bin/python3", "-I", str(self.program), *map(str, words)]
        return subprocess.run(argv, capture_output=True, text=True, check=False, cwd="/")

    def all(self) -> tuple[str | Path, ...]:
        """Everything there is to check."""
        return (self.folder, "--digest", self.backup.evidence["digest"], "--log", self.log, "--tree", self.tree,
                "--repository", self.repository, "--password-file", self.password)  # fmt: skip


@pytest.fixture
def left(site: Site, tmp_path: Path) -> Left:
    top = site.tree / "html"
    (top / "new\nline\\").write_text("hostile", encoding="utf-8")
    backup = site.backup()
    proof = site.restore_test(Snapshot.get(Snapshot.run == backup).id)
    assert (backup.state, proof.state) == ("succeeded", "succeeded")
    program = tmp_path / "verify-evidence"
    shutil.copy(ROOT / "bin" / "verify-evidence", program)
    return Left(
        backup,
        proof,
        folder=Path(backup.evidence["path"]).parent,
        tree=Path(proof.evidence["restore"]["restored"]),
        log=site.settings.var / "log" / f"run-{backup.id}.log",
        repository=backup.evidence["snapshot"]["repository"],
        password=site.settings.secrets_path / "restic" / str(site.server.id),
        program=program,
    )


def test_it_confirms_what_a_run_left(left: Left) -> None:
    done = left.verify(*left.all())
    assert done.returncode == 0, done.stdout + done.stderr
    checks = [line.split(":")[0].split()[1] for line in done.stdout.splitlines()]
    assert checks == ["evidence.digest", "log.sha256", "manifest.sha256", "manifest.counts", "sums.same",
                      "tree.manifest", "tree.same", "repository.snapshot", "repository.files"]  # fmt: skip


def test_it_confirms_a_restore_test_with_its_manifest(left: Left) -> None:
    folder = Path(left.proof.evidence["path"]).parent
    words = ("--manifest", left.folder / "manifest.jsonl", "--tree", left.tree)
    assert left.verify(folder, *words).returncode == 0
    assert left.verify(folder, "--tree", left.tree).returncode == 1


def change_evidence(left: Left) -> None:
    path = left.folder / "evidence.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["outcome"] = "incomplete"
    path.write_text(json.dumps(document), encoding="utf-8")


def change_manifest(left: Left) -> None:
    path = left.folder / "manifest.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace('"mode":420', '"mode":511'), encoding="utf-8")


def drop_sum(left: Left) -> None:
    path = left.folder / "SHA256SUMS"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])


def flip(left: Left) -> None:
    path = next(left.tree.rglob("laporan-000.bin"))
    path.write_bytes(b"X" + path.read_bytes()[1:])


def lose(left: Left) -> None:
    next(left.tree.rglob("kontak.html")).unlink()


def add(left: Left) -> None:
    (next(left.tree.rglob("unduhan")) / "extra").touch()


def add_to_log(left: Left) -> None:
    with left.log.open("a", encoding="utf-8") as file:
        file.write("more\n")


def lose_snapshot(left: Left) -> None:
    (Path(left.repository) / "snapshots" / left.backup.evidence["snapshot"]["snapshot_id"]).unlink()


@pytest.mark.parametrize(
    ("change", "failed"),
    [
        (change_evidence, "evidence.digest"),
        (change_manifest, "manifest.sha256"),
        (drop_sum, "sums.same"),
        (flip, "tree.same"),
        (lose, "tree.same"),
        (add, "tree.same"),
        (add_to_log, "log.sha256"),
        (lose_snapshot, "repository.snapshot"),
    ],
)
def test_it_notices_each_change(left: Left, change: Callable[[Left], None], failed: str) -> None:
    change(left)
    done = left.verify(*left.all())
    assert done.returncode == 1
    assert f"FAIL {failed}" in done.stdout


def test_it_says_that_there_is_no_evidence(left: Left, tmp_path: Path) -> None:
    assert left.verify(tmp_path).returncode == 1
    assert left.verify().returncode == 2
