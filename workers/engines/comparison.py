"""A restored tree held against the manifest: names, bytes, modes, times, owners, symbolic and hard links."""
# Names may hold any bytes, and pathlib has no bytes paths.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from workers.engines import manifest
from workers.engines.errors import Cancelled

DIFFERENCES_MAX = 200


@dataclass
class Comparison:
    """What the comparison found. `differences` holds the first DIFFERENCES_MAX as (path, what differs)."""

    entries: int = 0
    files: int = 0
    compared_bytes: int = 0
    difference_count: int = 0
    differences: list[tuple[str, str]] = field(default_factory=list)

    def note(self, path: bytes, what: str) -> None:
        """Count a difference and keep it while there is room."""
        self.difference_count += 1
        if len(self.differences) < DIFFERENCES_MAX:
            self.differences.append((path.decode("utf-8", "backslashreplace"), what))


def compare(
    listed: Path,
    restored: Path,
    *,
    sources: Iterable[str],
    owners: bool,
    within: bytes | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Comparison], None] = lambda _: None,
) -> Comparison:
    """Hold the tree `restored` against the manifest `listed`, entry by entry: both stand in the order of a walk.

    `owners`: whether user and group are compared (they are kept when the portal runs as root). `within`: only
    that entry and all that is in it. Raises Cancelled.
    """
    found, checker = Comparison(), _Checker(os.fsencode(restored), owners)
    records = manifest.read(listed) if within is None else manifest.part(listed, within)
    for record, seen in side_by_side(records, _walks(restored, sources)):
        if should_stop():
            raise Cancelled
        if record is None and seen is not None:
            found.note(seen[0], "extra")
        elif record is not None:
            found.entries += 1
            path = manifest.path_of(record)
            for what in checker.differences(*seen, record, found) if seen else ["missing"]:
                found.note(path, what)
        on_progress(found)
    return found


def is_untouched(
    listed: Path,
    copy: Path,
    *,
    sources: Iterable[str],
    owners: bool,
    within: bytes | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Whether the copy that `listed` was made of lies as it did then: the same entries, and each file with the inode
    and the change time that were noted. No content is read, so what a disk lost by itself is not seen.

    Raises Cancelled.
    """
    found, checker = Comparison(), _Checker(os.fsencode(copy), owners, reads=False)
    records = manifest.read(listed) if within is None else manifest.part(listed, within)
    for record, seen in side_by_side(records, _walks(copy, sources)):
        if should_stop():
            raise Cancelled
        if record is None or seen is None or checker.differences(*seen, record, found):
            return False
    return True


Seen = tuple[bytes, os.stat_result]


def _walks(restored: Path, sources: Iterable[str]) -> Iterator[Seen]:
    for source in sorted(sources, key=manifest.order):
        if os.path.lexists(restored / source.strip("/")):
            yield from manifest.walk(restored, source)


Anything = TypeVar("Anything")


def side_by_side(
    records: Iterator[manifest.Record], walked: Iterator[tuple[bytes, Anything]]
) -> Iterator[tuple[manifest.Record | None, tuple[bytes, Anything] | None]]:
    """Pairs of the same path; a side that lacks it is None."""
    record, seen = next(records, None), next(walked, None)
    while record is not None or seen is not None:
        left = manifest.order(manifest.path_of(record)) if record is not None else None
        right = manifest.order(seen[0]) if seen is not None else None
        if left == right:
            yield record, seen
            record, seen = next(records, None), next(walked, None)
        elif right is None or (left is not None and left < right):
            yield record, None
            record = next(records, None)
        else:
            yield None, seen
            seen = next(walked, None)


@dataclass
class _Checker:
    """Compares entries, and remembers which restored file each group of hard links is. Unless it `reads`, a file that
    was not written to since it was listed passes for the same."""

    top: bytes
    owners: bool
    reads: bool = True
    groups: dict[int, tuple[int, int]] = field(default_factory=dict)

    def differences(
        self, path: bytes, info: os.stat_result, record: manifest.Record, found: Comparison
    ) -> list[str]:
        """The names of what differs, in the words of the manifest."""
        seen = manifest.observe(self.top, path, info)
        if seen["kind"] != record["kind"]:
            return ["kind"]
        # A symbolic link has no mode of its own on Linux, and restic 0.14 does not set its time.
        keys = ["size", "target", "target_base64", "device"]
        keys += [] if record["kind"] == "link" else ["mode", "mtime_ns"]
        keys += ["uid", "gid"] if self.owners else []
        wrong = [key.removesuffix("_base64") for key in keys if seen.get(key) != record.get(key)]
        if record["kind"] == "file":
            found.files += 1
            found.compared_bytes += info.st_size
            if not self._is_same(path, info, record):
                wrong.append("content")
            if self._is_split(record.get("link_group"), info):
                wrong.append("hard_link")
        return wrong

    def _is_same(self, path: bytes, info: os.stat_result, record: manifest.Record) -> bool:
        if self.reads:
            return manifest.checksum(os.path.join(self.top, path)) == record["sha256"]
        return [info.st_ino, info.st_ctime_ns] == record.get("seen")

    def _is_split(self, group: int | None, info: os.stat_result) -> bool:
        """Whether a file that was one with others is not any more."""
        inode = (info.st_dev, info.st_ino)
        return group is not None and self.groups.setdefault(group, inode) != inode
