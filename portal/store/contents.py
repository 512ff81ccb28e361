"""What a copy holds, read from the index of its manifest: one folder, one entry, or a search by name.

A manifest may have a million lines. A worker reads it once and leaves an SQLite file, named by the manifest's own
SHA-256, in which every folder, page and name is found without reading the rest. What the index says is for looking
only: a restore is checked against the sealed manifest itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PER_PAGE = 200
WORDS_MIN = 3
SCHEMA = """
CREATE TABLE entry (
  id INTEGER PRIMARY KEY, parent INTEGER NOT NULL, name BLOB NOT NULL, shown TEXT NOT NULL, kind TEXT NOT NULL,
  rank INTEGER NOT NULL, size INTEGER NOT NULL, files INTEGER NOT NULL, mtime INTEGER NOT NULL
);
CREATE VIRTUAL TABLE names USING fts5(shown, content='entry', content_rowid='id', tokenize='trigram', columnsize=0);
"""
FINISH = """
CREATE INDEX entry_place ON entry (parent, rank, shown, id);
INSERT INTO names (rowid, shown) SELECT id, shown FROM entry;
"""
COLUMNS = "id, parent, name, shown, kind, size, files, mtime"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, folder or other entry of a copy. `name` is its last part (a chosen folder's whole path) as bytes, `shown`
    the same as text. A folder's size and number of files are those of all that is in it."""

    id: int
    parent: int
    name: bytes
    shown: str
    kind: str
    size_bytes: int
    files: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what a folder holds."""

    rows: list[Entry]
    total: int
    page: int
    pages: int


def folder(var: Path) -> Path:
    """Where the indexes lie."""
    return var / "index"


def path_of(var: Path, manifest_sha256: str) -> Path:
    """The index of the manifest with this SHA-256. Raises ValueError for what is none."""
    if len(manifest_sha256) != 64 or not set(manifest_sha256) <= set("0123456789abcdef"):
        raise ValueError(manifest_sha256)
    return folder(var) / f"{manifest_sha256}.sqlite"


class Contents:
    """An open index."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def entry(self, entry_id: int) -> Entry | None:
        """One entry, or None."""
        return next(self._entries("WHERE id = ?", entry_id), None)

    def way(self, entry: Entry) -> list[Entry]:
        """The folders that lead to an entry, the outermost first, and the entry."""
        found = [entry]
        while found[0].parent:
            above = self.entry(found[0].parent)
            if above is None:
                break
            found.insert(0, above)
        return found

    def listing(self, parent: int, page: int) -> Listing:
        """Page `page` of the entries in a folder (0: the chosen folders), folders first, by name."""
        query = "SELECT COUNT(*) FROM entry WHERE parent = ?"
        total = int(self._connection.execute(query, (parent,)).fetchone()[0])
        pages = max(1, -(-total // PER_PAGE))
        page = min(max(1, page), pages)
        where = f"WHERE parent = ? ORDER BY rank, shown, id LIMIT {PER_PAGE} OFFSET ?"
        return Listing(list(self._entries(where, parent, (page - 1) * PER_PAGE)), total, page, pages)

    def named(self, words: str, most: int) -> list[Entry]:
        """The first `most` entries whose name holds `words` (at least WORDS_MIN characters), whatever the capitals."""
        phrase = '"' + words.replace('"', '""') + '"'
        where = "WHERE id IN (SELECT rowid FROM names WHERE names MATCH ? LIMIT ?) ORDER BY id"
        return list(self._entries(where, phrase, most))

    def _entries(self, where: str, *values: Any) -> Iterator[Entry]:
        # `where` is one of this class's own; what a person typed goes in as a value.
        query = f"SELECT {COLUMNS} FROM entry {where}"  # nosec B608
        for row in self._connection.execute(query, values):
            number, parent, name, shown, kind, size, files, changed = row
            yield Entry(number, parent, name, shown, kind, size, files, datetime.fromtimestamp(changed, UTC))


@contextmanager
def opened(var: Path, manifest_sha256: str) -> Iterator[Contents | None]:
    """The index of a manifest for reading, or None while there is none."""
    path = path_of(var, manifest_sha256)
    if not path.is_file():
        yield None
        return
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield Contents(connection)
    finally:
        connection.close()


def path_to(way: list[Entry]) -> bytes:
    """The path of the last entry of a way, absolute on the server."""
    return b"/" + b"/".join(entry.name for entry in way)
