"""Two trees, entry by entry, seen with the standard library alone: a second opinion on what a restore brought back."""

# Names may hold any bytes, and pathlib has no bytes paths.
# ruff: noqa: PTH115, PTH118, PTH123

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

Entry = tuple[object, ...]


def differences(left: Path, right: Path, *, most: int = 20) -> list[str]:
    """What differs between two trees: names, kinds, bytes, modes, times, owners (as root), links; at most `most`."""
    first, second = _survey(left), _survey(right)
    found = [f"only on one side: {_shown(name)}" for name in sorted(first.keys() ^ second.keys())]
    found += [
        f"differs: {_shown(name)}"
        for name in sorted(first.keys() & second.keys())
        if first[name] != second[name]
    ]
    if _hard_links(left) != _hard_links(right):
        found.append("hard links differ")
    return found[:most]


def count(tree: Path) -> int:
    """How many entries lie below `tree`."""
    return len(_survey(tree))


def _survey(top: Path) -> dict[bytes, Entry]:
    entries: dict[bytes, Entry] = {}
    for path in _walk(os.fsencode(top)):
        info = os.lstat(path)
        owner = (info.st_uid, info.st_gid) if os.geteuid() == 0 else ()
        kind = stat.S_IFMT(info.st_mode)
        entries[os.path.relpath(path, os.fsencode(top))] = (kind, *_content(path, info), *owner)
    return entries


def _content(path: bytes, info: os.stat_result) -> Entry:
    if stat.S_ISLNK(info.st_mode):
        return (os.readlink(path),)
    common = (stat.S_IMODE(info.st_mode), int(info.st_mtime))
    if stat.S_ISREG(info.st_mode):
        with open(path, "rb") as file:
            return (*common, info.st_size, hashlib.file_digest(file, "sha256").hexdigest())
    return common


def _hard_links(top: Path) -> set[frozenset[bytes]]:
    groups: dict[tuple[int, int], set[bytes]] = {}
    for path in _walk(os.fsencode(top)):
        info = os.lstat(path)
        if stat.S_ISREG(info.st_mode) and info.st_nlink > 1:
            groups.setdefault((info.st_dev, info.st_ino), set()).add(os.path.relpath(path, os.fsencode(top)))
    return {frozenset(group) for group in groups.values() if len(group) > 1}


def _walk(top: bytes) -> list[bytes]:
    found = [top]
    for folder, names, files in os.walk(top):
        found += [os.path.join(folder, name) for name in (*names, *files)]
    return found


def _shown(name: bytes) -> str:
    return repr(os.fsdecode(name))
