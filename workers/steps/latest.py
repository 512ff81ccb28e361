"""What the last whole backup of a server left for the next one: a snapshot to compare with, checksums to take over."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "latest.json"


@dataclass(frozen=True, slots=True)
class Latest:
    """The last snapshot's full id, its manifest and that file's SHA-256; empty and None before the first."""

    snapshot_id: str = ""
    manifest: Path | None = None
    manifest_sha256: str = ""


def read(folder: Path) -> Latest:
    """What is noted in the server's folder; a note that cannot be read is as good as none: it only saves time."""
    try:
        noted = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Latest(str(noted["snapshot_id"]), Path(noted["manifest"]), str(noted["manifest_sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Latest()


def write(folder: Path, latest: Latest) -> None:
    """Note it, whole or not at all."""
    text = json.dumps({**asdict(latest), "manifest": str(latest.manifest)})
    waiting = folder / f"{FILE}.new"
    waiting.write_text(text + "\n", encoding="utf-8")
    waiting.replace(folder / FILE)
