from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.store import contents as index
from workers.engines import contents, manifest
from workers.engines.errors import Cancelled

DIGEST = "5e" * 32
NAMES = (b"-rf", b"new\nline", b"qu'ote\"s", b"bad\xff", b"%n*_", "é".encode(), b"Laporan Akhir.XLSX")


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A manifest of two chosen folders with names of any bytes."""
    copy = tmp_path / "copy"
    for folder in ("srv/www/a", "srv/www/a.b", "srv/www/kosong", "home/x"):
        (copy / folder).mkdir(parents=True)
    for name in NAMES:
        with open(os.fsencode(copy / "srv/www/a") + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 3)
    (copy / "srv/www/a.b/ikut.txt").write_text("1234567890", encoding="utf-8")
    (copy / "home/x/tautan").symlink_to("tidak-ada")
    path = tmp_path / "manifest.jsonl"
    manifest.write(copy, ("/srv/www", "/home/x"), manifest=path, sums=tmp_path / "sums", previous=None)
    return path


def built(tmp_path: Path, listed: Path) -> int:
    index.folder(tmp_path).mkdir(exist_ok=True)
    return contents.build(listed, index.path_of(tmp_path, DIGEST))


def test_it_lists_every_entry_of_the_manifest_where_it_was(tmp_path, listed):
    count = built(tmp_path, listed)
    with index.opened(tmp_path, DIGEST) as found:
        waiting, paths = [0], []
        while waiting:
            for entry in found.listing(waiting.pop(), 1).rows:
                paths.append(index.path_to(found.way(entry)).lstrip(b"/"))
                waiting += [entry.id] if entry.kind == "folder" else []
    expected = [manifest.path_of(record) for record in manifest.read(listed)]
    assert sorted(paths) == sorted(expected)
    assert count == len(expected)


def test_it_sums_up_folders_and_puts_them_first(tmp_path, listed):
    built(tmp_path, listed)
    with index.opened(tmp_path, DIGEST) as found:
        top = {entry.shown: entry for entry in found.listing(0, 1).rows}
        assert set(top) == {"/srv/www", "/home/x"}
        www = top["/srv/www"]
        assert (www.files, www.size_bytes) == (len(NAMES) + 1, sum(3 * len(name) for name in NAMES) + 10)
        inside = found.listing(www.id, 1)
        assert [entry.shown for entry in inside.rows] == ["a", "a.b", "kosong"]
        assert (top["/home/x"].files, top["/home/x"].size_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("akhir.xlsx", [b"Laporan Akhir.XLSX"]),
        ("new", [b"new\nline"]),
        ("ote\"s", [b"qu'ote\"s"]),
        ("%n*", [b"%n*_"]),
        ("ikut", [b"ikut.txt"]),
        ("tidak", []),
        ("-rf", [b"-rf"]),
        ("OR ikut", []),
    ],
)  # fmt: skip
def test_it_finds_names_as_they_are_typed(tmp_path, listed, words, names):
    built(tmp_path, listed)
    with index.opened(tmp_path, DIGEST) as found:
        assert [entry.name for entry in found.named(words, 10)] == names


def test_it_pages_a_large_folder(tmp_path):
    lines = [{"path": "srv", "kind": "folder", "mtime_ns": 0}]
    lines += [{"path": f"srv/f{n:04}", "kind": "file", "mtime_ns": 0, "size": 1} for n in range(450)]
    listed = tmp_path / "m.jsonl"
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    built(tmp_path, listed)
    with index.opened(tmp_path, DIGEST) as found:
        assert [len(found.listing(1, page).rows) for page in (1, 2, 3)] == [200, 200, 50]
        assert found.listing(1, 99).page == 3
        assert found.listing(1, 3).rows[-1].shown == "f0449"


def test_it_leaves_nothing_behind_when_it_is_stopped(tmp_path, listed):
    index.folder(tmp_path).mkdir()
    with pytest.raises(Cancelled):
        contents.build(listed, index.path_of(tmp_path, DIGEST), should_stop=lambda: True)
    assert list(index.folder(tmp_path).iterdir()) == []


def test_it_is_only_for_the_owner(tmp_path, listed):
    built(tmp_path, listed)
    assert index.path_of(tmp_path, DIGEST).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "5E" * 32, "5e" * 31])
def test_it_takes_only_a_digest_for_a_name(tmp_path, digest):
    with pytest.raises(ValueError, match=r".*"):
        index.path_of(tmp_path, digest)


SMALL = st.binary(min_size=1, max_size=4).filter(lambda name: b"/" not in name and b"\0" not in name)


@given(paths=st.sets(st.lists(SMALL, min_size=1, max_size=4).map(tuple), max_size=15))
def test_it_tells_each_folder_the_sum_of_what_is_in_it(tmp_path_factory, paths):
    tmp_path = tmp_path_factory.mktemp("index")
    folders = {path[:depth] for path in paths for depth in range(1, len(path))} | {()}
    files = {path for path in paths if path not in folders}
    records = []
    for parts in sorted(folders | files):
        named = manifest._named("path", b"/".join((b"srv", *parts)))
        kind = {"kind": "folder"} if parts in folders else {"kind": "file", "size": len(parts[-1])}
        records.append({**named, **kind, "mtime_ns": 0})
    listed = tmp_path / "m.jsonl"
    listed.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    built(tmp_path, listed)
    with index.opened(tmp_path, DIGEST) as found:
        [top] = found.listing(0, 1).rows
        assert (top.files, top.size_bytes) == (len(files), sum(len(path[-1]) for path in files))
