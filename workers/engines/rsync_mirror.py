"""rsync for mirrors: the run with its quarantine, the dry run before it, and what the dry run says. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers.engines.rsync import AS_ROOT, EXACT_TIMES, KEEP

MAX_DELETE_PASSED = 25
"""rsync(1), "EXIT VALUES": more was to be deleted than --max-delete allows; the rest was left."""
DELETION = b"*deleting "


def mirror_argv(
    *,
    ssh: Sequence[str],
    address: str,
    source: str,
    target: Path,
    partial: Path,
    as_root: bool,
    timeout_seconds: int,
    exact_times: bool = True,
    quarantine: Path | None = None,
    most_deletions: int = 0,
) -> list[str]:
    """Keep the folder `target` in step with the folder `source` of the server.

    Without `quarantine` nothing is done: each line tells what would be. With it, what goes or is written over is moved
    there, and no more than `most_deletions` go. `exact_times` is for a file system that keeps nanoseconds.
    """
    host = f"[{address}]" if ":" in address else address
    root = AS_ROOT if as_root else ()
    times = [EXACT_TIMES] if exact_times else []
    done = (
        ["--backup", f"--backup-dir={quarantine}", f"--max-delete={most_deletions}"]
        if quarantine
        else ["--dry-run"]
    )
    told = "stats2,flist0,del1" if quarantine is None else "progress2,stats2,flist0,del1"
    return [
        "rsync", *KEEP, *times, *root, "--secluded-args", "--delete", *done, f"--partial-dir={partial}",
        f"--timeout={timeout_seconds}", "--no-human-readable", "--outbuf=Line", f"--info={told}", "--out-format=%i %n",
        "--rsh", shlex.join(ssh), f"{host}:{source.rstrip('/')}/", f"{target}/",
    ]  # fmt: skip


_ITEM = re.compile(rb"^(?:\*deleting {3}|[<>ch.*][fdLDS][.+?a-zA-Z]{9} )(.+)$", re.DOTALL)
_FILES = re.compile(rb"^Number of files: ([\d,.]+)(?: \((.*)\))?$")
_FOLDERS = re.compile(rb"\bdir: ([\d,.]+)")
_ESCAPE = re.compile(rb"\\#([0-7]{3})")


@dataclass
class DryRun:
    """What a dry run would do: entries to delete, entries to bring or change, and the files of the source (all but
    folders; None until rsync has told)."""

    deletions: list[str] = field(default_factory=list)
    changes: int = 0
    source_files: int | None = None

    def take(self, line: bytes) -> None:
        """Take a line of rsync's output. A name is escaped by rsync, so that none is more than one line, and whatever
        it is called it stands behind what rsync says of it."""
        if (name := parse_deletion(line)) is not None:
            self.deletions.append(name)
        elif _ITEM.match(line):
            self.changes += 1
        elif (files := parse_files(line)) is not None:
            self.source_files = files

    def listed(self) -> bytes:
        """The deletions, sorted, one a line: what is shown, and what a digest is made of."""
        return b"".join(name.encode() + b"\n" for name in sorted(self.deletions))


def parse_deletion(line: bytes) -> str | None:
    """The name that a line says is to go, as rsync shows it (a folder with a slash at the end), or None."""
    found = _ITEM.match(line) if line.startswith(DELETION) else None
    return found.group(1).decode("utf-8", "backslashreplace") if found else None


def parse_files(line: bytes) -> int | None:
    """How many entries of the source are no folders, from a line of the closing statistics; else None."""
    found = _FILES.match(line)
    if not found:
        return None
    folders = _FOLDERS.search(found.group(2) or b"")
    return _number(found.group(1)) - (_number(folders.group(1)) if folders else 0)


def name_of(shown: str) -> bytes:
    r"""A name as it is on the disk, from how rsync shows it (\#012 for a newline), without a folder's slash."""
    return _ESCAPE.sub(lambda found: bytes([int(found.group(1), 8)]), shown.encode()).removesuffix(b"/")


def _number(text: bytes) -> int:
    return int(re.sub(rb"[,.]", b"", text))


def forward_argv(
    *,
    ssh: Sequence[str],
    address: str,
    source: Path,
    target: str,
    as_root: bool,
    timeout_seconds: int,
    exact_times: bool = True,
    quarantine: str = "",
    most_deletions: int = 0,
) -> list[str]:
    """Keep the folder `target` of a server in step with the folder `source` here. As `mirror_argv`: without
    `quarantine`, a folder there, each line tells what would be done."""
    host = f"[{address}]" if ":" in address else address
    root = AS_ROOT if as_root else ()
    times = [EXACT_TIMES] if exact_times else []
    done = (
        [
            "--backup",
            f"--backup-dir={quarantine}",
            f"--max-delete={most_deletions}",
            "--info=progress2,flist0,del1",
        ]
        if quarantine
        else ["--dry-run", "--info=stats2,flist0,del1"]
    )
    return [
        "rsync", *KEEP, *times, *root, "--secluded-args", "--delete", *done, f"--timeout={timeout_seconds}",
        "--no-human-readable", "--outbuf=Line", "--out-format=%i %n", "--rsh", shlex.join(ssh),
        f"{source}/", f"{host}:{target}/",
    ]  # fmt: skip
