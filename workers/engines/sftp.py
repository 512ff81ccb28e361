"""A vault on another machine: its `sftp:` address, restic's way there by the OpenSSH client, its room. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

_ADDRESS = re.compile(r"sftp:(?P<user>[^@:/]+)@(?P<host>[^:/]+):(?P<path>/.*)")
# ssh says what failed on its own line; restic then only that no session came about. One that breaks off later it tells
# file by file, as it tells a file that is gone.
_UNREACHABLE = ("unable to start the sftp session", "subprocess ssh", "host key verification failed",
                "permission denied (publickey", "connection refused", "connection timed out",
                "connection reset", "connection closed", "connection lost", "no connection", "broken pipe")  # fmt: skip
_ROOM = re.compile(rb"^\s*(\d+)\s+\d+\s+(\d+)\s+\d+\s+\d+%\s*$", re.MULTILINE)
_KIBIBYTE = 1024


@dataclass(frozen=True, slots=True)
class Place:
    """An `sftp:` address in parts."""

    user: str
    host: str
    path: str


def place_of(location: str) -> Place | None:
    """The parts of an `sftp:` address, or None for a folder."""
    found = _ADDRESS.fullmatch(location)
    return Place(found["user"], found["host"], found["path"]) if found else None


def session(ssh: Sequence[str]) -> str:
    """The ssh call of an SFTP session as restic's option takes it; `ssh` is the client's call with the address."""
    return shlex.join([*ssh, "-s", "sftp"]) if ssh else ""


def in_session(words: Sequence[str], command: str, *, cached: bool = True) -> list[str]:
    """A restic call that goes through the session `command`; as it is where that is empty. What is to be proven is not
    `cached`: restic's cache would answer for what is gone there."""
    if not command:
        return list(words)
    # Far away restic's cache spares most of the way; the builders switch it off for the vault beside it.
    kept = [word for word in words[1:] if not cached or word != "--no-cache"]
    # The option is a list in CSV, in which this is one field.
    option = f"sftp.command={command}".replace('"', '""')
    return [words[0], "-o", f'"{option}"', *kept]


def is_unreachable(tail: str) -> bool:
    """Whether what a program complained of is the way to the machine, and not what lies there."""
    lowered = tail.lower()
    return any(words in lowered for words in _UNREACHABLE)


def room_argv(ssh: Sequence[str], address: str) -> list[str]:
    """The OpenSSH `sftp` over the connection that `ssh` (without the address) describes; it reads `room_question`."""
    options = [ssh[at + 1] for at, word in enumerate(ssh) if word == "-o"]
    port, user = ssh[ssh.index("-p") + 1], ssh[ssh.index("-l") + 1]
    pairs = [part for option in options for part in ("-o", option)]
    host = f"[{address}]" if ":" in address else address
    return ["sftp", "-q", "-F", "/dev/null", "-P", port, *pairs, "-b", "-", f"{user}@{host}"]


def room_question(path: str) -> bytes:
    """What `sftp` is asked on its standard input. Source: sftp(1), `df`."""
    quoted = path.replace("\\", "\\\\").replace('"', '\\"')
    return f'df "{quoted}"\n'.encode()


def parse_room(output: bytes) -> tuple[int, int] | None:
    """Bytes free to this account and in all, from the answer of `df`; None for any other answer."""
    found = _ROOM.search(output)
    return (int(found[2]) * _KIBIBYTE, int(found[1]) * _KIBIBYTE) if found else None
