"""Reading the exact list of what a mirror's run would delete, as its worker wrote it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from portal.config import Settings
from portal.store.models import Run

SHOWN_MOST = 200


@dataclass(frozen=True, slots=True)
class Listed:
    """The first of the names that were looked for: `found` of `total`. `whole` is False when the list is gone or no
    longer the one that the guard reported."""

    names: tuple[str, ...]
    found: int
    total: int
    whole: bool


def path_of(run: Run, settings: Settings) -> Path | None:
    """Where the list lies, or None when there is none or it is not the one that the guard reported."""
    report = (run.result or {}).get("report") or {}
    path = settings.var / "evidence" / f"run-{run.id}" / "deletions.txt"
    if not report or not path.is_file() or path.is_symlink():
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return path if digest == report["deletions_sha256"] else None


def read(run: Run, settings: Settings, words: str = "") -> Listed:
    """The names that hold `words`, at most SHOWN_MOST of them."""
    path = path_of(run, settings)
    if path is None:
        return Listed((), 0, 0, whole=False)
    names: list[str] = []
    found = total = 0
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            total += 1
            name = line.removesuffix("\n")
            if words.lower() not in name.lower():
                continue
            found += 1
            if found <= SHOWN_MOST:
                names.append(name)
    return Listed(tuple(names), found, total, whole=True)
