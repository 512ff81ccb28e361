"""The second vault: where it is, how restic gets there (a folder, or SFTP by the OpenSSH client), and what it says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from workers.engines import restic
from workers.engines.errors import EngineError

_SFTP = re.compile(r"sftp:(?P<user>[^@:/]+)@(?P<host>[^:/]+):(?P<path>/.*)")
# ssh says what failed on its own line; restic then only that no session came about.
_UNREACHABLE = ("unable to start the sftp session", "subprocess ssh", "host key verification failed",
                "permission denied (publickey", "connection refused", "connection timed out",
                "connection reset")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """An `sftp:` address in parts."""

    user: str
    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Second:
    """A server's repository in the second vault, which opens with the same password as the first. `command` is the
    whole ssh call of an SFTP session, empty for a folder."""

    location: str
    source: restic.Repository
    command: str = ""

    def environment(self) -> dict[str, str]:
        """What restic reads from its environment: this repository, and the first to copy from."""
        return self.source.environment() | {
            "RESTIC_REPOSITORY": self.location,
            "RESTIC_FROM_REPOSITORY": str(self.source.path),
            "RESTIC_FROM_PASSWORD_FILE": str(self.source.password_file),
        }

    def argv(self, words: Sequence[str]) -> list[str]:
        """A restic call with what this vault needs."""
        if not self.command:
            return list(words)
        # Far away restic's cache spares most of the way; the builders switch it off for the vault beside it.
        kept = [word for word in words[1:] if word != "--no-cache"]
        # The option is a list in CSV, in which this is one field.
        option = f"sftp.command={self.command}".replace('"', '""')
        return [words[0], "-o", f'"{option}"', *kept]


def place_of(location: str) -> Place | None:
    """The parts of an `sftp:` address, or None for a folder."""
    found = _SFTP.fullmatch(location)
    return Place(found["user"], found["host"], found["path"]) if found else None


def of(location: str, server_id: int, source: restic.Repository, ssh: Sequence[str] = ()) -> Second:
    """The repository of a server in the vault at `location`; `ssh` is the client's call with the address."""
    command = shlex.join([*ssh, "-s", "sftp"]) if ssh else ""
    return Second(f"{location.rstrip('/')}/{server_id}", source, command)


def init_argv() -> list[str]:
    """Make the repository so that what is copied is cut into the same pieces as in the first."""
    return ["restic", "init", "--quiet", "--copy-chunker-params"]


def config_argv() -> list[str]:
    """Ask whether there is a repository."""
    return ["restic", "cat", "config", "--no-cache", "--no-lock", "--quiet"]


def copy_argv() -> list[str]:
    """Copy every snapshot that is not there yet."""
    return ["restic", "copy", "--no-cache"]


def size_argv() -> list[str]:
    """Tell as JSON how many bytes the repository's data take."""
    return ["restic", "stats", "--mode", "raw-data", "--json", "--no-cache", "--no-lock"]


def error_of(exit_code: int, tail: str) -> EngineError:
    """What an exit means: the way there, or as for the first vault."""
    lowered = tail.lower()
    if any(words in lowered for words in _UNREACHABLE):
        return EngineError(
            "second.unreachable", tool="restic", exit_code=exit_code, tail=tail, permanent=False
        )
    return restic.error_of(exit_code, tail)
