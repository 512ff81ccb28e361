"""Mirrors that go on to another server: nothing there is touched that this mirror did not bring."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from office.compare import differences
from office.sshd import PracticeServer, free_port
from portal.config import Settings
from portal.errors import InvalidInput, TransitionRefused
from portal.operations import standbys
from portal.store import db
from portal.store.models import Mirror, Server, User
from tests.support import site as sites
from tests.support.machines import OTHER_HOST_KEY
from tests.support.mirrors import copy_of, run, set_up
from tests.support.site import Site


@pytest.fixture
def site(settings: Settings, cast: dict[str, User], sshd: PracticeServer, tree: Path) -> Site:
    return sites.build(settings, cast, sshd, tree, mirror=True)


@pytest.fixture
def second(site: Site, tmp_path: Path) -> Iterator[Server]:
    other = PracticeServer(tmp_path / "lain", free_port())
    other.start()
    public = site.settings.secrets_path / "ssh" / f"{site.server.key_id}.pub"
    other.authorize(public.read_text(encoding="ascii").strip())
    host_key = " ".join((other.folder / "host_key.pub").read_text(encoding="ascii").split()[:2])
    yield Server.create(name="server-lain", address="127.0.0.1", port=other.port, username=other.username,
                        key=site.server.key, host_key=host_key, host_key_state="approved",
                        created_by=site.cast["agus"])  # fmt: skip
    other.stop()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "tujuan").mkdir()
    return tmp_path / "tujuan" / "situs"


def approved(site: Site, second: Server, target: Path, **guard: object) -> Mirror:
    mirror = set_up(site, target_server_id=second.id, target_path=str(target), **guard)
    return standbys.approve(mirror.id, site.cast["joko"], at=db.now())


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_it_keeps_another_server_in_step_with_a_quarantine_there(
    site: Site, second: Server, target: Path
) -> None:
    top = os.fsencode(site.tree)
    for name in (b"new\nline", b"-rf", b"$(touch x)", b"bad\xff", b"a:b", b" space ", b"*"):
        os.close(os.open(top + b"/" + name, os.O_CREAT | os.O_WRONLY))
    mirror = approved(site, second, target)
    first = run(site, mirror)
    assert (first.state, first.code, first.context) == ("succeeded", "", {})
    assert differences(site.tree, target) == []
    assert first.evidence["mirror"]["brought_to"] == f"server-lain:{target}"
    (site.tree / "new\nline").unlink()
    (site.tree / "html" / "kontak.html").write_text("baru", encoding="utf-8")
    assert run(site, mirror).state == "succeeded"
    assert differences(site.tree, target) == []
    kept = target.with_name("situs.lumbung-karantina")
    names = {path.name for path in kept.rglob("*") if path.is_file()}
    assert names == {"new\nline", "kontak.html"}
    page = site.tree / "html" / "kontak.html"
    stamp = page.stat().st_mtime_ns // 10**9 * 10**9 + 999_999_999
    page.write_text("lagi", encoding="utf-8")
    os.utime(page, ns=(stamp, stamp))
    assert run(site, mirror).state == "succeeded"
    assert (target / "html" / "kontak.html").read_text(encoding="utf-8") == "lagi", "changed within a second"


def test_it_writes_to_no_folder_that_holds_something(site: Site, second: Server, target: Path) -> None:
    target.mkdir()
    (target / "penting.txt").write_text("milik orang", encoding="utf-8")
    mirror = approved(site, second, target)
    ended = run(site, mirror)
    assert (ended.state, ended.code) == ("failed", "mirror.target_taken")
    assert files_in(target.parent) == ["situs/penting.txt"]
    assert differences(site.tree, copy_of(site.settings, mirror)) == []
    assert Mirror.get_by_id(mirror.id).in_step_at is None
    target.rename(target.with_name("asli"))
    target.symlink_to(target.with_name("asli"))
    assert run(site, mirror).code == "mirror.target_refused"


def test_it_fills_no_folder_whose_disk_is_gone(site: Site, second: Server, target: Path) -> None:
    mirror = approved(site, second, target)
    assert run(site, mirror).state == "succeeded"
    shutil.rmtree(target)
    target.mkdir()
    assert run(site, mirror).code == "mirror.target_gone"
    assert files_in(target) == []
    marker = target.with_name(f"situs.lumbung-{mirror.id}")
    marker.unlink()
    target.rmdir()
    assert run(site, mirror).code == "mirror.target_gone"
    assert not target.exists()
    target.mkdir()
    marker.write_text("baru\n", encoding="ascii")
    assert run(site, mirror).state == "succeeded"
    assert differences(site.tree, target) == []


def test_another_key_of_the_target_stops_the_target_alone(site: Site, second: Server, target: Path) -> None:
    mirror = approved(site, second, target)
    Server.update(host_key=OTHER_HOST_KEY).where(Server.id == second.id).execute()
    ended = run(site, mirror)
    assert (ended.code, ended.context["server"]) == ("ssh.host_key_changed", "server-lain")
    states = {server.name: server.host_key_state for server in Server.select()}
    assert states == {"server-latihan": "approved", "server-lain": "changed"}


def test_it_deletes_nothing_there_that_somebody_else_has_put(
    site: Site, second: Server, target: Path
) -> None:
    mirror = approved(site, second, target, max_count=2)
    assert run(site, mirror).state == "succeeded"
    for number in range(3):
        (target / f"titipan-{number}").write_text("x", encoding="utf-8")
    ended = run(site, mirror)
    assert (ended.state, ended.code) == ("failed", "mirror.target_deletes")
    assert len([name for name in files_in(target) if name.startswith("titipan")]) == 3


def test_it_stops_at_an_emptied_source_before_it_goes_on(site: Site, second: Server, target: Path) -> None:
    mirror = approved(site, second, target)
    assert run(site, mirror).state == "succeeded"
    before = files_in(target)
    shutil.rmtree(site.tree)
    site.tree.mkdir()
    assert run(site, mirror).code == "mirror.empty_source"
    assert files_in(target) == before


def test_it_goes_nowhere_before_the_kasubbid_approved(site: Site, second: Server, target: Path) -> None:
    for wrong in ({"target_server_id": site.server.id}, {"target_server_id": 99}, {"target_path": ""}):
        with pytest.raises(InvalidInput):
            set_up(site, **({"target_server_id": second.id, "target_path": str(target)} | wrong))
    mirror = set_up(site, target_server_id=second.id, target_path=str(target))
    with pytest.raises(TransitionRefused):
        run(site, mirror)
    assert not target.exists()


def test_it_trusts_the_other_server_by_its_own_host_key(site: Site, second: Server, target: Path) -> None:
    mirror = approved(site, second, target)
    Server.update(host_key=site.server.host_key).where(Server.id == second.id).execute()
    ended = run(site, mirror)
    assert (ended.state, ended.code) == ("failed", "ssh.host_key_changed")
    assert not target.exists()
