"""The manifest: every entry of a copy with its checksum, written and compared as a stream.

Entries stand in the order of a depth-first walk with sorted names, so that the last manifest can be read along with the
new walk: a file with the same size, time, inode and change time keeps its checksum and is not read again. Memory does
not grow with the number of files (but with that of hard-linked ones).
"""
# Names may hold any bytes, and pathlib has no bytes paths.
# ruff: noqa: PTH115, PTH118

from __future__ import annotations

import base64
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from workers.engines.errors import Cancelled

Record = dict[str, Any]
READ = 256 * 1024
KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


@dataclass
class Totals:
    """What a manifest lists: files, folders and other entries, and the bytes of its files."""

    files: int = 0
    folders: int = 0
    others: int = 0
    total_bytes: int = 0
    hashed_bytes: int = 0
    sha256: str = ""


@dataclass
class _Writer:
    manifest: Any
    sums: Any
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, record: Record) -> None:
        line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        self.digest.update(line)
        self.manifest.write(line)
        if record["kind"] == "file":
            self.sums.write(sum_line(path_of(record), record["sha256"]))


def write(
    copy: Path,
    sources: Iterable[str],
    *,
    manifest: Path,
    sums: Path,
    previous: Path | None,
    on_unreadable: Callable[[bytes], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Totals:
    """Walk the `sources` (absolute paths on the server) inside `copy` and write the manifest and `sha256sum -c` file.

    `previous` is the last manifest of the same copy, or None. What may not be read here is told to `on_unreadable`
    and not listed, as restic leaves it out of the snapshot too. Raises Cancelled and OSError.
    """
    totals, known = Totals(), _Known(previous)
    links: dict[tuple[int, int], int] = {}
    with manifest.open("xb") as file, sums.open("xb") as sums_file:
        writer = _Writer(file, sums_file)
        for source in sorted(sources, key=order):
            for path, info in walk(copy, source, on_unreadable):
                if should_stop():
                    raise Cancelled
                try:
                    record = _record(os.fsencode(copy), path, info, links=links, known=known, totals=totals)
                except PermissionError:
                    on_unreadable(path)
                else:
                    writer.write(record)
        # The database commits durably; what it will point to must outlive the same power cut.
        for written in (file, sums_file):
            written.flush()
            os.fsync(written.fileno())
    totals.sha256 = writer.digest.hexdigest()
    return totals


def read(manifest: Path) -> Iterator[Record]:
    """The records of a manifest, one by one."""
    with manifest.open("rb") as file:
        for line in file:
            yield orjson.loads(line)


def part(manifest: Path, within: bytes) -> Iterator[Record]:
    """The records of one entry and of all that is in it; `within` is its path, with or without the first slash."""
    top = within.strip(b"/")
    for record in read(manifest):
        path = path_of(record)
        if path == top or path.startswith(top + b"/" if top else b""):
            yield record


def parts(manifest: Path, tops: Iterable[bytes]) -> Iterator[tuple[bytes, Record]]:
    """In one reading the records of several entries, none of them in another, and of all that is in them; each with the
    entry of `tops` (with or without the first slash) that it belongs to, as that stands in the manifest."""
    wanted, current = {top.strip(b"/") for top in tops}, b"/"
    for record in read(manifest):
        path = path_of(record)
        if path in wanted:
            current = path
        if path == current or path.startswith(current + b"/"):
            yield current, record


def path_of(record: Record) -> bytes:
    """The path of a record, relative, as bytes."""
    return record["path"].encode() if "path" in record else base64.b64decode(record["path_base64"])


def target_of(record: Record) -> bytes:
    """What a symbolic link points to, as bytes."""
    return record["target"].encode() if "target" in record else base64.b64decode(record["target_base64"])


def digest_of(manifest: Path) -> str:
    """SHA-256 (hex) of a manifest's bytes."""
    with manifest.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sum_line(path: bytes, sha256: str) -> bytes:
    """A line of a SHA256SUMS file; names with a backslash, newline or return are escaped as coreutils does."""
    escaped = path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    mark = b"\\" if escaped != path else b""
    return mark + sha256.encode() + b"  ./" + escaped + b"\n"


def observe(top: bytes, path: bytes, info: os.stat_result) -> Record:
    """What an entry is, without its checksum: kind, mode, owner, time, size, link target or device."""
    record: Record = {
        **_named("path", path),
        "kind": KINDS[stat.S_IFMT(info.st_mode)],
        "mode": stat.S_IMODE(info.st_mode),
        "uid": info.st_uid,
        "gid": info.st_gid,
        "mtime_ns": info.st_mtime_ns,
    }
    if record["kind"] == "file":
        record["size"] = info.st_size
    elif record["kind"] == "link":
        record |= _named("target", os.readlink(top + b"/" + path))
    elif record["kind"] == "device":
        record["device"] = info.st_rdev
    return record


def checksum(path: bytes) -> str:
    """SHA-256 (hex) of a regular file, never through a symbolic link."""
    descriptor = os.open(
        path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NOATIME if os.geteuid() == 0 else os.O_RDONLY | os.O_NOFOLLOW
    )
    # One room for all files of a thread: a new one for each takes a fifth of the time where they are small.
    room, digest = _rooms.room, hashlib.sha256()
    try:
        while count := os.readv(descriptor, (room,)):
            digest.update(room[:count])
    finally:
        os.close(descriptor)
    return digest.hexdigest()


class _Rooms(threading.local):
    def __init__(self) -> None:
        self.room = memoryview(bytearray(READ))


_rooms = _Rooms()


def _record(
    top: bytes,
    path: bytes,
    info: os.stat_result,
    *,
    links: dict[tuple[int, int], int],
    known: _Known,
    totals: Totals,
) -> Record:
    record = observe(top, path, info)
    if record["kind"] == "file":
        cached = [info.st_ino, info.st_ctime_ns]
        if info.st_nlink > 1:
            record["link_group"] = links.setdefault((info.st_dev, info.st_ino), len(links) + 1)
        old = known.find(path)
        same = old is not None and old.get("seen") == cached and old.get("size") == info.st_size
        if old is not None and same and old["mtime_ns"] == info.st_mtime_ns:
            record["sha256"] = old["sha256"]
        else:
            record["sha256"] = checksum(top + b"/" + path)
            totals.hashed_bytes += info.st_size
        record["seen"] = cached
        totals.files += 1
        totals.total_bytes += info.st_size
    elif record["kind"] == "folder":
        totals.folders += 1
    else:
        totals.others += 1
    return record


class _Known:
    """The last manifest, read along with the walk."""

    def __init__(self, manifest: Path | None) -> None:
        self._records = read(manifest) if manifest else iter(())
        self._next = next(self._records, None)

    def find(self, path: bytes) -> Record | None:
        if self._next is not None and path_of(self._next) == path:
            return self._next
        wanted = order(path)
        while self._next is not None and order(path_of(self._next)) < wanted:
            self._next = next(self._records, None)
        if self._next is not None and path_of(self._next) == path:
            return self._next
        return None


def order(path: bytes | str) -> list[bytes]:
    """What to sort paths by, so that they stand as in a walk: a folder, then all that is in it."""
    return os.fsencode(path).strip(b"/").split(b"/")


def walk(
    top: Path, source: str, on_unreadable: Callable[[bytes], None] = lambda _: None
) -> Iterator[tuple[bytes, os.stat_result]]:
    """`source` (absolute on the server) and all below it in the tree `top`: relative paths, depth first, names sorted.

    A stack, since trees can be deep. Sockets are no data: restic leaves them out, and so does this.
    """
    start = os.path.join(os.fsencode(top), os.fsencode(source.strip("/")))
    stack = [(os.fsencode(source.strip("/")), os.lstat(start))]
    while stack:
        current, info = stack.pop()
        below: list[tuple[bytes, os.stat_result]] = []
        if stat.S_ISDIR(info.st_mode):
            try:
                with os.scandir(os.path.join(os.fsencode(top), current)) as entries:
                    below = [(entry.name, entry.stat(follow_symlinks=False)) for entry in entries]
            except PermissionError:
                on_unreadable(current)
                continue
        yield current, info
        below.sort(reverse=True)
        stack += [(current + b"/" + name, seen) for name, seen in below if not stat.S_ISSOCK(seen.st_mode)]


def _named(name: str, value: bytes) -> Record:
    """A name as text when it is UTF-8, else as base64."""
    try:
        return {name: value.decode("utf-8")}
    except UnicodeDecodeError:
        return {f"{name}_base64": base64.b64encode(value).decode("ascii")}
