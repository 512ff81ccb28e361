"""What a server has: questions asked over SSH, answers parsed here. GNU find, stat and df are expected there."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workers.engines import ssh
from workers.engines.errors import EngineError

if TYPE_CHECKING:
    import paramiko

LISTING_MAX = 2_000
MEASURE_SECONDS = 300
# One command, since each starts a shell. What cannot be read is left out of the sum; the pull names it.
MEASURE_SCRIPT = """\
du -s --block-size=1 --apparent-size -- "$1" 2>/dev/null | { read -r size rest; echo "$size"; }
find "$1" -mindepth 1 -printf . 2>/dev/null | wc -c
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
    """A folder's contents: bytes of regular files (a hard-linked file counted once) and number of entries."""

    size_bytes: int
    file_count: int


KINDS = {"d": "folder", "f": "file", "l": "link"}


def probe(client: paramiko.SSHClient) -> dict[str, object]:
    """System, user, rsync's version and free space of the root, as plain values."""
    system = ssh.ask(client, "uname", "-srm").output.decode("utf-8", "replace").strip()
    user = ssh.ask(client, "id", "-un").output.decode("utf-8", "replace").strip()
    uid = ssh.ask(client, "id", "-u").output.decode("ascii", "replace").strip()
    rsync = ssh.ask(client, "rsync", "--version")
    release = ssh.ask(client, "cat", "/etc/os-release").output.decode("utf-8", "replace")
    pretty = re.search(r'^PRETTY_NAME="?([^"\n]*)', release, re.MULTILINE)
    return {
        "system": pretty.group(1) if pretty else system,
        "kernel": system,
        "user": user,
        "is_root": uid == "0",
        "rsync": rsync_version(rsync.output.decode("utf-8", "replace")) if rsync.exit_code == 0 else "",
    }


def rsync_version(text: str) -> str:
    """The version in the first line of `rsync --version`, or the empty text."""
    found = re.search(r"version\s+v?(\d+(?:\.\d+)+)", text)
    return found.group(1) if found else ""


def check_folder(client: paramiko.SSHClient, path: str) -> None:
    """Raises EngineError('source.missing'), ('source.not_folder') or ('source.unreadable'). Asked by SFTP: a shell of
    the server may take longer to start than everything else here."""
    with client.open_sftp() as sftp:
        try:
            mode = sftp.stat(path).st_mode
            if mode is None or not stat.S_ISDIR(mode):
                raise EngineError("source.not_folder", tool="sftp", path=path)
            next(iter(sftp.listdir_iter(path, read_aheads=1)), None)
        except FileNotFoundError as error:
            raise EngineError("source.missing", tool="sftp", path=path) from error
        except PermissionError as error:
            raise EngineError("source.unreadable", tool="sftp", path=path) from error
        except UnicodeDecodeError:
            # The first name is not UTF-8: the folder could be read, which is all that was asked.
            return


def list_folder(client: paramiko.SSHClient, path: str) -> tuple[list[Entry], bool]:
    """The entries of a folder, folders first, and whether the list was cut at LISTING_MAX. A name that is not UTF-8
    or holds control characters is shown escaped and cannot be chosen. Raises EngineError('source.…')."""
    check_folder(client, path)
    answer = ssh.ask(
        client, "find", path, "-mindepth", "1", "-maxdepth", "1", "-printf", r"%y %s %f\0", seconds=60
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


def measure(client: paramiko.SSHClient, path: str, *, seconds: float = MEASURE_SECONDS) -> Measure:
    """A folder's size and number of entries. Raises EngineError('source.…', 'ssh.timeout')."""
    check_folder(client, path)
    answer = ssh.ask(client, "sh", "-c", MEASURE_SCRIPT, "sh", path, seconds=seconds)
    size, _, count = answer.output.partition(b"\n")
    if answer.exit_code != 0 or not size.strip().isdigit() or not count.strip().isdigit():
        raise EngineError(
            "source.unreadable", tool="ssh", exit_code=answer.exit_code, tail=answer.error, path=path
        )
    return Measure(int(size), int(count))
