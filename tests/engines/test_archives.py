from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from workers.engines import archives, manifest, zips
from workers.engines.errors import EngineError

TOP = b"srv/www"
NAMES = (b"-rf", b"a", b"bad\xff", b"new\nline", "é".encode())


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    (copy / "srv/www/kosong").mkdir(parents=True)
    (copy / "srv/lain").mkdir()
    for name in NAMES:
        with open(os.fsencode(copy / "srv/www") + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 1000)
        os.utime(os.fsencode(copy / "srv/www") + b"/" + name, ns=(0, 1_763_900_000 * 10**9))
    (copy / "srv/www/a").chmod(0o640)
    (copy / "srv/www/tautan").symlink_to("a")
    os.mkfifo(copy / "srv/www/pipa")
    return copy


@pytest.fixture
def listed(tmp_path: Path, tree: Path) -> Path:
    path = tmp_path / "manifest.jsonl"
    manifest.write(tree, ("/srv",), manifest=path, sums=tmp_path / "sums", previous=None)
    return path


def given(tree: Path, change: str = "") -> io.BytesIO:
    """The folder as restic's tar: whole paths, in the order of a walk, with something changed."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w", errors="surrogateescape") as archive:
        for name, info in manifest.walk(tree, "/srv/www"):
            if name == TOP or (change == "missing" and name == b"srv/www/a"):
                continue
            entry = archive.gettarinfo(
                os.fsencode(tree).decode() + "/" + os.fsdecode(name), os.fsdecode(name)
            )
            if not os.path.stat.S_ISREG(info.st_mode):
                archive.addfile(entry)
                continue
            with open(os.fsencode(tree) + b"/" + name, "rb") as file:  # noqa: PTH123
                content = bytearray(file.read())
            if name == b"srv/www/a" and change == "content":
                content[5] ^= 1
            if name == b"srv/www/a" and change == "longer":
                content += b"!"
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        if change == "extra":
            archive.addfile(tarfile.TarInfo("srv/www/zz"))
    cut = whole.tell() // 2 if change == "cut" else None
    return io.BytesIO(whole.getvalue()[:cut])


def packed(tree: Path, listed: Path, kind: str, change: str = "") -> Path:
    """The package that is made of it."""
    path = tree.parent / f"paket.{kind}"
    with path.open("wb") as file:
        package = archives.Package(kind, file)
        records = (record for _, record in manifest.parts(listed, [TOP]))
        package.add(next(records))
        package.add_all(records, given(tree, change))
        package.close()
    assert package.size == path.stat().st_size
    assert package.sha256 == manifest.digest_of(path)
    return path


def test_it_writes_a_tar_that_holds_what_is_listed(tree, listed):
    with tarfile.open(packed(tree, listed, "tar"), errors="surrogateescape") as archive:
        found = {os.fsencode(entry.name): entry for entry in archive}
        assert found.keys() == {
            TOP,
            TOP + b"/kosong",
            TOP + b"/tautan",
            *(TOP + b"/" + name for name in NAMES),
        }
        assert (found[TOP + b"/a"].mode, found[TOP + b"/a"].mtime) == (0o640, 1_763_900_000)
        assert found[TOP + b"/tautan"].linkname == "a"
        for name in NAMES:
            assert archive.extractfile(found[TOP + b"/" + name]).read() == name * 1000


@pytest.mark.parametrize("limit", [zips.FULL, 200])
def test_it_writes_a_zip_that_holds_what_is_listed(tree, listed, monkeypatch, limit):
    """With `limit` as small as that everything is written as for files beyond 4 GiB."""
    monkeypatch.setattr(zips, "LIMIT", limit)
    monkeypatch.setattr(zips, "MANY", min(limit, zips.FULL_COUNT, 5 if limit == 200 else zips.FULL_COUNT))
    path = packed(tree, listed, "zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        found = {entry.filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437"): entry
                 for entry in archive.infolist()}  # fmt: skip
        assert found.keys() == {TOP + b"/", TOP + b"/kosong/", TOP + b"/tautan",
                                *(TOP + b"/" + name for name in NAMES)}  # fmt: skip
        assert found[TOP + b"/kosong/"].is_dir()
        assert found[TOP + b"/a"].external_attr >> 16 == 0o100640
        assert found[TOP + b"/a"].date_time == (2025, 11, 23, 19, 13, 20)
        assert archive.read(found[TOP + b"/tautan"]) == b"a"
        for name in NAMES:
            assert archive.read(found[TOP + b"/" + name]) == name * 1000
    if shutil.which("unzip"):
        told = subprocess.run(["unzip", "-tqq", path], check=False, capture_output=True)
        assert told.returncode == 0, told


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("missing", "missing: srv/www/a"),
        ("content", "content: srv/www/a"),
        ("longer", "content: srv/www/a"),
        ("extra", "extra: srv/www/zz"),
    ],
)
def test_what_is_not_as_listed_never_comes_to_its_end(tree, listed, kind, change, told):
    with pytest.raises(EngineError, match=r"proof\.differs") as refused:
        packed(tree, listed, kind, change)
    assert refused.value.tail == told
    left = tree.parent / f"paket.{kind}"
    assert not (zipfile.is_zipfile(left) if kind == "zip" else left.read_bytes().endswith(bytes(1024)))


def test_it_notices_a_link_that_leads_elsewhere(tree, listed):
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace('"target":"a"', '"target":"/etc/passwd"'), encoding="utf-8")
    with pytest.raises(EngineError) as refused:
        packed(tree, listed, "tar")
    assert refused.value.tail == "target: srv/www/tautan"


def test_an_archive_that_breaks_off_is_an_error(tree, listed):
    with pytest.raises(EngineError):
        packed(tree, listed, "zip", "cut")


@pytest.mark.parametrize(
    ("content", "right"), [(b"isi", True), (b"isj", False), (b"is", False), (b"isi!", False)]
)
def test_a_single_file_is_held_against_the_list_too(content, right):
    record = {"path": "a", "kind": "file", "size": 3, "sha256": hashlib.sha256(b"isi").hexdigest()}
    into = io.BytesIO()
    package = archives.Package("", into)
    if right:
        package.add(record, io.BytesIO(content))
        assert into.getvalue() == b"isi"
    else:
        with pytest.raises(EngineError, match=r"proof\.differs"):
            package.add(record, io.BytesIO(content))


class Endless(io.RawIOBase):
    """Zeros, `left` of them, which lie nowhere."""

    def __init__(self, left: int) -> None:
        self.left = left

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return bytes(size)


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_memory_grows_with_neither_size_nor_number(kind):
    large, many, digest = 32 * 2**20, 5_000, hashlib.sha256(b"").hexdigest()
    zeros = hashlib.sha256(bytes(large)).hexdigest()
    common = {"mode": 0o644, "uid": 0, "gid": 0, "mtime_ns": 0, "kind": "file"}
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        package = archives.Package(kind, nowhere)
        tracemalloc.start()
        package.add({**common, "path": "besar", "size": large, "sha256": zeros}, Endless(large))
        for number in range(many):
            package.add({**common, "path": f"f/{number}", "size": 0, "sha256": digest}, io.BytesIO())
        package.close()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 6 * 2**20
    assert package.content_bytes == large
