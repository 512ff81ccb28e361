"""restic: arguments, JSON messages, and what its exits mean from 0.14 to 0.18. Source: restic's manual."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workers.engines import sftp
from workers.engines.errors import EngineError

PROGRESS_FPS = "2"


@dataclass(frozen=True, slots=True)
class Repository:
    """A server's repository: its folder, the file with its password, and restic's cache. One on another machine has a
    `location` (sftp:user@host:/folder) and the ssh call of the `session` that leads there, and nothing at `path`.
    A question about it may stay without any answer for `idle_seconds`."""

    path: Path
    password_file: Path
    cache: Path
    location: str = ""
    session: str = ""
    idle_seconds: float = 300

    @property
    def where(self) -> str:
        """As restic names it."""
        return self.location or str(self.path)

    def argv(self, words: Sequence[str], *, cached: bool = True) -> list[str]:
        """A restic call with what the way to this repository needs; far away with a cache, unless not `cached`."""
        return sftp.in_session(words, self.session, cached=cached)

    def environment(self) -> dict[str, str]:
        """What restic reads from its environment; the password stays in its file."""
        return {
            "RESTIC_REPOSITORY": self.where,
            "RESTIC_PASSWORD_FILE": str(self.password_file),
            "RESTIC_CACHE_DIR": str(self.cache),
            # Twice Go's own patience before it collects: restic spends a fifth of a quiet run on that.
            "GOGC": "200",
            "RESTIC_PROGRESS_FPS": PROGRESS_FPS,
            "HOME": str(self.cache),
        }


def init_argv() -> list[str]:
    """Make the repository."""
    return ["restic", "init", "--quiet"]


def unlock_argv() -> list[str]:
    """Remove the locks that a killed restic left behind, and only those (never `--remove-all`)."""
    return ["restic", "unlock", "--quiet"]


def backup_argv(
    *, host: str, tags: Sequence[str], paths: Sequence[str], parent: str = "", wait: bool = False
) -> list[str]:
    """Snapshot `paths`, which are relative ("./srv/web") to the folder that restic runs in.

    `parent` is the snapshot to compare with; without it restic looks for one of the same paths and host. With `wait`
    restic opens the repository and then waits for the end of its standard input, a list of names to leave out.
    """
    tagging = [part for tag in tags for part in ("--tag", tag)]
    parenting = ["--parent", parent] if parent else []
    waiting = ["--exclude-file", "/dev/stdin"] if wait else []
    return [
        "restic",
        "backup",
        "--json",
        "--no-cache",
        "--host",
        host,
        *parenting,
        *tagging,
        *waiting,
        "--",
        *paths,
    ]


def restore_argv(snapshot_id: str, target: Path, only: Sequence[str] = ()) -> list[str]:
    """Bring a whole snapshot back below `target`, or what the arguments `only` limit it to."""
    return ["restic", "restore", "--no-cache", "--no-lock", *only, snapshot_id, "--target", str(target)]


def dump_argv(snapshot_id: str, path: bytes, archive: str) -> list[str]:
    """Write a file's content, or a folder as an archive (tar or zip), to standard output."""
    kind = ["--archive", archive] if archive else []
    return ["restic", "dump", "--no-cache", "--no-lock", *kind, "--", snapshot_id, os.fsdecode(path)]


def include_argv(path: bytes) -> list[str]:
    """Arguments that limit a restore to one entry and all that is in it. The path is a pattern to restic (Go's
    filepath.Match), so what means something there is escaped."""
    text = os.fsdecode(path)
    return ["--include", "".join(f"\\{letter}" if letter in "\\*?[" else letter for letter in text)]


def config_argv() -> list[str]:
    """Ask whether there is a repository."""
    return ["restic", "cat", "config", "--no-cache", "--no-lock", "--quiet"]


def list_argv(what: str) -> list[str]:
    """Tell the full ids of all `locks` or `packs`, a line each."""
    return ["restic", "list", what, "--no-cache", "--no-lock", "--quiet"]


def size_argv() -> list[str]:
    """Tell as JSON how many bytes the repository's data take."""
    return ["restic", "stats", "--mode", "raw-data", "--json", "--no-cache", "--no-lock"]


def check_argv(part: int, parts: int) -> list[str]:
    """Check the repository's structure and read every pack of one part; packs fall into parts by their name, so the
    `parts` parts together are all of it."""
    return ["restic", "check", "--no-cache", f"--read-data-subset={part}/{parts}"]


def find_packs_argv(packs: Sequence[str]) -> list[str]:
    """Tell as JSON which snapshots need what lies in these packs (full ids)."""
    return ["restic", "find", "--json", "--no-cache", "--no-lock", "--pack", *packs]


def forget_argv(snapshot_ids: Sequence[str]) -> list[str]:
    """Take exactly these snapshots (full ids) off the list; their data stays until `prune`."""
    return ["restic", "forget", "--no-cache", *snapshot_ids]


def prune_argv() -> list[str]:
    """Remove the data that no snapshot needs."""
    return ["restic", "prune", "--no-cache"]


def check_books_argv() -> list[str]:
    """Check that every snapshot finds all it needs, without reading the data."""
    return ["restic", "check", "--no-cache"]


def snapshots_argv() -> list[str]:
    """List the snapshots as JSON."""
    return ["restic", "snapshots", "--json", "--no-cache", "--no-lock"]


_DONE = re.compile(r"^\[[\d:]+\]\s+(?P<percent>[\d.]+)%\s+\d+ / \d+ (?P<what>\w+)")
_PACK_NAME = re.compile(r"\b[0-9a-f]{8,64}\b")


def parse_done(line: str) -> tuple[float, str] | None:
    """A line of progress of check, prune or copy as (percent, what is counted), or None for any other line."""
    found = _DONE.match(line)
    return (float(found["percent"]), found["what"]) if found else None


def packs_named(line: str, known: Callable[[str], Sequence[str]]) -> set[str]:
    """The full ids of the repository's packs that a complaint names; `known` tells those that begin with some letters.
    Each version words it in its own way, some with short ids, but what names one file among the packs is a pack."""
    found = [known(word) for word in _PACK_NAME.findall(line)]
    return {names[0] for names in found if len(names) == 1}


def parse_message(line: bytes) -> dict[str, Any] | None:
    """A JSON message (status, summary, error), or None for any other line."""
    if not line.startswith(b"{"):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


_BY_CODE = {10: "restic.no_repository", 11: "restic.locked", 12: "restic.wrong_password"}
# Before 0.17 all of these exit 1, and only the message tells them apart. The lines from "returned error" on are what
# 0.14 says of a pack, an index or a snapshot that is gone, cut short or flipped.
_BY_MESSAGE = (
    ("no space left on device", "vault.full"),
    ("disk quota exceeded", "vault.full"),
    ("read-only file system", "vault.read_only"),
    ("wrong password", "restic.wrong_password"),
    ("no key found", "restic.wrong_password"),
    ("already locked", "restic.locked"),
    ("unable to create lock", "restic.locked"),
    ("unable to open config file", "restic.no_repository"),
    ("is there a repository at", "restic.no_repository"),
    ("ciphertext verification failed", "restic.damaged"),
    ("does not match", "restic.damaged"),
    ("hash mismatch", "restic.damaged"),
    ("repository contains errors", "restic.damaged"),
    ("no snapshot found", "restic.snapshot_unknown"),
    ("no matching id", "restic.snapshot_unknown"),
    ("returned errors?,", "restic.damaged"),
    ("not found in repository", "restic.damaged"),
    (r"readfull(\(|:)", "restic.damaged"),
    ("invalid data returned", "restic.damaged"),
    ("loadindex returned errors", "restic.damaged"),
    (r"there were \d+ errors", "restic.damaged"),
    (r"/data/[0-9a-f/]+: no such file or directory", "restic.damaged"),
    ("unmarshal: ", "restic.damaged"),
)


def error_of(exit_code: int, tail: str) -> EngineError:
    """What an exit other than 0 (and 3, which left files out) means."""
    if sftp.is_unreachable(tail):
        return EngineError(
            "vault.unreachable", tool="restic", exit_code=exit_code, tail=tail, permanent=False
        )
    code = _BY_CODE.get(exit_code)
    if code is None:
        lowered = tail.lower()
        code = next((name for pattern, name in _BY_MESSAGE if re.search(pattern, lowered)), "restic.failed")
    permanent = code not in {"restic.locked", "vault.full"}
    return EngineError(code, tool="restic", exit_code=exit_code, tail=tail, permanent=permanent)
