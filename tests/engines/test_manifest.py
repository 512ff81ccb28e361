from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines import trees
from workers.engines import manifest
from workers.engines.errors import Cancelled

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return trees.make(tmp_path / "copy")


def write(
    copy: Path, name: str = "first", previous: Path | None = None, **more: object
) -> tuple[Path, manifest.Totals]:
    """Write a manifest beside the copy; return its path and what it counted."""
    path = copy.parent / f"{name}.jsonl"
    totals = manifest.write(copy, ["/srv/web"], manifest=path, sums=copy.parent / f"{name}.sums",
                            previous=previous, **more)  # fmt: skip
    return path, totals


def test_it_lists_every_entry_once_by_its_exact_name(copy: Path) -> None:
    path, totals = write(copy)
    listed = [manifest.path_of(record) for record in manifest.read(path)]
    found = subprocess.run(["find", "srv/web", "-print0"], cwd=copy, capture_output=True, check=True).stdout
    assert sorted(listed) == sorted(found.removesuffix(b"\0").split(b"\0"))
    assert (totals.files, totals.folders, totals.others) == (len(trees.HOSTILE) + 3, 3, 3)
    assert totals.sha256 == manifest.digest_of(path)


def test_it_writes_sums_that_sha256sum_confirms(copy: Path) -> None:
    write(copy)
    argv = ["sha256sum", "--check", "--strict", "--quiet", str(copy.parent / "first.sums")]
    subprocess.run(argv, cwd=copy, check=True)
    (copy / "srv" / "web" / "hard").write_bytes(b"changed")
    assert subprocess.run(argv, cwd=copy, check=False, capture_output=True).returncode == 1


def test_it_reads_nothing_again_that_did_not_change(copy: Path) -> None:
    path, first = write(copy)
    assert first.hashed_bytes == first.total_bytes > 0
    _, second = write(copy, "second", previous=path)
    assert (second.hashed_bytes, second.sha256) == (0, first.sha256)


def test_it_reads_again_what_was_changed_behind_its_times(copy: Path) -> None:
    path, _ = write(copy)
    victim = copy / "srv" / "web" / "deep" / "er" / "file"
    before = victim.stat()
    victim.write_bytes(b"x" * before.st_size)
    os.utime(victim, ns=(before.st_atime_ns, before.st_mtime_ns))
    after, totals = write(copy, "second", previous=path)
    assert totals.hashed_bytes == before.st_size
    sums = {manifest.path_of(record): record.get("sha256") for record in manifest.read(after)}
    assert sums[b"srv/web/deep/er/file"] == manifest.checksum(os.fsencode(victim))


def test_it_takes_checksums_over_though_names_came_and_went(copy: Path) -> None:
    path, _ = write(copy)
    (copy / "srv" / "web" / "aaa").write_bytes(b"12345")
    (copy / "srv" / "web" / "deep" / "new").write_bytes(b"1234567")
    (copy / "srv" / "web" / "*").unlink()
    _, totals = write(copy, "second", previous=path)
    assert totals.hashed_bytes == 12


def test_it_follows_no_link_out_of_the_copy(copy: Path) -> None:
    path, _ = write(copy)
    records = {manifest.path_of(record): record for record in manifest.read(path)}
    assert records[b"srv/web/outside"]["target"] == "/etc/passwd"
    assert "sha256" not in records[b"srv/web/outside"]
    with pytest.raises(OSError, match="symbolic links"):
        manifest.checksum(os.fsencode(copy / "srv" / "web" / "outside"))


def test_it_groups_hard_links(copy: Path) -> None:
    path, _ = write(copy)
    groups = {manifest.path_of(r): r["link_group"] for r in manifest.read(path) if "link_group" in r}
    assert set(groups) == {b"srv/web/deep/file", b"srv/web/hard"}
    assert len(set(groups.values())) == 1


def test_it_stops_when_asked(copy: Path) -> None:
    with pytest.raises(Cancelled):
        write(copy, should_stop=lambda: True)


def test_it_never_writes_over_a_manifest(copy: Path) -> None:
    write(copy)
    with pytest.raises(FileExistsError):
        write(copy)


def test_it_names_what_it_may_not_read_and_lists_the_rest(copy: Path) -> None:
    (copy / "srv" / "web" / "-rf").chmod(0)
    (copy / "srv" / "web" / "deep").chmod(0)
    text = (
        "import sys; from pathlib import Path; from workers.engines import manifest; top = Path(sys.argv[1])\n"
        "seen = []\n"
        "totals = manifest.write(top, ['/srv/web'], manifest=top.parent / 'm', sums=top.parent / 's',\n"
        "                        previous=None, on_unreadable=seen.append)\n"
        "print(totals.files, b'|'.join(sorted(seen)).decode())"
    )
    # Without this capability root is refused what the modes refuse, as any other account.
    weak = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else ["env"]
    done = subprocess.run(
        [*weak, sys.executable, "-c", text, str(copy)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    # Gone: one file, and a folder with a file in it and in its own folder; one of those has another name.
    assert done.stdout.strip() == f"{len(trees.HOSTILE) + 3 - 3} srv/web/-rf|srv/web/deep"


def test_it_walks_a_tree_deeper_than_pythons_stack(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=descriptor)
        below = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = below
    os.close(descriptor)
    try:
        assert sum(1 for _ in manifest.walk(tmp_path, "/d")) == 1500
    finally:
        # Python's own removal is recursive, and would fail at the end of the tests on what is this deep.
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


@given(
    st.lists(st.binary(min_size=1, max_size=6).filter(lambda name: b"/" not in name), min_size=1, max_size=4)
)
def test_it_orders_a_folder_before_what_is_in_it_and_that_before_its_neighbour(parts: list[bytes]) -> None:
    path = b"/".join(parts)
    assert manifest.order(path) < manifest.order(path + b"/a") < manifest.order(path + b"\x01")


@given(st.binary(min_size=1, max_size=60).filter(lambda name: b"\0" not in name))
def test_it_escapes_names_as_coreutils_does(name: bytes) -> None:
    line = manifest.sum_line(name, "0" * 64)
    assert line.endswith(b"\n")
    assert b"\n" not in line[:-1]
    assert line.startswith(b"\\") is bool(set(b"\\\n\r") & set(name))
