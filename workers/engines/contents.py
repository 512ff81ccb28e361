"""Builds the index of a manifest, in one reading and with bounded memory (see portal.store.contents)."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.store import contents
from workers.engines import manifest
from workers.engines.errors import Cancelled

INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
BATCH = 5_000
YEAR_10000 = 253_402_300_799


def build(
    listed: Path,
    target: Path,
    *,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the index of the manifest `listed` to `target`, whole or not at all; return how many entries it lists.
    `on_progress` is told the number of entries now and then. Raises Cancelled, OSError, sqlite3.Error."""
    waiting = target.with_name(f"{target.name}.{os.getpid()}.new")
    waiting.unlink(missing_ok=True)
    waiting.touch(mode=0o600)
    connection = sqlite3.connect(waiting)
    try:
        connection.executescript(
            "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA temp_store = file;"
        )
        connection.executescript(contents.SCHEMA)
        count = 0
        for batch in _batches(_rows(listed)):
            if should_stop():
                raise Cancelled
            connection.executemany(INSERT, batch)
            count += len(batch)
            on_progress(count)
        connection.executescript(contents.FINISH)
        connection.commit()
        connection.close()
        waiting.replace(target)
    finally:
        connection.close()
        waiting.unlink(missing_ok=True)
    return count


@dataclass
class _Open:
    """A folder whose entries are being read."""

    id: int
    parent: int
    path: bytes
    record: manifest.Record
    size: int = 0
    files: int = 0


Row = tuple[Any, ...]


def _rows(listed: Path) -> Iterator[Row]:
    """The rows of the index. A folder's comes when all that is in it was seen, since it tells the sum of it."""
    above: list[_Open] = []
    for number, record in enumerate(manifest.read(listed), start=1):
        path = manifest.path_of(record)
        while above and not path.startswith(above[-1].path + b"/"):
            yield _closed(above)
        parent = above[-1].id if above else 0
        if record["kind"] == "folder":
            above.append(_Open(number, parent, path, record))
            continue
        size = record.get("size", 0)
        if above:
            above[-1].size += size
            above[-1].files += record["kind"] == "file"
        yield _row(number, parent, path, record, size, int(record["kind"] == "file"))
    while above:
        yield _closed(above)


def _closed(above: list[_Open]) -> Row:
    done = above.pop()
    if above:
        above[-1].size += done.size
        above[-1].files += done.files
    return _row(done.id, done.parent, done.path, done.record, done.size, done.files)


def _row(number: int, parent: int, path: bytes, record: manifest.Record, size: int, files: int) -> Row:
    # One of the chosen folders is shown by its whole path: nothing else of the copy says where it was.
    name = path.rsplit(b"/", 1)[-1] if parent else path
    shown = name.decode("utf-8", "backslashreplace")
    rank = int(record["kind"] != "folder")
    changed = min(max(record["mtime_ns"] // 10**9, 0), YEAR_10000)
    return number, parent, name, shown if parent else f"/{shown}", record["kind"], rank, size, files, changed


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch
