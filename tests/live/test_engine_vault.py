"""A run against a vault that is full, read-only, locked, damaged or tampered with; and what cancelling leaves."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.store import db
from portal.store.models import Run, Snapshot, Source
from tests.support.site import Site
from tests.support.sshd import Flight, frozen, until

MEGABYTE = 1024 * 1024


def room_of(site: Site) -> Path:
    """The server's room in the vault."""
    return site.settings.vault_path / str(site.server.id)


def ended(run: Run) -> tuple[str, str]:
    return run.state, run.code


def restic(site: Site, *words: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Plain restic on the server's repository, as anyone may use it."""
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    environment = {**os.environ, "RESTIC_REPOSITORY": str(room_of(site) / "repository"),
                   "RESTIC_PASSWORD_FILE": str(password)}  # fmt: skip
    return subprocess.run(
        ["restic", "--no-cache", *words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def small_vault(site: Site) -> Iterator[Path]:
    """A vault of 96 MiB and few inodes of its own."""
    vault = site.settings.vault_path
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=96m,nr_inodes=1500", "tmpfs", str(vault)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting needs root")
    yield vault
    subprocess.run(["umount", str(vault)], check=True)


def test_it_asks_for_room_before_the_first_byte(site: Site, small_vault: Path) -> None:
    (site.tree / "besar.bin").write_bytes(secrets.token_bytes(40 * MEGABYTE))
    run = site.backup()
    assert ended(run) == ("failed", "vault.no_space")
    assert run.context["free"] < run.context["needed"]
    assert not any((room_of(site) / "copy").iterdir())


def test_it_says_that_the_vault_filled_up_midway(site: Site, small_vault: Path) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    (site.tree / "besar.bin").write_bytes(secrets.token_bytes(120 * MEGABYTE))
    assert ended(site.backup()) == ("failed", "vault.full")
    (site.tree / "besar.bin").unlink()
    assert ended(site.backup()) == ("succeeded", "")


def test_it_says_that_restic_found_the_vault_full(site: Site, small_vault: Path) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    (site.tree / "besar.bin").write_bytes(secrets.token_bytes(60 * MEGABYTE))
    run = site.backup()
    assert ended(run) == ("failed", "vault.full")
    assert "step snapshot" in site.log_of(run)
    assert Snapshot.select().count() == 1


def test_it_counts_inodes_before_the_first_byte(site: Site, small_vault: Path) -> None:
    for number in range(800):
        (small_vault / f"penuh-{number}").touch()
    assert ended(site.backup()) == ("failed", "vault.no_inodes")


def test_it_says_that_the_vault_is_read_only(site: Site, small_vault: Path) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    subprocess.run(["mount", "-o", "remount,ro", str(small_vault)], check=True)
    assert ended(site.backup()) == ("failed", "vault.read_only")


def test_it_calls_no_snapshot_proven_that_has_a_flipped_byte(site: Site) -> None:
    run = site.backup()
    snapshot = Snapshot.get(Snapshot.run == run)
    packs = sorted((room_of(site) / "repository" / "data").rglob("*"), key=lambda path: path.stat().st_size)
    pack = packs[-1]
    data = bytearray(pack.read_bytes())
    data[len(data) // 3] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(data)
    proof = site.restore_test(snapshot.id)
    assert ended(proof) == ("failed", "restic.damaged")
    assert Snapshot.get_by_id(snapshot.id).proven_at is None


def test_it_finds_a_restored_byte_that_differs(site: Site) -> None:
    """The snapshot itself is whole, but it is not what the manifest says was on the server."""
    run = site.backup()
    snapshot = Snapshot.get(Snapshot.run == run)
    path = site.tree / "html" / "beranda.html"
    before = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("Beranda", "Beranja"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    other = site.backup()
    newer = Snapshot.get(Snapshot.run == other)
    Snapshot.update(snapshot_id=newer.snapshot_id + "x").where(Snapshot.id == newer.id).execute()
    Snapshot.update(snapshot_id=newer.snapshot_id).where(Snapshot.id == snapshot.id).execute()
    proof = site.restore_test(snapshot.id)
    assert ended(proof) == ("failed", "proof.differs")
    assert [str(path).lstrip("/"), "content"] in [
        list(pair) for pair in proof.evidence["restore"]["differences"]
    ]
    assert Snapshot.get_by_id(snapshot.id).proven_at is None


def test_it_refuses_a_manifest_that_was_changed(site: Site) -> None:
    snapshot = Snapshot.get(Snapshot.run == site.backup())
    with Path(snapshot.manifest_path).open("ab") as file:
        file.write(b"\n")
    assert ended(site.restore_test(snapshot.id)) == ("failed", "proof.manifest_changed")


def test_it_restores_into_nothing_that_somebody_planted(site: Site, tmp_path: Path) -> None:
    run = site.backup()
    outside = tmp_path / "outside"
    outside.mkdir()
    (site.settings.var / "restore" / f"run-{run.id + 1}").symlink_to(outside)
    proof = site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert ended(proof) == ("failed", "restore.target_exists")
    assert list(outside.iterdir()) == []


def test_it_writes_through_no_link_that_a_server_planted(site: Site, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (site.tree / "html").rename(tmp_path / "html")
    (site.tree / "html").symlink_to(outside)
    assert ended(site.backup()) == ("succeeded", "")
    # Now the server offers a real folder in its place, and only that one is kept.
    (site.tree / "html").unlink()
    (tmp_path / "html").rename(site.tree / "html")
    Source.update(path=str(site.tree / "html")).execute()
    assert ended(site.backup()) == ("incomplete", "run.not_kept"), "the rest of the granted folder is not"
    assert list(outside.iterdir()) == []


def locked(locks: Path) -> bool:
    """Whether a lock lies there whole: a restic that is killed while it writes one leaves a file of another name."""
    return any(len(path.name) == 64 for path in locks.iterdir())


def test_it_clears_the_lock_of_a_killed_restic(site: Site) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    locks = room_of(site) / "repository" / "locks"
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    stale = subprocess.Popen(
        ["restic", "-r", str(room_of(site) / "repository"), "--password-file", str(password), "--no-cache",
         "backup", "--stdin"],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    until(lambda: locked(locks))
    stale.send_signal(signal.SIGKILL)
    stale.wait()
    assert locked(locks)
    assert ended(site.backup()) == ("succeeded", "")
    assert not locked(locks)


def test_it_leaves_no_lock_when_cancelled_at_the_snapshot(site: Site) -> None:
    (site.tree / "besar.bin").write_bytes(secrets.token_bytes(400 * MEGABYTE))
    with Flight(site) as flight:
        with frozen(b"backup", b"--json"):
            assert any((room_of(site) / "repository").glob("locks/*"))
            flight.cancel()
        run = flight.land()
    assert ended(run) == ("cancelled", "run.cancelled")
    assert not any((room_of(site) / "repository" / "locks").iterdir())
    assert Snapshot.select().count() == 0
    assert ended(site.backup()) == ("succeeded", "")


def test_it_waits_for_nobody_who_holds_the_vault(site: Site) -> None:
    (site.tree / "besar.bin").write_bytes(secrets.token_bytes(400 * MEGABYTE))
    with Flight(site) as flight:
        until(lambda: Run.get_by_id(flight.queued.id).phase == "pull")
        # A second worker, as after a lease that was lost: the archive would let it in.
        with db.connection():
            Run.update(state="interrupted", lease_token=99).where(Run.id == flight.queued.id).execute()
            second = site.backup()
    assert ended(second) == ("failed", "vault.busy")


def test_it_says_that_the_repositorys_password_is_wrong_or_gone(site: Site) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    kept = password.read_text(encoding="ascii")
    password.write_text("another\n", encoding="ascii")
    assert ended(site.backup()) == ("failed", "restic.wrong_password")
    password.unlink()
    assert ended(site.backup()) == ("failed", "restic.password_missing")
    password.write_text(kept, encoding="ascii")
    assert ended(site.backup()) == ("succeeded", "")


def test_it_keeps_a_repository_that_plain_restic_finds_whole(site: Site) -> None:
    assert ended(site.backup()) == ("succeeded", "")
    (site.tree / "html" / "baru.html").write_text("baru", encoding="utf-8")
    run = site.backup()
    assert ended(run) == ("succeeded", "")
    checked = restic(site, "check", "--read-data")
    assert (checked.returncode, "no errors were found" in checked.stdout) == (0, True)
    assert run.evidence["snapshot"]["snapshot_id"] in restic(site, "snapshots", "--json").stdout
