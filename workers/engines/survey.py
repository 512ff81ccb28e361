"""What a server has: questions asked over SSH, answers parsed here. GNU find is expected there."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.mirror import Mount
from workers.engines import ssh
from workers.engines.errors import EngineError

if TYPE_CHECKING:
    import paramiko

PROBE_MAX = 4_000
LISTING_MAX = 2_000
MEASURE_SECONDS = 300
ANSWER_SECONDS = 60
LOOK_FOLDERS = 50
# One command, since each starts a shell. What cannot be read is left out of the sum; the pull names it.
MEASURE_SCRIPT = r"""
find "$1" -mindepth 1 -printf '%y %n %D:%i %s %b\n' 2>/dev/null | LC_ALL=C awk '
$1 != "f" { entries++; next }
{ entries++ }
$2 > 1 && seen[$3]++ { next }
{ size += $4; disk += $5 * 512 }
END { printf "%.0f %.0f %.0f\n", entries, size, disk }'
"""
PROBE_SCRIPT = r"""
uname -srm; printf '\0'; id -un; printf '\0'; id -u; printf '\0'
rsync --version 2>/dev/null; printf '\0'; cat /etc/os-release 2>/dev/null
"""
MOUNT_SCRIPT = r"""
stat --printf '%d\0%i\0%m\0' -- "$1" && stat -f --printf '%T\0%i\0' -- "$1"
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder: `kind` is folder, file, link or other; size in bytes."""

    name: str
    kind: str
    size_bytes: int
    usable: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A folder's contents: bytes of regular files (a hard-linked file counted once), number of entries, and the bytes
    that the files take on the server's disk: fewer when files have holes."""

    size_bytes: int
    file_count: int
    disk_bytes: int


KINDS = {"d": "folder", "f": "file", "l": "link"}


def probe(client: paramiko.SSHClient) -> dict[str, object]:
    """System, user and rsync's version (empty when there is none), as plain values. Raises EngineError('ssh.…')."""
    answer = ssh.ask(client, "sh", "-c", PROBE_SCRIPT)
    parts = [part.strip()[:PROBE_MAX] for part in answer.output.decode("utf-8", "replace").split("\0")]
    if len(parts) != 5:
        raise EngineError("ssh.failed", tool="ssh", exit_code=answer.exit_code, tail=answer.error)
    system, user, uid, rsync, release = parts
    pretty = re.search(r'^PRETTY_NAME="?([^"\n]*)', release, re.MULTILINE)
    return {
        "system": pretty.group(1) if pretty else system,
        "kernel": system,
        "user": user,
        "is_root": uid == "0",
        "rsync": rsync_version(rsync),
    }


def rsync_version(text: str) -> str:
    """The version in the first line of `rsync --version`, or the empty text."""
    found = re.search(r"version\s+v?(\d+(?:\.\d+)+)", text)
    return found.group(1) if found else ""


def check_folder(client: paramiko.SSHClient, path: str) -> bool:
    """Whether a short look saw a file in the folder or below it: `holds_file` knows for certain. Raises
    EngineError('source.missing'), ('source.not_folder'), ('source.unreadable') or, when a symbolic link leads there
    from elsewhere, ('source.moved')."""
    state = _state_by_sftp(client, path) or _state_by_shell(client, path)
    if state not in ("folder", "filled"):
        raise EngineError(f"source.{state}", tool="ssh", path=path)
    return state == "filled"


def holds_file(client: paramiko.SSHClient, path: str, should_stop: Callable[[], bool]) -> bool | None:
    """Whether anything but folders lies below a folder; None when that could not be seen. Stops at the first."""
    words = ("-mindepth", "1", "!", "-type", "d", "-printf", "x", "-quit")
    answer = ssh.ask(
        client, "find", f"{path.rstrip('/')}/", *words, seconds=MEASURE_SECONDS, should_stop=should_stop
    )
    return True if answer.output else False if answer.exit_code == 0 else None


def _state_by_sftp(client: paramiko.SSHClient, path: str) -> str:
    """`filled` or, where no file was seen, `folder`; `missing`, `not_folder`, `moved` or `unreadable`; empty when the
    server offers no SFTP.

    Asked so because a shell of the server may take longer to start than all else of a run that finds nothing new.
    """
    with ssh.within(client, ANSWER_SECONDS):
        sftp = ssh.open_sftp(client)
        if sftp is None:
            return ""
        try:
            mode = sftp.stat(path).st_mode
            if mode is None or not stat.S_ISDIR(mode):
                return "not_folder"
            if sftp.normalize(path) != path:
                return "moved"
            return "filled" if _sees_file(sftp, path) else "folder"
        except FileNotFoundError:
            return "missing"
        except PermissionError:
            return "unreadable"
        finally:
            sftp.close()


def _sees_file(sftp: paramiko.SFTPClient, path: str) -> bool:
    """Whether one of the first LOOK_FOLDERS folders, `path` before all, holds a file. Raises OSError for `path`."""
    waiting = [path]
    for seen in range(LOOK_FOLDERS):
        if not waiting:
            break
        folder = waiting.pop()
        try:
            for entry in sftp.listdir_iter(folder, read_aheads=1):
                if entry.st_mode is not None and not stat.S_ISDIR(entry.st_mode):
                    return True
                waiting.append(f"{folder}/{entry.filename}")
        except UnicodeDecodeError:
            pass  # a name that is not UTF-8: the folder could be read
        except OSError:
            if not seen:
                raise
    return False


def _state_by_shell(client: paramiko.SSHClient, path: str) -> str:
    for state, test in (("missing", "-e"), ("not_folder", "-d"), ("unreadable", "-r"), ("unreadable", "-x")):
        if ssh.ask(client, "test", test, path).exit_code != 0:
            return state
    real = (
        ssh.ask(client, "readlink", "-f", "--", path).output.decode("utf-8", "surrogateescape").rstrip("\n")
    )
    return "folder" if real == path else "moved"


def list_folder(client: paramiko.SSHClient, path: str) -> tuple[list[Entry], bool]:
    """The entries of a folder, folders first, and whether the list was cut at LISTING_MAX. A name that is not UTF-8
    or holds control characters is shown escaped and cannot be chosen. Raises EngineError('source.…')."""
    check_folder(client, path)
    answer = ssh.ask(
        client,
        "find",
        f"{path.rstrip('/')}/",
        "-mindepth",
        "1",
        "-maxdepth",
        "1",
        "-printf",
        r"%y %s %f\0",
        seconds=60,
    )
    found = [parse_entry(record) for record in answer.output.split(b"\0") if record]
    found.sort(key=lambda entry: (entry.kind != "folder", entry.name.lower()))
    return found[:LISTING_MAX], len(found) > LISTING_MAX


def parse_entry(record: bytes) -> Entry:
    r"""One record of `find -printf '%y %s %f\0'`."""
    kind, size, name = record.split(b" ", 2)
    text = name.decode("utf-8", "surrogateescape")
    usable = text.isprintable()
    shown = (
        text if usable else name.decode("utf-8", "backslashreplace").encode("unicode_escape").decode("ascii")
    )
    return Entry(shown, KINDS.get(kind.decode("ascii", "replace"), "other"), int(size), usable)


def measure(
    client: paramiko.SSHClient,
    path: str,
    *,
    seconds: float = MEASURE_SECONDS,
    should_stop: Callable[[], bool] = lambda: False,
) -> Measure:
    """A folder's size and number of entries. Raises EngineError('source.…', 'ssh.timeout'), Cancelled."""
    check_folder(client, path)
    answer = ssh.ask(
        client,
        "sh",
        "-c",
        MEASURE_SCRIPT,
        "sh",
        f"{path.rstrip('/')}/",
        seconds=seconds,
        should_stop=should_stop,
    )
    numbers = answer.output.split()
    if answer.exit_code != 0 or len(numbers) != 3 or not all(number.isdigit() for number in numbers):
        raise EngineError(
            "source.unreadable", tool="ssh", exit_code=answer.exit_code, tail=answer.error, path=path
        )
    entries, size, disk = map(int, numbers)
    return Measure(size, entries, disk)


def mount(client: paramiko.SSHClient, path: str) -> Mount:
    """What lies under a folder. Raises EngineError('mirror.no_mount') where the server cannot tell."""
    answer = ssh.ask(client, "sh", "-c", MOUNT_SCRIPT, "sh", path)
    parts = [part.decode("utf-8", "backslashreplace") for part in answer.output.split(b"\0")]
    if answer.exit_code != 0 or len(parts) != len(Mount.model_fields) + 1:
        raise EngineError(
            "mirror.no_mount", tool="stat", exit_code=answer.exit_code, tail=answer.error, path=path
        )
    device, inode, mount_point, fs_type, fs_id, _ = parts
    return Mount(device=device, fs_type=fs_type, fs_id=fs_id, mount_point=mount_point, inode=inode)


def is_file(client: paramiko.SSHClient, path: str) -> bool:
    """Whether a regular file is there, not a link to one elsewhere."""
    return ssh.ask(client, "sh", "-c", '[ -f "$1" ] && [ ! -L "$1" ]', "sh", path).exit_code == 0
