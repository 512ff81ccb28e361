"""A restored tree held against the manifest: names, bytes, modes, times, owners, symbolic and hard links."""
# Names may hold any bytes, and pathlib has no bytes paths.
# ruff: noqa: PTH118

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

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
    sources: tuple[str, ...],
    owners: bool,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[Comparison], None] = lambda _: None,
) -> Comparison:
    """Compare every entry of the manifest `listed` with the tree `restored`, and look for entries it does not list.

    `owners`: whether user and group are compared (they are kept when the portal runs as root). Raises Cancelled.
    """
    found, top = Comparison(), os.fsencode(restored)
    inodes: dict[int, tuple[int, int]] = {}
    for record in manifest.read(listed):
        if should_stop():
            raise Cancelled
        path = manifest.path_of(record)
        found.entries += 1
        for what in _differences(top, path, record, inodes, owners=owners, found=found):
            found.note(path, what)
        on_progress(found)
    present = sum(1 for source in sources for _ in _below(top, os.fsencode(source.lstrip("/"))))
    if present != found.entries:
        found.note(b".", "extra" if present > found.entries else "count")
    return found


def _differences(
    top: bytes,
    path: bytes,
    record: manifest.Record,
    inodes: dict[int, tuple[int, int]],
    *,
    owners: bool,
    found: Comparison,
) -> list[str]:
    try:
        info = os.lstat(os.path.join(top, path))
        seen = manifest.observe(top, path, info)
    except FileNotFoundError:
        return ["missing"]
    if seen["kind"] != record["kind"]:
        return ["kind"]
    # A symbolic link has no mode of its own on Linux, and restic 0.14 does not set its time.
    keys = ["size", "target", "target_base64"] + ([] if record["kind"] == "link" else ["mode", "mtime_ns"])
    keys += ["uid", "gid"] if owners else []
    wrong = [key for key in keys if seen.get(key) != record.get(key)]
    if record["kind"] == "file":
        found.files += 1
        found.compared_bytes += info.st_size
        if manifest.checksum(os.path.join(top, path)) != record["sha256"]:
            wrong.append("content")
        group = record.get("link_group")
        if group is not None and inodes.setdefault(group, (info.st_dev, info.st_ino)) != (
            info.st_dev,
            info.st_ino,
        ):
            wrong.append("hard_link")
    return wrong


def _below(top: bytes, path: bytes) -> list[bytes]:
    full = os.path.join(top, path)
    if not os.path.lexists(full):
        return []
    found = [full]
    for folder, names, files in os.walk(full):
        found += [os.path.join(folder, name) for name in (*names, *files)]
    return found
