"""Mirrors of a real folder over SSH: in step, and stopped before anything goes that should not."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from office.compare import differences
from office.sshd import PracticeServer
from portal.config import Settings
from portal.errors import Forbidden, StaleStep
from portal.operations import audit, mirrors
from portal.store import db
from portal.store.models import AuditEntry, Mirror, MirrorPass, Snapshot, User
from portal.store.queries import grants
from schemas.mirror import LimitsForm
from tests.support import mirrors as desk
from tests.support import site as sites
from tests.support.mirrors import copy_of, let_pass, quarantined, run, set_up
from tests.support.site import Site
from workers import clock
from workers.plans import StepName
from workers.steps import STEPS
from workers.steps.mirror import bring
from workers.steps.work import Work


@pytest.fixture
def site(settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path) -> Site:
    """The approved request for `tree`, its mirror included."""
    return sites.build(settings, cast, sshd, tree, mirror=True)


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def in_step(site: Site, mirror: Mirror) -> bool:
    return differences(site.tree, copy_of(site.settings, mirror)) == []


def test_it_keeps_a_copy_in_step_and_says_how_old_it_is(site: Site) -> None:
    mirror = set_up(site)
    assert Mirror.get_by_id(mirror.id).in_step_at is None
    first = run(site, mirror)
    assert (first.state, first.code, first.context) == ("succeeded", "", {})
    assert in_step(site, mirror)
    (site.tree / "html" / "baru.html").write_text("baru", encoding="utf-8")
    page = site.tree / "html" / "beranda.html"
    before = page.stat()
    page.write_text("X" * before.st_size, encoding="utf-8")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns // 10**9 * 10**9 + 999_999_999))
    (site.tree / "html" / "kontak.html").unlink()
    second = run(site, mirror)
    assert second.state == "succeeded"
    assert in_step(site, mirror)
    assert Mirror.get_by_id(mirror.id).in_step_at == second.started_at
    evidence = second.evidence["mirror"]
    assert (evidence["deletions"], evidence["remaining"], evidence["passed"]) == (1, 0, "")
    assert quarantined(site.settings, mirror) == ["html/beranda.html", "html/kontak.html"]
    assert audit.verify().ok


def test_it_proves_a_mirrored_folder_only_by_a_whole_run(site: Site) -> None:
    site.restore_test(Snapshot.get(Snapshot.run == site.backup()).id)
    assert grants.unproven_folders(site.request_id) == [str(site.tree)]
    run(site, set_up(site))
    assert grants.unproven_folders(site.request_id) == []


def test_it_stops_at_an_empty_source_and_lets_exactly_that_pass_once(site: Site) -> None:
    mirror = set_up(site)
    run(site, mirror)
    before = files_in(copy_of(site.settings, mirror))
    empty(site.tree)
    stopped = run(site, mirror)
    assert (stopped.state, stopped.code) == ("failed", "mirror.empty_source")
    assert files_in(copy_of(site.settings, mirror)) == before
    assert Mirror.get_by_id(mirror.id).in_step_at < stopped.started_at
    with pytest.raises(Forbidden):
        let_pass(site, stopped, "agus")
    let_pass(site, stopped)
    passed = run(site, mirror)
    assert passed.state == "succeeded"
    assert files_in(copy_of(site.settings, mirror)) == []
    assert quarantined(site.settings, mirror) == before
    assert MirrorPass.get().used_by_id == passed.id
    assert passed.evidence["mirror"]["passed"] == stopped.result["digest"]


def test_it_uses_a_pass_for_one_run_only(site: Site) -> None:
    mirror = set_up(site, max_count=1)
    run(site, mirror)
    contents = {name: (site.tree / "html" / name).read_bytes() for name in ("arsip.html", "kontak.html")}
    for _ in range(2):
        for name in contents:
            (site.tree / "html" / name).unlink()
        stopped = run(site, mirror)
        assert stopped.code == "mirror.many_deletes"
        let_pass(site, stopped)
        assert run(site, mirror).state == "succeeded"
        for name, content in contents.items():
            (site.tree / "html" / name).write_bytes(content)
        assert run(site, mirror).state == "succeeded"


def test_it_stops_again_when_another_file_went_since(site: Site) -> None:
    mirror = set_up(site, max_count=1)
    run(site, mirror)
    shutil.rmtree(site.tree / "html" / "gambar")
    stopped = run(site, mirror)
    assert stopped.code == "mirror.many_deletes"
    let_pass(site, stopped)
    before = files_in(copy_of(site.settings, mirror))
    (site.tree / "html" / "arsip.html").unlink()
    again = run(site, mirror)
    assert (again.state, again.code) == ("failed", "mirror.many_deletes")
    assert again.result["digest"] != stopped.result["digest"]
    assert files_in(copy_of(site.settings, mirror)) == before


def test_it_writes_the_exact_list_that_it_stopped_for(site: Site) -> None:
    (site.tree / "baris\nbaru").write_text("x", encoding="utf-8")
    mirror = set_up(site, max_count=1)
    run(site, mirror)
    (site.tree / "baris\nbaru").unlink()
    (site.tree / "html" / "beranda.html").unlink()
    stopped = run(site, mirror)
    listed = (site.settings.var / "evidence" / f"run-{stopped.id}" / "deletions.txt").read_text(
        encoding="utf-8"
    )
    lines = listed.splitlines()
    assert "baris\\#012baru" in lines
    assert "html/beranda.html" in lines
    assert len(lines) == stopped.result["report"]["deletions"]


def test_it_stops_for_a_share_of_the_copy(site: Site) -> None:
    mirror = set_up(site, max_count=10_000, max_share=10)
    run(site, mirror)
    shutil.rmtree(site.tree / "html" / "gambar")
    stopped = run(site, mirror)
    assert stopped.code == "mirror.many_deletes"
    assert stopped.context["share"] > 10


def test_it_stops_where_the_sentinel_is_missing(site: Site) -> None:
    mirror = set_up(site, sentinel=".penanda")
    assert run(site, mirror).code == "mirror.sentinel_missing"
    (site.tree / ".penanda").symlink_to("/etc/hostname")
    assert run(site, mirror).code == "mirror.sentinel_missing"
    (site.tree / ".penanda").unlink()
    (site.tree / ".penanda").write_text("lumbung", encoding="utf-8")
    assert run(site, mirror).state == "succeeded"
    (site.tree / ".penanda").unlink()
    assert run(site, mirror).code == "mirror.sentinel_missing"


@pytest.fixture
def mounted(tree: Path) -> Iterator[list[str]]:
    """Words of mount(8) that put something over the folder; taken off after the test."""
    over: list[str] = []
    yield over
    if over:
        subprocess.run(["umount", str(tree)], check=True)


@pytest.mark.parametrize("kind", ["tmpfs", "bind"])
def test_it_stops_where_something_else_is_mounted(
    site: Site, mounted: list[str], tmp_path: Path, kind: str
) -> None:
    mirror = set_up(site, max_count=10_000, max_share=50)
    run(site, mirror)
    other = shutil.copytree(site.tree, tmp_path / "other", symlinks=True)
    words = ["-t", "tmpfs", "tmpfs"] if kind == "tmpfs" else ["--bind", str(other)]
    subprocess.run(["mount", *words, str(site.tree)], check=True)
    mounted += words
    if kind == "tmpfs":
        shutil.copytree(other, site.tree, symlinks=True, dirs_exist_ok=True)
    stopped = run(site, mirror)
    assert (stopped.state, stopped.code) == ("failed", "mirror.mount_changed")
    let_pass(site, stopped)
    assert run(site, mirror).state == "succeeded"
    assert run(site, mirror).state == "succeeded"


def test_it_lets_only_a_kasubbid_pass_the_newest_list(site: Site) -> None:
    mirror = set_up(site)
    run(site, mirror)
    empty(site.tree)
    first, second = run(site, mirror), run(site, mirror)
    for who in ("agus", "sari", "hendro", "ratna"):
        with pytest.raises(Forbidden):
            let_pass(site, second, who)
    with pytest.raises(StaleStep):
        let_pass(site, first)
    let_pass(site, second)
    with pytest.raises(StaleStep):
        let_pass(site, second)


def test_it_does_not_use_a_pass_that_has_run_out(site: Site) -> None:
    mirror = set_up(site)
    run(site, mirror)
    empty(site.tree)
    let_pass(site, run(site, mirror))
    MirrorPass.update(expires_at=db.now() - timedelta(seconds=1)).execute()
    assert run(site, mirror).code == "mirror.empty_source"


def test_it_lets_no_administrator_loosen_the_guard(site: Site) -> None:
    mirror = set_up(site)
    form = LimitsForm(max_count=10_000, max_share=50, quarantine_days=7)
    with pytest.raises(Forbidden) as refused:
        mirrors.change(mirror.id, form, site.cast["agus"], at=db.now())
    assert refused.value.code == "mirror.limits"
    changed = mirrors.change(mirror.id, form, site.cast["joko"], at=db.now())
    assert (changed.max_count, changed.quarantine_days) == (10_000, 7)


def test_it_refuses_a_run_whose_mirror_was_changed_since(site: Site) -> None:
    mirror = set_up(site)
    queued = desk.mirror_runs.start(mirror.id, site.cast["agus"], sites.next_key(), at=db.now(),
                                    settings=site.settings)  # fmt: skip
    Mirror.update(max_count=9_999).execute()
    ended = site.carry_out(queued)
    assert (ended.state, ended.code) == ("failed", "authority.mirror_changed")
    assert not copy_of(site.settings, mirror).exists()


def test_it_keeps_what_went_for_as_long_as_its_rules_say(site: Site) -> None:
    mirror = set_up(site, quarantine_days=7)
    run(site, mirror)
    (site.tree / "html" / "kontak.html").unlink()
    run(site, mirror)
    folder = copy_of(site.settings, mirror).with_name("quarantine")
    (folder / "20200101T000000Z-catatan-sendiri").mkdir()
    outside = site.settings.var / "luar"
    outside.mkdir()
    (folder / "20200101T000000Z-run-99").symlink_to(outside)
    assert clock.remove_old_quarantine(site.settings, db.now() + timedelta(days=6, hours=23)) == []
    assert quarantined(site.settings, mirror) == ["html/kontak.html"]
    removed = clock.remove_old_quarantine(site.settings, db.now() + timedelta(days=7, minutes=1))
    assert len(removed) == 1
    assert quarantined(site.settings, mirror) == []
    assert outside.is_dir()
    assert (folder / "20200101T000000Z-catatan-sendiri").is_dir()
    assert AuditEntry.get(AuditEntry.tag == "mirror:quarantine_removed").subject_id == mirror.id


HOSTILE = (b"new\nline", b"qu'ote\"s", b"-rf", b"--delete", b"$(touch x)", b"bad\xff\xfe", b"back\\slash", b"\\#012",
           b"*deleting   x", "e\u0301".encode(), "\u00e9".encode(), b" space ", b"a:b", b"%n")  # fmt: skip


def test_it_mirrors_and_quarantines_names_of_any_bytes(site: Site) -> None:
    top = os.fsencode(site.tree)
    for name in HOSTILE:
        with open(top + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 3)
    mirror = set_up(site, max_count=len(HOSTILE))
    first = run(site, mirror)
    assert (first.state, first.context) == ("succeeded", {})
    assert in_step(site, mirror)
    for name in HOSTILE:
        os.remove(top + b"/" + name)  # noqa: PTH107
    second = run(site, mirror)
    assert (second.state, second.result["report"]["deletions"]) == ("succeeded", len(HOSTILE))
    assert in_step(site, mirror)
    kept = second.evidence["mirror"]["quarantine"]
    assert sorted(os.listdir(os.fsencode(kept))) == sorted(HOSTILE)  # noqa: PTH208


def test_it_does_not_follow_what_goes_after_the_guard_has_looked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = set_up(site)
    run(site, mirror)
    (site.tree / "html" / "kontak.html").unlink()
    before = set(files_in(copy_of(site.settings, mirror)))

    def late(work: Work) -> None:
        shutil.rmtree(site.tree / "html" / "gambar")
        bring(work)

    monkeypatch.setitem(STEPS, StepName.MIRROR, late)
    ended = run(site, mirror)
    assert (ended.state, ended.code) == ("failed", "mirror.moved_meanwhile")
    assert len(before - set(files_in(copy_of(site.settings, mirror)))) <= 1
