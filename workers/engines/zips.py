"""A ZIP written as a stream: nothing is gone back to, and its directory grows on a disk, so that memory does not grow
with the number or the size of files. Source: PKWARE's APPNOTE 6.3.10."""

from __future__ import annotations

import shutil
import stat
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, Protocol
from zoneinfo import ZoneInfo

from workers.engines.manifest import Record, path_of, target_of

STORED, DEFLATED = 0, 8
UTF8_NAME, SIZES_AFTER = 0x800, 0x008
UNIX = 3 << 8
DOS_FOLDER = 0x10
FULL, FULL_COUNT = 0xFFFFFFFF, 0xFFFF
LIMIT, MANY = FULL, FULL_COUNT
"""From here on a number stands in the fields of ZIP64, and what is FULL in its old place."""
CLASSIC, ZIP64 = 20, 45
OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
EARLIEST, LATEST = 315_576_000, 4_354_732_800
CHUNK = 1024 * 1024
Sizes = tuple[int, int, int]
"""The content's CRC-32, its bytes as they lie in the archive, and as they were."""


class Sink(Protocol):
    """Where the archive goes."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""

    def tell(self) -> int:
        """How many bytes were taken."""


class Zip:
    """An open archive; it is none before `close`."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._directory = TemporaryFile()  # noqa: SIM115  (closed by `close`)
        self._count = 0

    def put(self, record: Record, content: BinaryIO | None = None) -> None:
        """Add an entry of a manifest; a file with its content, which is read to its end."""
        if record["kind"] == "folder":
            self._whole(self._entry(record, STORED, path_of(record) + b"/"), b"")
        elif record["kind"] == "link":
            self._whole(self._entry(record, STORED, path_of(record)), target_of(record))
        elif content is not None:
            self._stream(self._entry(record, DEFLATED, path_of(record)), content, record["size"])

    def close(self) -> None:
        """Write the directory, without which no program opens the archive."""
        start = self._sink.tell()
        self._directory.seek(0)
        shutil.copyfileobj(self._directory, self._sink, CHUNK)
        self._directory.close()
        size, end = self._sink.tell() - start, self._sink.tell()
        if self._count >= MANY or size >= LIMIT or start >= LIMIT:
            self._sink.write(struct.pack("<LQHHLLQQQQ", 0x06064B50, 44, UNIX | ZIP64, ZIP64, 0, 0, self._count,
                                         self._count, size, start))  # fmt: skip
            self._sink.write(struct.pack("<LLQL", 0x07064B50, 0, end, 1))
        count = self._count if self._count < MANY else FULL_COUNT
        self._sink.write(
            struct.pack("<LHHHHLLH", 0x06054B50, 0, 0, count, count, _short(size), _short(start), 0)
        )

    def _entry(self, record: Record, way: int, name: bytes) -> _Entry:
        return _Entry(record, way, name, self._sink.tell())

    def _whole(self, entry: _Entry, data: bytes) -> None:
        """An entry of a few bytes, whose sizes go before it."""
        sizes = (zlib.crc32(data), len(data), len(data))
        self._sink.write(entry.head(sizes) + data)
        self._note(entry, sizes)

    def _stream(self, entry: _Entry, content: BinaryIO, expected: int) -> None:
        """A file, whose sizes go behind it."""
        # What does not shrink may grow a little.
        large = expected + expected // 1000 + CHUNK >= LIMIT
        self._sink.write(entry.head((0, FULL, FULL) if large else (0, 0, 0)))
        begin, press, crc, size = self._sink.tell(), zlib.compressobj(wbits=-zlib.MAX_WBITS), 0, 0
        while chunk := content.read(CHUNK):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            self._sink.write(press.compress(chunk))
        self._sink.write(press.flush())
        packed = self._sink.tell() - begin
        self._sink.write(struct.pack("<LLQQ" if large else "<LLLL", 0x08074B50, crc, packed, size))
        self._note(entry, (crc, packed, size))

    def _note(self, entry: _Entry, sizes: Sizes) -> None:
        self._directory.write(entry.line(sizes))
        self._count += 1


@dataclass(frozen=True, slots=True)
class _Entry:
    """What stands of an entry in its head and in the directory; it begins at `start`."""

    record: Record
    way: int
    name: bytes
    start: int

    def head(self, sizes: Sizes) -> bytes:
        """What goes before its content; where sizes are FULL, those behind it take eight bytes."""
        large = sizes[1] == FULL
        extra = (struct.pack("<HHQQ", 1, 16, 0, 0) if large else b"") + self._instant()
        needed = ZIP64 if large else CLASSIC
        fields = (needed, self._flags(), self.way, *self._moment(), *sizes, len(self.name), len(extra))
        return struct.pack("<LHHHHHLLLHH", 0x04034B50, *fields) + self.name + extra

    def line(self, sizes: Sizes) -> bytes:
        """Its line in the directory."""
        crc, packed, size = sizes
        large = [number for number in (size, packed, self.start) if number >= LIMIT]
        extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
        extra += self._instant()
        needed = ZIP64 if large else CLASSIC
        fields = (UNIX | needed, needed, self._flags(), self.way, *self._moment(), crc, _short(packed), _short(size),
                  len(self.name), len(extra), 0, 0, 0, self._attributes(), _short(self.start))  # fmt: skip
        return struct.pack("<LHHHHHHLLLHHHHHLL", 0x02014B50, *fields) + self.name + extra

    def _flags(self) -> int:
        """A name is marked as UTF-8 when it is; one of other bytes goes as it is."""
        after = SIZES_AFTER if self.way == DEFLATED else 0
        try:
            self.name.decode("utf-8")
        except UnicodeDecodeError:
            return after
        return after if self.name.isascii() else after | UTF8_NAME

    def _attributes(self) -> int:
        """Kind and rights, as Unix has them and, of a folder, as DOS."""
        mode, kind = self.record["mode"], self.record["kind"]
        if kind == "folder":
            return (stat.S_IFDIR | mode) << 16 | DOS_FOLDER
        return int((stat.S_IFLNK | 0o777 if kind == "link" else stat.S_IFREG | mode) << 16)

    def _moment(self) -> tuple[int, int]:
        """Time and date of the last change, in two seconds from 1980 to 2107, as the office's clocks showed them."""
        then = datetime.fromtimestamp(min(max(self._seconds(), EARLIEST), LATEST), OFFICE_ZONE)
        day = (then.year - 1980) << 9 | then.month << 5 | then.day
        return then.hour << 11 | then.minute << 5 | then.second // 2, day

    def _instant(self) -> bytes:
        """The same as an instant, for programs that know better than a clock without a zone."""
        return struct.pack("<HHBl", 0x5455, 5, 1, min(max(self._seconds(), 0), 0x7FFFFFFF))

    def _seconds(self) -> int:
        return int(self.record["mtime_ns"] // 10**9)


def _short(number: int) -> int:
    """The number in a field of four bytes."""
    return number if number < LIMIT else FULL
