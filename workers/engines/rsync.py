"""rsync: arguments, progress, and what its exit codes and complaints mean. Pure. Source: rsync(1), 3.5."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.engines.errors import EngineError

SAFE_VERSION = (3, 5, 0)
"""Older versions have faults in the receiver, which this portal is; distributions may mend them in place."""
PARTIAL_DIR = ".rsync-partial"
INCOMPLETE = frozenset({23, 24})
NO_SPACE = re.compile(r"No space left on device|Disk quota exceeded")
LINK = frozenset({10, 12, 30, 35, 255})


@dataclass(frozen=True, slots=True)
class Progress:
    """A line of `--info=progress2`: bytes so far, percent, bytes per second, seconds left, files done and known."""

    bytes_done: int
    percent: int
    bytes_per_second: float
    eta_seconds: int
    files_left: int | None = None
    files_total: int | None = None


def pull_argv(
    *, ssh: Sequence[str], address: str, source: str, target: Path, as_root: bool, timeout_seconds: int
) -> list[str]:
    """Bring the folder `source` of the server into the folder `target`, exactly: what is gone there goes here."""
    host = f"[{address}]" if ":" in address else address
    owners = ["--owner", "--group", "--numeric-ids", "--acls", "--xattrs"] if as_root else []
    return [
        "rsync", "--recursive", "--links", "--perms", "--times", "--hard-links", "--specials", *owners,
        "--secluded-args", "--delete", f"--partial-dir={PARTIAL_DIR}", f"--timeout={timeout_seconds}",
        "--no-human-readable", "--outbuf=Line", "--info=progress2,flist0,name1,del1,stats2",
        "--rsh", shlex.join(ssh), f"{host}:{source.rstrip('/')}/", f"{target}/",
    ]  # fmt: skip


_PROGRESS = re.compile(
    rb"^\s*([\d,.]+)\s+(\d+)%\s+([\d.]+)([kMGT]?)B/s\s+(\d+):(\d\d):(\d\d)"
    rb"(?:\s+\(xfr#\d+, (?:to|ir)-chk=(\d+)/(\d+)\))?"
)
_UNITS = {b"": 1, b"k": 1000, b"M": 1000**2, b"G": 1000**3, b"T": 1000**4}


def parse_progress(line: bytes) -> Progress | None:
    """What a line of progress says, or None for any other line."""
    found = _PROGRESS.match(line)
    if not found:
        return None
    done, percent, speed, unit, hours, minutes, seconds, left, total = found.groups()
    eta = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return Progress(
        int(done.replace(b",", b"").replace(b".", b"")),
        int(percent),
        float(speed) * _UNITS[unit],
        eta,
        int(left) if left else None,
        int(total) if total else None,
    )


_STATS = {
    "file_count": re.compile(rb"^Number of files: ([\d,.]+)"),
    "total_bytes": re.compile(rb"^Total file size: ([\d,.]+) bytes"),
    "transferred_bytes": re.compile(rb"^Total transferred file size: ([\d,.]+) bytes"),
    "transferred_files": re.compile(rb"^Number of regular files transferred: ([\d,.]+)"),
    "deleted_files": re.compile(rb"^Number of deleted files: ([\d,.]+)"),
}


def parse_stats(line: bytes) -> tuple[str, int] | None:
    """(name, number) of a line of the closing statistics that is kept, or None."""
    for name, pattern in _STATS.items():
        if found := pattern.match(line):
            return name, int(re.sub(rb"[,.]", b"", found.group(1)))
    return None


_LEFT_OUT = (
    re.compile(r'^file has vanished: "(.*)"'),
    re.compile(
        r'^rsync: \[(?:sender|generator|receiver)\] \S+ (?:failed to open|failed to set|failed) "(.*)": '
    ),
    re.compile(
        r"^rsync: \[sender\] (?:opendir|readlink_stat|link_stat|send_files failed to open|read errors mapping|"
        r'change_dir#?\d*) "(.*)"'
    ),
    re.compile(r'^rsync: \[sender\] .*?"(.*?)"'),
)


def parse_left_out(line: str) -> str | None:
    """The file that a complaint names as vanished or unreadable, or None."""
    for pattern in _LEFT_OUT:
        if found := pattern.match(line):
            return found.group(1)
    return None


def error_of(exit_code: int, tail: str) -> EngineError:
    """What an exit code that is neither 0 nor partial means. Source: rsync(1), "EXIT VALUES"."""
    if NO_SPACE.search(tail):
        return EngineError("vault.no_space", tool="rsync", exit_code=exit_code, tail=tail, permanent=False)
    if "REMOTE HOST IDENTIFICATION HAS CHANGED" in tail or "Host key verification failed" in tail:
        return EngineError("ssh.host_key_changed", tool="rsync", exit_code=exit_code, tail=tail)
    if "Permission denied (publickey" in tail:
        return EngineError("ssh.auth_refused", tool="rsync", exit_code=exit_code, tail=tail)
    if "rsync: command not found" in tail or "rsync: not found" in tail:
        return EngineError("rsync.missing_on_server", tool="rsync", exit_code=exit_code, tail=tail)
    if "Read-only file system" in tail:
        return EngineError("vault.read_only", tool="rsync", exit_code=exit_code, tail=tail)
    code = {30: "rsync.timeout", 35: "rsync.timeout"}.get(exit_code)
    code = code or ("rsync.link_lost" if exit_code in LINK else "rsync.failed")
    return EngineError(code, tool="rsync", exit_code=exit_code, tail=tail, permanent=exit_code not in LINK)


def is_safe(version: str) -> bool:
    """Whether a version of rsync has the mended receiver."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    return numbers >= SAFE_VERSION
