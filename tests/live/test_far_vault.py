"""Repositories on another machine, over SFTP to a real sshd: everything that a vault beside the portal can do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from office.sshd import PracticeServer, free_port
from portal.operations import keeping, second_copies, vault, vault_keys
from portal.store import db
from portal.store.models import Finding, Run, Snapshot, VaultRoom, VaultState
from tests.live.test_keeping import flip
from tests.live.test_removal import approve, backups
from tests.support.keeping import asked, ruled
from tests.support.site import Site, next_key


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[PracticeServer]:
    """The machine of the repositories."""
    server = PracticeServer(tmp_path / "mesin-gudang", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def place(site: Site, machine: PracticeServer, tmp_path: Path) -> Path:
    """The folder there that the repositories lie in."""
    folder = tmp_path / "gudang jauh"
    folder.mkdir()
    machine.authorize(vault_keys.public_key(vault_keys.FIRST, at=db.now(), settings=site.settings))
    host_key = (machine.folder / "host_key.pub").read_text(encoding="ascii")
    vault_keys.trust(vault_keys.FIRST, host_key, at=db.now(), settings=site.settings)
    location = f"sftp:{machine.username}@127.0.0.1:{folder}"
    far = {"repository_vault": location, "repository_vault_port": machine.port}
    site.settings = site.settings.model_copy(update=far)
    return folder


def good(site: Site, run: Run) -> Run:
    assert (run.state, run.code) == ("succeeded", ""), site.log_of(run)
    return run


def test_a_backup_goes_there_and_comes_back_proven(site: Site, place: Path) -> None:
    first = good(site, site.backup())
    (site.tree / "baru.txt").write_text("baru\n", encoding="ascii")
    good(site, site.backup())
    assert (place / str(site.server.id) / "config").is_file()
    assert not (site.settings.vault_path / str(site.server.id) / "repository").exists()
    assert first.evidence["snapshot"]["repository"] == f"{site.settings.repository_vault}/{site.server.id}"
    for copy in list(Snapshot.select()):
        good(site, site.restore_test(copy.id))
    assert Snapshot.select().where(Snapshot.proven_at.is_null()).count() == 0
    rooms = vault.elsewhere(site.settings, db.now())
    assert rooms["repository"].room.total > rooms["repository"].room.free > 0
    assert VaultRoom.select().where(VaultRoom.place == "repository").count() == 1, "once on a day"


def test_it_is_checked_there_byte_by_byte(site: Site, place: Path) -> None:
    site.settings = site.settings.model_copy(update={"integrity_parts": 1})
    good(site, site.backup())
    good(site, checked(site))
    assert VaultState.get().circle_completed_at is not None
    packs = [path for path in (place / str(site.server.id) / "data").rglob("*") if path.is_file()]
    flip(max(packs, key=lambda path: path.stat().st_size))
    bad = checked(site)
    assert (bad.state, bad.code) == ("failed", "restic.damaged"), site.log_of(bad)
    assert len(bad.result["packs"]) == 1
    assert bad.result["touched"] == [Snapshot.get().snapshot_id]
    assert Finding.get().kind == "integrity"


def test_what_an_approved_cut_names_goes_there(site: Site, place: Path) -> None:
    backups(site, 3)
    ruled(site.server, site.cast["joko"], at=db.now(), last=1)
    cut = asked(site.server, site.cast["agus"], at=db.now())
    good(site, site.carry_out(approve(site, cut)))
    assert Snapshot.select().where(Snapshot.removed_at.is_null()).count() == 1
    assert len(list((place / str(site.server.id) / "snapshots").iterdir())) == 1
    good(site, site.restore_test(Snapshot.get(Snapshot.removed_at.is_null()).id))


def test_the_second_copy_comes_from_there(site: Site, place: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kedua"
    kept.mkdir()
    site.settings = site.settings.model_copy(update={"second_vault": str(kept)})
    good(site, site.backup())
    run = second_copies.start(
        site.server.id, site.cast["agus"], next_key(), at=db.now(), settings=site.settings
    )
    good(site, site.carry_out(run))
    assert Snapshot.get().second_at is not None
    assert vault.elsewhere(site.settings, db.now()).keys() == {"repository", "second"}


def test_an_emptied_machine_gets_no_new_repository(site: Site, place: Path) -> None:
    good(site, site.backup())
    shutil.rmtree(place / str(site.server.id))
    run = site.backup()
    assert (run.state, run.code) == ("failed", "vault.lost"), site.log_of(run)
    assert not any(place.iterdir())


def test_a_machine_that_is_away_or_another_one_gets_nothing(
    site: Site, place: Path, machine: PracticeServer
) -> None:
    trusted = vault_keys.folder(vault_keys.FIRST, site.settings) / "host_key"
    kept = trusted.read_text(encoding="ascii")
    other = vault_keys.public_key(vault_keys.SECOND, at=db.now(), settings=site.settings)
    trusted.write_text(" ".join(other.split()[:2]), encoding="ascii")
    run = site.backup()
    assert (run.state, run.code) == ("failed", "vault.unreachable"), site.log_of(run)
    trusted.write_text(kept, encoding="ascii")
    machine.stop()
    run = site.backup()
    assert (run.state, run.code) == ("failed", "vault.unreachable"), site.log_of(run)
    assert not any(place.iterdir())
    machine.start()
    good(site, site.backup())


def checked(site: Site) -> Run:
    run = keeping.start_integrity(
        site.server.id, site.cast["agus"], next_key(), at=db.now(), settings=site.settings
    )
    return site.carry_out(run)
