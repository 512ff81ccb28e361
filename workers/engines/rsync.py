"""rsync: arguments, progress, and what its exit codes and complaints mean. Source: rsync(1), 3.5."""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.engines.errors import EngineError

SAFE_VERSION = (3, 5, 0)
"""Older versions have faults in the receiver, which this portal is; distributions may mend them in place."""
INCOMPLETE = frozenset({23, 24})
LINK = frozenset({10, 12, 30, 35, 255})
KEEP = ("--recursive", "--links", "--perms", "--times", "--hard-links", "--specials")
EXACT_TIMES = "--modify-window=-1"
"""A file whose time differs by a nanosecond is looked at again. By the whole second, as rsync compares when it is not
told otherwise, a file written once more within the second of the last copy, with as many bytes, is never copied."""
EXACT_SINCE = (3, 1, 3)
"""Older versions take every file for changed when they are told so."""
AS_ROOT = ("--owner", "--group", "--numeric-ids", "--acls", "--xattrs", "--devices")
FILE_LINE = (b"recv ", b"del. ")
"""How a line about a file begins: nothing that a server names its files can pass for progress or statistics."""


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
    *,
    ssh: Sequence[str],
    address: str,
    source: str,
    target: Path,
    partial: Path,
    as_root: bool,
    timeout_seconds: int,
    sparse: bool = False,
    bandwidth_kib: int = 0,
) -> list[str]:
    """Bring the folder `source` of the server into the folder `target`, exactly: what is gone there goes here.

    `partial`, on the same file system but outside the copy, keeps the beginning of a file whose transfer was cut.
    `sparse` keeps the holes of files, which costs time where there are none. `bandwidth_kib` is the most KiB a second.
    """
    host = f"[{address}]" if ":" in address else address
    root = AS_ROOT if as_root else ()
    holes = ["--sparse"] if sparse else []
    limit = [f"--bwlimit={bandwidth_kib}"] if bandwidth_kib > 0 else []
    return [
        "rsync", *KEEP, EXACT_TIMES, *root, *holes, *limit, "--secluded-args", "--delete", f"--partial-dir={partial}",
        f"--timeout={timeout_seconds}", "--no-human-readable", "--outbuf=Line", "--info=progress2,flist0,del1,stats2",
        "--out-format=%o %l %n", "--rsh", shlex.join(ssh), f"{host}:{source.rstrip('/')}/", f"{target}/",
    ]  # fmt: skip


def push_argv(
    *,
    ssh: Sequence[str],
    address: str,
    source: str,
    target: str,
    as_root: bool,
    timeout_seconds: int,
    check: bool = False,
    anew: bool = False,
) -> list[str]:
    """Bring `source` (a file, or a folder's content when it ends with a slash) into the folder `target` of a server.

    `check` sends nothing: both sides are read, and each line tells of something that is not the same there. `anew`
    reads what is there already and sends what has another content, whatever its size and time.
    """
    host = f"[{address}]" if ":" in address else address
    root = AS_ROOT if as_root else ()
    told = (
        ["--dry-run", "--checksum", "--delete", "--out-format=%i %n"]
        if check
        else ["--info=progress2,flist0", "--out-format=%o %l %n"]
    )
    return [
        "rsync", *KEEP, *root, *(["--checksum"] if anew else []), "--secluded-args", f"--timeout={timeout_seconds}",
        "--no-human-readable", "--outbuf=Line", *told, "--rsh", shlex.join(ssh), source, f"{host}:{target}/",
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
        int(re.sub(rb"[,.]", b"", done)),
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


# The file is the first thing in quotes; what follows is the system's reason. Names are escaped by rsync (\#012).
_LEFT_OUT = (
    re.compile(r'^file has vanished: "(.*)"'),
    re.compile(r'^rsync: \[(?:sender|generator|receiver)\] [^"]*"(.*?)"(?: -> ".*")?\)? failed: .+ \(\d+\)$'),
    re.compile(r'^rsync: \[(?:sender|generator|receiver)\] [^"]*"(.*)"\)?: .+ \(\d+\)$'),
)
_NO_FILE = re.compile(r"\b(?:io_error|connection unexpectedly closed)\b|^rsync error:")


def parse_left_out(line: str) -> str | None:
    """The file that a complaint names as vanished, unreadable or not written, or None."""
    if _NO_FILE.search(line):
        return None
    for pattern in _LEFT_OUT:
        if found := pattern.match(line):
            return found.group(1)
    return None


# What stands behind an exit code is told by the complaints, of ssh as well as of rsync. First match wins. A name of the
# server's could say anything, so what stands in quotes is taken out before, and ssh is heard only where it spoke.
_COMPLAINTS = (
    (
        re.compile(r"(?:No space left on device|Disk quota exceeded) \(\d+\)$", re.MULTILINE),
        "vault.full",
        False,
    ),
    (re.compile(r"Read-only file system \(\d+\)$", re.MULTILINE), "vault.read_only", True),
    (re.compile(r"(?:sh|bash|rsync): .*not found$", re.MULTILINE), "rsync.missing_on_server", True),
    (re.compile(r"\[sender\] change_dir \S* failed: No such file"), "source.missing", True),
    (re.compile(r"\[sender\] change_dir \S* failed: Not a directory"), "source.not_folder", True),
    (re.compile(r"\[sender\] change_dir \S* failed: Permission denied"), "source.unreadable", True),
)
_SSH_COMPLAINTS = (
    (re.compile(r"HOST IDENTIFICATION HAS CHANGED|^Host key verification failed", re.MULTILINE),
     "ssh.host_key_changed", True),
    (re.compile(r"Permission denied \((?:publickey|[a-z-]+,)"), "ssh.auth_refused", True),
    (re.compile(r"^Unable to negotiate with|no matching (?:host key|key exchange|cipher)", re.MULTILINE),
     "ssh.too_old", True),
    (re.compile(r"^ssh: connect to host .* Connection refused", re.MULTILINE), "ssh.refused", False),
    (re.compile(r"^ssh: connect to host ", re.MULTILINE), "ssh.unreachable", False),
)  # fmt: skip
SSH_ENDED = frozenset({12, 255})
_QUOTED = re.compile(r'"[^\n]*"')


def error_of(exit_code: int, tail: str, source: str) -> EngineError | None:
    """What an ending means for the pull of `source`: None when it went well or only left files out (23, 24), else
    why it failed. Source: rsync(1), "EXIT VALUES"."""
    if exit_code == 0:
        return None
    said = _QUOTED.sub('""', tail)
    heard = (*_SSH_COMPLAINTS, *_COMPLAINTS) if exit_code in SSH_ENDED else _COMPLAINTS
    for pattern, code, permanent in heard:
        if pattern.search(said):
            return _error(code, exit_code, tail, source, permanent=permanent)
    if exit_code in INCOMPLETE:
        return None
    if exit_code in (30, 35):
        return _error("rsync.timeout", exit_code, tail, source, permanent=False)
    lost = exit_code in LINK
    return _error("rsync.link_lost" if lost else "rsync.failed", exit_code, tail, source, permanent=not lost)


def _error(code: str, exit_code: int, tail: str, source: str, *, permanent: bool) -> EngineError:
    return EngineError(code, tool="rsync", exit_code=exit_code, tail=tail, permanent=permanent, path=source)


def is_safe(version: str) -> bool:
    """Whether a version of rsync has the mended receiver."""
    return _numbers(version) >= SAFE_VERSION


def keeps_exact_times(folder: Path) -> bool:
    """Whether the file system of a folder here keeps times to the nanosecond."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        os.utime(file.name, ns=(1, 1))
        return Path(file.name).stat().st_mtime_ns == 1


TIMES_SCRIPT = r"""
probe=$1/.lumbung-waktu
rsync --version | head -n 1
touch -d '2001-01-01 00:00:00.5' -- "$probe" && stat -c %y -- "$probe"
rm -f -- "$probe"
"""
"""Asks a server, with one of its folders, for what `exact_times_there` reads."""


def exact_times_there(answer: str) -> bool:
    """Whether a server's rsync compares, and its folder keeps, times to the nanosecond."""
    version, _, stamp = answer.partition("\n")
    return _numbers(version) >= EXACT_SINCE and ":00.5" in stamp


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
