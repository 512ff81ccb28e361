from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines import trees
from workers.engines import comparison, manifest
from workers.engines.comparison import Comparison
from workers.engines.errors import Cancelled

SOURCES = ("/srv/web",)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A manifest, and a tree that was brought back from it."""
    copy = trees.make(tmp_path / "copy")
    manifest.write(copy, SOURCES, manifest=tmp_path / "m", sums=tmp_path / "s", previous=None)
    return tmp_path / "m", trees.restored(copy, tmp_path / "restored")


def compare(pair: tuple[Path, Path], **more: object) -> Comparison:
    listed, restored = pair
    return comparison.compare(listed, restored, sources=SOURCES, owners=os.geteuid() == 0, **more)


def test_it_finds_a_true_copy_the_same(pair: tuple[Path, Path]) -> None:
    found = compare(pair)
    assert (found.difference_count, found.differences) == (0, [])
    assert found.files == len(trees.HOSTILE) + 3
    assert found.entries == found.files + 6
    assert found.compared_bytes > 0


def keeping_times(path: Path, change: Callable[[Path], object]) -> None:
    """Change a file so that only what is changed differs, not its times nor its folder's."""
    times = {each: each.lstat() for each in (path, path.parent)}
    change(path)
    for each, info in times.items():
        if each.exists():
            os.utime(each, ns=(info.st_atime_ns, info.st_mtime_ns), follow_symlinks=False)


def flip(path: Path) -> None:
    path.write_bytes(b"X" + path.read_bytes()[1:])


def split(path: Path) -> None:
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data)
    shutil.copymode(path.parent / "deep" / "file", path)


def relink(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/shadow")


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("name", "change", "what"),
    [
        ("-rf", flip, "content"),
        ("-rf", lambda path: path.write_bytes(b"longer than before"), "size"),
        ("-rf", lambda path: path.chmod(0o4755), "mode"),
        ("-rf", Path.unlink, "missing"),
        ("-rf", relink, "kind"),
        ("fifo", Path.unlink, "missing"),
        ("fifo", replace_by_folder, "kind"),
        ("outside", relink, "target"),
        ("hard", split, "hard_link"),
        ("deep/er", lambda path: path.chmod(0o700), "mode"),
        ("new", Path.touch, "extra"),
        ("deep/zz", Path.mkdir, "extra"),
    ],
)  # fmt: skip
def test_it_names_each_kind_of_difference(
    pair: tuple[Path, Path], name: str, change: Callable[[Path], object], what: str
) -> None:
    victim = pair[1] / "srv" / "web" / name
    if victim.exists() or victim.is_symlink():
        keeping_times(victim, change)
    else:
        times = victim.parent.stat()
        change(victim)
        os.utime(victim.parent, ns=(times.st_atime_ns, times.st_mtime_ns))
    found = compare(pair)
    assert (f"srv/web/{name}", what) in found.differences
    assert {path for path, _ in found.differences} == {f"srv/web/{name}"}


def test_it_sees_another_time(pair: tuple[Path, Path]) -> None:
    victim = pair[1] / "srv" / "web" / "-rf"
    info = victim.stat()
    os.utime(victim, ns=(info.st_atime_ns, info.st_mtime_ns + 1))
    assert compare(pair).differences == [("srv/web/-rf", "mtime_ns")]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_it_sees_another_owner_of_files_and_links(pair: tuple[Path, Path]) -> None:
    os.chown(pair[1] / "srv" / "web" / "-rf", 12345, -1)
    os.chown(pair[1] / "srv" / "web" / "outside", -1, 12345, follow_symlinks=False)
    assert set(compare(pair).differences) == {("srv/web/-rf", "uid"), ("srv/web/outside", "gid")}


def test_it_sees_that_nothing_came_back(pair: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    found = compare((pair[0], tmp_path / "empty"))
    assert found.difference_count == found.entries
    assert {what for _, what in found.differences} == {"missing"}


def test_it_counts_all_and_names_the_first(pair: tuple[Path, Path]) -> None:
    for number in range(300):
        (pair[1] / "srv" / "web" / "deep" / f"extra-{number:03d}").touch()
    found = compare(pair)
    assert found.difference_count >= 300
    assert len(found.differences) == comparison.DIFFERENCES_MAX


def test_it_stops_when_asked(pair: tuple[Path, Path]) -> None:
    with pytest.raises(Cancelled):
        compare(pair, should_stop=lambda: True)


def test_it_tells_a_copy_that_nobody_touched_without_reading_it(tmp_path: Path) -> None:
    copy = trees.make(tmp_path / "copy")
    listed, file = tmp_path / "m", copy / "srv" / "web" / "deep" / "er" / "file"
    manifest.write(copy, SOURCES, manifest=listed, sums=tmp_path / "s", previous=None)

    def untouched(**more: object) -> bool:
        return comparison.is_untouched(listed, copy, sources=SOURCES, owners=True, **more)

    assert untouched()
    with pytest.raises(Cancelled):
        untouched(should_stop=lambda: True)
    keeping_times(file, flip)
    assert not untouched()


@pytest.mark.parametrize(
    "change", [lambda top: (top / "more").touch(), lambda top: (top / "deep/er/file").unlink()]
)
def test_it_tells_a_copy_with_other_entries(tmp_path: Path, change: Callable[[Path], object]) -> None:
    copy = trees.make(tmp_path / "copy")
    manifest.write(copy, SOURCES, manifest=tmp_path / "m", sums=tmp_path / "s", previous=None)
    keeping_times(copy / "srv" / "web", change)
    assert not comparison.is_untouched(tmp_path / "m", copy, sources=SOURCES, owners=True)
