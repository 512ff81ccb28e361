from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from workers.engines import archives, manifest
from workers.engines.errors import Cancelled

WITHIN = b"/srv/www"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    (copy / "srv/www/kosong").mkdir(parents=True)
    (copy / "srv/lain").mkdir()
    for name in (b"a", b"new\nline", b"bad\xff", "é".encode(), b"-rf"):
        with open(os.fsencode(copy / "srv/www") + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(name * 1000)
    (copy / "srv/www/tautan").symlink_to("a")
    os.mkfifo(copy / "srv/www/pipa")
    return copy


@pytest.fixture
def listed(tmp_path: Path, tree: Path) -> Path:
    path = tmp_path / "manifest.jsonl"
    manifest.write(tree, ("/srv",), manifest=path, sums=tmp_path / "sums", previous=None)
    return path


def packed(tree: Path, kind: str, change: str = "") -> Path:
    """An archive of the folder as restic makes it: whole paths, in the order of a walk, with something changed."""
    path = tree.parent / f"archive.{kind}"
    entries = [(name, info) for name, info in manifest.walk(tree, "/srv/www") if name != b"srv/www"]
    if change == "missing":
        entries = [entry for entry in entries if entry[0] != b"srv/www/a"]
    with tarfile.open(path, "w") if kind == "tar" else zipfile.ZipFile(path, "w") as archive:
        for name, info in entries:
            add = _tar if kind == "tar" else _zip
            add(archive, tree, name, info, change if name == b"srv/www/a" else "")
        if change == "extra":
            _data(archive, kind, b"srv/www/zz", b"lebih")
    return path


def _content(tree: Path, name: bytes, change: str) -> bytes:
    with open(os.fsencode(tree) + b"/" + name, "rb") as file:  # noqa: PTH123
        content = bytearray(file.read())
    if change == "content":
        content[5] ^= 1
    return bytes(content)


class _Named(zipfile.ZipInfo):
    """A name of any bytes, marked as UTF-8 only when it is: as Go writes it."""

    def _encodeFilenameFlags(self):  # noqa: N802  (the module's own)
        name = os.fsencode(self.filename)
        return name, 0 if b"\xff" in name else 0x800


def _data(archive, kind: str, name: bytes, content: bytes) -> None:
    if kind == "tar":
        entry = tarfile.TarInfo(os.fsdecode(name))
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    else:
        archive.writestr(_Named(name.decode("utf-8", "surrogateescape")), content)


def _tar(archive, tree: Path, name: bytes, info: os.stat_result, change: str) -> None:
    if os.path.stat.S_ISREG(info.st_mode):
        _data(archive, "tar", name, _content(tree, name, change))
    elif os.path.stat.S_ISFIFO(info.st_mode):
        _data(archive, "tar", name, b"")
    else:
        archive.add(os.fsencode(tree).decode() + "/" + os.fsdecode(name), os.fsdecode(name), recursive=False)


def _zip(archive, tree: Path, name: bytes, info: os.stat_result, change: str) -> None:
    if os.path.stat.S_ISREG(info.st_mode):
        _data(archive, "zip", name, _content(tree, name, change))
    elif os.path.stat.S_ISDIR(info.st_mode):
        archive.writestr(name.decode() + "/", b"")
    elif os.path.stat.S_ISLNK(info.st_mode):
        entry = zipfile.ZipInfo(name.decode())
        entry.external_attr = info.st_mode << 16
        archive.writestr(entry, b"a")


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_it_finds_a_whole_archive_whole(tree, listed, kind):
    found = archives.compare(listed, packed(tree, kind), kind=kind, within=WITHIN)
    assert (found.difference_count, found.differences, found.files) == (0, [], 5)


@pytest.mark.parametrize("kind", ["tar", "zip"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("missing", ("srv/www/a", "missing")),
        ("content", ("srv/www/a", "content")),
        ("extra", ("srv/www/zz", "extra")),
    ],
)
def test_it_names_what_is_not_as_listed(tree, listed, kind, change, told):
    found = archives.compare(listed, packed(tree, kind, change), kind=kind, within=WITHIN)
    assert found.differences == [told]


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_it_notices_a_link_that_leads_elsewhere(tree, listed, kind):
    text = listed.read_text(encoding="utf-8")
    listed.write_text(text.replace('"target":"a"', '"target":"/etc/passwd"'), encoding="utf-8")
    found = archives.compare(listed, packed(tree, kind), kind=kind, within=WITHIN)
    assert found.differences == [("srv/www/tautan", "target")]


def test_it_stops_when_asked(tree, listed):
    with pytest.raises(Cancelled):
        archives.compare(listed, packed(tree, "tar"), kind="tar", within=WITHIN, should_stop=lambda: True)
