"""A download written as it comes out of restic: each entry is held against the manifest while it passes, and neither a
wrong file nor the archive around it is ever brought to its end. Memory grows with neither number nor size of files."""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from workers.engines import manifest
from workers.engines.comparison import side_by_side
from workers.engines.errors import EngineError
from workers.engines.manifest import Record
from workers.engines.zips import CHUNK, Sink, Zip

HELD = ("file", "folder", "link")
"""What an archive can hold: pipes and devices are left out."""


class Package:
    """What is being written into `file`: a tar, a zip, or (`kind` empty) one file as it is. `content_bytes` of files
    have passed, `size` bytes were written, which have the digest `sha256`."""

    def __init__(self, kind: str, file: BinaryIO) -> None:
        self._file, self._digest = file, hashlib.sha256()
        self.size = self.content_bytes = 0
        boxes: dict[str, type[_Plain] | type[Zip]] = {"tar": _Tar, "zip": Zip, "": _Plain}
        self._box = boxes[kind](self)

    @property
    def sha256(self) -> str:
        """The digest (hex) of what was written so far."""
        return self._digest.hexdigest()

    def tell(self) -> int:
        """How many bytes were written."""
        return self.size

    def write(self, data: bytes, /) -> int:
        """Pass bytes of the archive on."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def add(self, record: Record, content: BinaryIO | None = None) -> None:
        """Add an entry; of a file `content` is all. Raises EngineError('proof.differs') unless it is as listed."""
        if record["kind"] == "file" and content is not None:
            self._box.put(record, _Listed(self, record, content))  # type: ignore[arg-type]
        elif record["kind"] in HELD:
            self._box.put(record)

    def add_all(self, records: Iterator[Record], archive: BinaryIO) -> None:
        """Add entries, which `archive` holds as a tar of restic's. Raises EngineError('proof.differs')."""
        try:
            self._add_each(records, archive)
        except tarfile.TarError as error:
            raise EngineError("restic.failed", tool="restic", tail=str(error)) from error

    def _add_each(self, records: Iterator[Record], archive: BinaryIO) -> None:
        for record, seen in side_by_side(records, _members(archive)):
            if record is None:
                raise differs(seen[0] if seen else b"", "extra")
            if record["kind"] not in HELD:
                continue
            if seen is None:
                raise differs(manifest.path_of(record), "missing")
            entry, content = seen[1]
            if _kind(entry) != record["kind"]:
                raise differs(seen[0], "kind")
            if record["kind"] == "link" and os.fsencode(entry.linkname) != manifest.target_of(record):
                raise differs(seen[0], "target")
            self.add(record, content)

    def close(self) -> None:
        """Bring it to its end."""
        self._box.close()
        self._file.flush()


def differs(path: bytes, what: str) -> EngineError:
    """The data are not those that the manifest lists; the first such entry ends the work."""
    shown = path.decode("utf-8", "backslashreplace")
    return EngineError("proof.differs", tool="compare", tail=f"{what}: {shown}", count=1, first=shown)


class _Listed:
    """A file's content, which cannot be read to its end unless it is what the manifest lists."""

    def __init__(self, package: Package, record: Record, content: BinaryIO) -> None:
        self._package, self._record, self._content = package, record, content
        self._digest, self._left = hashlib.sha256(), int(record["size"])

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes. Raises EngineError('proof.differs')."""
        data = self._content.read(size)
        self._digest.update(data)
        self._left -= len(data)
        self._package.content_bytes += len(data)
        if self._left < 0 or (not data and self._is_other()):
            raise differs(manifest.path_of(self._record), "content")
        return data

    def _is_other(self) -> bool:
        return self._left > 0 or self._digest.hexdigest() != self._record["sha256"]


def _members(archive: BinaryIO) -> Iterator[tuple[bytes, tuple[tarfile.TarInfo, BinaryIO | None]]]:
    # Not by its index: that would hold every entry in memory.
    with tarfile.open(fileobj=archive, mode="r|", errors="surrogateescape", bufsize=CHUNK) as opened:
        for entry in opened:
            opened.members = []  # type: ignore[attr-defined]  # nor this, which the module keeps for itself
            yield (
                os.fsencode(entry.name).strip(b"/"),
                (
                    entry,
                    opened.extractfile(entry) if entry.isreg() else None,  # type: ignore[misc]
                ),
            )


def _kind(entry: tarfile.TarInfo) -> str:
    return "folder" if entry.isdir() else "link" if entry.issym() else "file"


class _Plain:
    """One file as it is."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def put(self, record: Record, content: BinaryIO | None = None) -> None:
        """Write its content."""
        while content is not None and (chunk := content.read(CHUNK)):
            self._sink.write(chunk)

    def close(self) -> None:
        """There is nothing behind it."""


class _Tar(_Plain):
    """A tar in GNU's format, which takes names of any bytes and sizes beyond 8 GiB."""

    def put(self, record: Record, content: BinaryIO | None = None) -> None:
        """Write an entry's head and its content."""
        entry = tarfile.TarInfo(os.fsdecode(manifest.path_of(record)))
        entry.mode, entry.uid, entry.gid = record["mode"], record["uid"], record["gid"]
        entry.mtime = record["mtime_ns"] // 10**9
        if record["kind"] == "folder":
            entry.type = tarfile.DIRTYPE
        elif record["kind"] == "link":
            entry.type, entry.linkname = tarfile.SYMTYPE, os.fsdecode(manifest.target_of(record))
        else:
            entry.size = record["size"]
        self._sink.write(entry.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape"))
        super().put(record, content)
        self._sink.write(bytes(-entry.size % tarfile.BLOCKSIZE))

    def close(self) -> None:
        """Write the two empty blocks that end it, and fill its last record."""
        self._sink.write(bytes(2 * tarfile.BLOCKSIZE))
        self._sink.write(bytes(-self._sink.tell() % tarfile.RECORDSIZE))
