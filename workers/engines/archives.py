"""An archive that restic made, held against the manifest, entry by entry and as a stream."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from workers.engines import manifest
from workers.engines.comparison import Comparison, side_by_side
from workers.engines.errors import Cancelled

UTF8_NAME = 0x800
HELD = ("file", "folder", "link")
"""What an archive can hold: pipes and devices are left out or come as empty files."""


@dataclass(frozen=True, slots=True)
class Member:
    """An entry of an archive: a file's SHA-256 and size, a link's target."""

    kind: str
    size: int = 0
    sha256: str = ""
    target: bytes = b""


Members = Iterator[tuple[bytes, Member]]


def compare(
    listed: Path,
    archive: Path,
    *,
    kind: str,
    within: bytes,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Comparison], None] = lambda _: None,
) -> Comparison:
    """Hold the archive (tar or zip) of the folder `within` against the manifest `listed`. Raises Cancelled."""
    found, top = Comparison(), within.strip(b"/")
    members = _tar(archive) if kind == "tar" else _zip(archive)
    records = (record for record in manifest.part(listed, within) if manifest.path_of(record) != top)
    for record, seen in side_by_side(records, members):
        if should_stop():
            raise Cancelled
        path = manifest.path_of(record) if record is not None else seen[0] if seen else b""
        if record is None:
            found.note(path, "extra")
        elif record["kind"] in HELD:
            found.entries += 1
            for what in _differences(record, seen[1], found) if seen else ["missing"]:
                found.note(path, what)
        on_progress(found)
    return found


def _differences(record: manifest.Record, member: Member, found: Comparison) -> list[str]:
    if member.kind != record["kind"]:
        return ["kind"]
    if member.kind == "file":
        found.files += 1
        found.compared_bytes += member.size
        return [] if member.sha256 == record["sha256"] else ["content"]
    if member.kind == "link" and member.target != manifest.target_of(record):
        return ["target"]
    return []


def _tar(path: Path) -> Members:
    # Not by its index: that would hold every entry in memory.
    with tarfile.open(path, "r|", errors="surrogateescape") as archive:
        for entry in archive:
            archive.members = []  # type: ignore[attr-defined]  # nor this, which the module keeps for itself
            name = os.fsencode(entry.name).strip(b"/")
            if entry.isdir():
                yield name, Member("folder")
            elif entry.issym():
                yield name, Member("link", target=os.fsencode(entry.linkname))
            else:
                content = archive.extractfile(entry)
                yield name, Member("file", entry.size, _digest(content) if content else "")


def _zip(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = entry.filename.encode("utf-8" if entry.flag_bits & UTF8_NAME else "cp437").strip(b"/")
            if entry.is_dir():
                yield name, Member("folder")
            elif stat.S_ISLNK(entry.external_attr >> 16):
                yield name, Member("link", target=archive.read(entry))
            else:
                with archive.open(entry) as content:
                    yield name, Member("file", entry.file_size, _digest(content))


def _digest(content: IO[bytes]) -> str:
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
