"""A backup of real folders over SSH, and the proof that they come back."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from office.compare import differences
from portal.operations import audit
from portal.store.models import Snapshot
from tests.support.site import Site


def restored(site: Site, run) -> Path:
    """Where a restore test put the granted folder."""
    return Path(run.evidence["restore"]["restored"]) / str(site.tree).lstrip("/")


def test_it_backs_up_a_folder_and_proves_that_it_comes_back(site: Site) -> None:
    run = site.backup()
    assert (run.state, run.code) == ("succeeded", "")
    snapshot = Snapshot.get(Snapshot.run == run)
    proof = site.restore_test(snapshot.id)
    assert proof.state == "succeeded"
    assert differences(site.tree, restored(site, proof)) == []
    assert Snapshot.get_by_id(snapshot.id).proven_by_id == proof.id
    assert audit.verify().ok


def test_it_leaves_evidence_that_restic_and_sha256sum_confirm(site: Site) -> None:
    run = site.backup()
    evidence = run.evidence["snapshot"]
    password = site.settings.secrets_path / "restic" / str(site.server.id)
    listed = subprocess.run(
        ["restic", "-r", evidence["repository"], "--password-file", str(password), "ls", evidence["snapshot_id"]],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    assert f"{site.tree}/html/beranda.html" in listed
    copy = site.settings.vault_path / str(site.server.id) / "copy"
    subprocess.run(["sha256sum", "-c", "--quiet", evidence["sums"]], cwd=copy, check=True)
    assert password.stat().st_mode & 0o777 == 0o600


def test_it_reads_nothing_twice_when_nothing_changed(site: Site) -> None:
    first = site.backup().evidence["snapshot"]
    second = site.backup().evidence["snapshot"]
    assert second["transferred_bytes"] == 0
    assert second["manifest_sha256"] == first["manifest_sha256"]
    assert second["snapshot_id"] != first["snapshot_id"]


def test_it_follows_what_changes_and_what_goes(site: Site) -> None:
    site.backup()
    (site.tree / "html" / "beranda.html").write_text("baru", encoding="utf-8")
    (site.tree / "html" / "kontak.html").unlink()
    run = site.backup()
    proof = site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert proof.state == "succeeded"
    assert differences(site.tree, restored(site, proof)) == []


def test_it_sees_a_change_within_the_second_of_the_last_copy(site: Site) -> None:
    """By the whole second and the number of bytes, as rsync compares when it is not told otherwise, nothing changed."""
    page, second = site.tree / "html" / "beranda.html", 1_700_000_000
    page.write_text("lama", encoding="utf-8")
    os.utime(page, ns=(second * 10**9, second * 10**9 + 1_000_000))
    site.backup()
    page.write_text("baru", encoding="utf-8")
    os.utime(page, ns=(second * 10**9, second * 10**9 + 9_000_000))
    proof = site.restore_test(Snapshot.get(Snapshot.run == site.backup()).id)
    assert (restored(site, proof) / "html" / "beranda.html").read_text(encoding="utf-8") == "baru"


def test_it_keeps_names_of_any_bytes(site: Site) -> None:
    top = os.fsencode(site.tree)
    for name in (b"new\nline", b"qu'ote\"s", b"-rf", b"--delete", b"$(touch x)", b"bad\xff\xfe", b"back\\slash", b"*",
                 "e\u0301".encode(), "\u00e9".encode(), b" space ", b"a:b", b"%n"):  # fmt: skip
        with open(top + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 3)
    os.mkfifo(top + b"/fifo")
    (site.tree / "loop").symlink_to("loop")
    run = site.backup()
    proof = site.restore_test(Snapshot.get(Snapshot.run == run).id)
    assert (proof.state, proof.context) == ("succeeded", {})
    assert differences(site.tree, restored(site, proof)) == []
