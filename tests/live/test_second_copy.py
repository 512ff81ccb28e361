"""The second vault, by a real restic: in a folder and over SFTP to a real sshd."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office.sshd import PracticeServer, free_port
from portal.operations import audit, findings, second_copies, vault_keys
from portal.store import db
from portal.store.models import Finding, Run, Snapshot, VaultState
from tests.live.test_keeping import flip, largest_pack
from tests.live.test_removal import approve, backups, listed
from tests.support.keeping import asked, ruled
from tests.support.site import Site, next_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    """A second vault beside the first."""
    place = tmp_path / "kedua"
    place.mkdir()
    site.settings = site.settings.model_copy(update={"second_vault": str(place)})
    return place


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[PracticeServer]:
    """Another machine's sshd."""
    server = PracticeServer(tmp_path / "mesin-kedua", free_port())
    server.start()
    yield server
    server.stop()


def copied(site: Site) -> Run:
    """A copying that a person starts, carried out."""
    agus = site.cast["agus"]
    run = second_copies.start(site.server.id, agus, next_key(), at=db.now(), settings=site.settings)
    return site.carry_out(run)


def listed_there(site: Site, place: Path) -> dict[str, str]:
    """What plain restic lists in the second vault: the id in the first -> the id there."""
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    argv = [
        "restic",
        "--no-lock",
        "--no-cache",
        "-r",
        str(place / str(site.server.id)),
        "--password-file",
        str(password),
    ]
    said = subprocess.run([*argv, "snapshots", "--json"], check=True, capture_output=True, text=True).stdout
    subprocess.run([*argv, "check", "--read-data"], check=True, capture_output=True)
    return {item["original"]: item["id"] for item in json.loads(said)}


def test_every_copy_lies_in_the_second_vault_and_comes_back_from_there(
    site: Site, folder: Path, tmp_path: Path
) -> None:
    made = backups(site, 2)
    run = copied(site)
    assert (run.state, run.code) == ("succeeded", ""), site.log_of(run)
    there = listed_there(site, folder)
    assert there.keys() == listed(site) == {copy.snapshot_id for copy in made}
    assert Snapshot.select().where(Snapshot.second_at.is_null()).count() == 0
    assert VaultState.get().second_copied_at == run.finished_at
    assert VaultState.get().second_bytes > 400_000
    assert dict(run.evidence["second"]["copies"]) == there
    restored = tmp_path / "pulih"
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    argv = ["restic", "--no-cache", "-r", str(folder / str(site.server.id)), "--password-file", str(password),
            "restore", there[made[1].snapshot_id], "--target", str(restored)]  # fmt: skip
    subprocess.run(argv, check=True, capture_output=True)
    mine = restored / str(site.tree).strip("/")
    assert (mine / "laporan.bin").read_bytes() == (site.tree / "laporan.bin").read_bytes()
    assert audit.verify().ok
    verify_second(run, folder, password, site)


def verify_second(run: Run, folder: Path, password: Path, site: Site) -> None:
    argv = ["/usr/bin/python3", "-I", str(ROOT / "bin" / "verify-evidence"), str(Path(run.evidence["path"]).parent),
            "--digest", run.evidence["digest"], "--password-file", str(password), "--repository"]  # fmt: skip
    first = site.settings.vault_path / str(site.server.id) / "repository"
    for place, code in ((folder / str(site.server.id), 0), (first, 1)):
        done = subprocess.run([*argv, str(place)], check=False, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        assert f"{'ok  ' if code == 0 else 'FAIL'} repository.second" in done.stdout


def test_only_what_is_new_is_copied(site: Site, folder: Path) -> None:
    backups(site, 1)
    before = VaultState.get_or_none()
    first = copied(site)
    backups(site, 1)
    second = copied(site)
    assert before is None
    assert len(listed_there(site, folder)) == 2
    assert second.result["bytes"] - first.result["bytes"] < 600_000, "the unchanged files are there once"


def test_what_an_approved_cut_took_out_goes_there_too_and_nothing_else(site: Site, folder: Path) -> None:
    made = backups(site, 3)
    copied(site)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    site.carry_out(approve(site, asked(site.server, site.cast["agus"], at=db.now())))
    assert len(listed_there(site, folder)) == 3, "the second vault follows at its next copying"
    run = copied(site)
    assert run.state == "succeeded", site.log_of(run)
    assert listed_there(site, folder).keys() == {made[2].snapshot_id}
    assert sorted(run.evidence["second"]["forgotten"]) == sorted(copy.snapshot_id for copy in made[:2])


def test_nothing_goes_there_while_something_is_wrong(site: Site, folder: Path) -> None:
    backups(site, 2)
    copied(site)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    site.carry_out(approve(site, asked(site.server, site.cast["agus"], at=db.now())))
    with db.transaction():
        findings.raise_once(site.server.id, "integrity", "restic.damaged", at=db.now())
    assert copied(site).state == "succeeded"
    assert len(listed_there(site, folder)) == 2


def test_damage_is_not_copied(site: Site, folder: Path) -> None:
    backups(site, 1)
    flip(largest_pack(site))
    run = copied(site)
    assert run.state == "failed"
    assert Snapshot.get().second_at is None


def test_an_empty_folder_where_copies_were_is_no_second_vault(site: Site, folder: Path) -> None:
    backups(site, 1)
    copied(site)
    shutil.rmtree(folder / str(site.server.id))
    run = copied(site)
    assert (run.state, run.code) == ("failed", "second.lost")
    assert not (folder / str(site.server.id)).exists()
    second_copies.renew(at=db.now())
    assert copied(site).state == "succeeded"
    shutil.rmtree(folder)
    run = copied(site)
    assert (run.state, run.code) == ("failed", "second.unreachable")
    assert not folder.exists()


def test_a_turned_bit_there_is_found_in_a_circle_and_the_first_vault_keeps_its_proofs(
    site: Site, folder: Path
) -> None:
    site.settings = site.settings.model_copy(update={"integrity_parts": 2})
    made = backups(site, 1)
    site.restore_test(made[0].id)
    first = copied(site)
    assert (first.spec["part"], first.spec["parts"]) == (1, 2)
    assert copied(site).spec["parts"] == 0, "one part a day"
    flip(max((folder / str(site.server.id) / "data").glob("*/*"), key=lambda path: path.stat().st_size))
    ended = []
    for _ in range(2):
        Run.update(finished_at=db.now() - timedelta(days=1, hours=1)).where(Run.kind == "copy").execute()
        ended.append(copied(site))
    assert ("failed", "second.damaged") in [(run.state, run.code) for run in ended]
    assert (Finding.get().kind, Finding.get().code, Finding.get().severity) == (
        "second_copy",
        "second.damaged",
        "bad",
    )
    assert Snapshot.get().proven_at, "what is wrong there says nothing of the first vault"


def over_sftp(site: Site, machine: PracticeServer, tmp_path: Path) -> Path:
    """The second vault on another machine, its key authorized there and its host key trusted here."""
    place = tmp_path / "jauh"
    place.mkdir()
    location = f"sftp:{machine.username}@127.0.0.1:{place}"
    site.settings = site.settings.model_copy(
        update={"second_vault": location, "second_vault_port": machine.port}
    )
    machine.authorize(vault_keys.public_key(vault_keys.SECOND, at=db.now(), settings=site.settings))
    host_key = (machine.folder / "host_key.pub").read_text(encoding="ascii")
    vault_keys.trust(vault_keys.SECOND, host_key, at=db.now(), settings=site.settings)
    return place


def test_over_sftp_with_the_portals_own_key(site: Site, machine: PracticeServer, tmp_path: Path) -> None:
    backups(site, 1)
    place = over_sftp(site, machine, tmp_path)
    run = copied(site)
    assert (run.state, run.code) == ("succeeded", ""), site.log_of(run)
    assert listed_there(site, place).keys() == listed(site)
    assert copied(site).state == "succeeded"


def wrong_host_key(site: Site, machine: PracticeServer) -> None:
    other = (site.sshd.folder / "host_key.pub").read_text(encoding="ascii")
    vault_keys.trust(vault_keys.SECOND, other, at=db.now(), settings=site.settings)


def no_host_key(site: Site, machine: PracticeServer) -> None:
    (vault_keys.folder(vault_keys.SECOND, site.settings) / "host_key").unlink()


def away(site: Site, machine: PracticeServer) -> None:
    machine.stop()


@pytest.mark.parametrize(
    ("fault", "code"),
    [(wrong_host_key, "second.unreachable"), (no_host_key, "second.no_key"), (away, "second.unreachable")],
)
def test_a_machine_that_is_not_the_trusted_one_gets_nothing(
    site: Site,
    machine: PracticeServer,
    tmp_path: Path,
    fault: Callable[[Site, PracticeServer], None],
    code: str,
) -> None:
    backups(site, 1)
    place = over_sftp(site, machine, tmp_path)
    fault(site, machine)
    run = copied(site)
    assert (run.state, run.code) == ("failed", code), site.log_of(run)
    assert not list(place.iterdir())
    assert Snapshot.get().second_at is None


def test_the_clock_copies_after_a_backup_and_tells_when_it_is_late(site: Site, folder: Path) -> None:
    backups(site, 1)
    at = db.now()
    (run_id,) = second_copies.start_due(at, site.settings)
    assert second_copies.start_due(at, site.settings) == [], "one at a time"
    assert site.carry_out(Run.get_by_id(run_id)).state == "succeeded"
    assert second_copies.start_due(db.now(), site.settings) == []
    fresh = Snapshot.get(Snapshot.run == site.backup())
    (run_id,) = second_copies.start_due(db.now(), site.settings)
    Run.update(state="failed", code="second.unreachable", finished_at=db.now()).where(
        Run.id == run_id
    ).execute()
    assert second_copies.start_due(db.now(), site.settings) == [], (
        "a vault that is away is not asked all the time"
    )
    assert second_copies.tell_late(fresh.created_at + timedelta(hours=47), site.settings) == []
    late = fresh.created_at + timedelta(hours=49)
    assert len(second_copies.tell_late(late, site.settings)) == 1
    assert second_copies.tell_late(late, site.settings) == []
    assert (Finding.get().kind, Finding.get().severity, Finding.get().context["lacking"]) == (
        "second_copy",
        "warn",
        1,
    )
    findings.close(Finding.get().id, "Cakram kedua dipasang lagi.", site.cast["joko"], at=late)
    assert second_copies.tell_late(late + timedelta(hours=1), site.settings) == []
    assert len(second_copies.tell_late(late + timedelta(hours=49), site.settings)) == 1
    assert len(second_copies.start_due(db.now() + timedelta(hours=2), site.settings)) == 1
