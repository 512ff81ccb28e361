"""The second vault: a server's repository there, how restic copies into it, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workers.engines import restic, sftp
from workers.engines.errors import EngineError


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
            "RESTIC_FROM_REPOSITORY": self.source.where,
            "RESTIC_FROM_PASSWORD_FILE": str(self.source.password_file),
        }

    def argv(self, words: Sequence[str]) -> list[str]:
        """A restic call with what this vault needs."""
        return sftp.in_session(words, self.command or self.source.session)


def of(location: str, server_id: int, source: restic.Repository, session: str = "") -> Second:
    """The repository of a server in the vault at `location`; `session` is the ssh call that leads there."""
    return Second(f"{location.rstrip('/')}/{server_id}", source, session)


def init_argv() -> list[str]:
    """Make the repository so that what is copied is cut into the same pieces as in the first."""
    return ["restic", "init", "--quiet", "--copy-chunker-params"]


def copy_argv() -> list[str]:
    """Copy every snapshot that is not there yet."""
    return ["restic", "copy", "--no-cache"]


def error_of(exit_code: int, tail: str, *, far: bool = True) -> EngineError:
    """What an exit means: the way there (`far`: it is on another machine), or as for the first vault."""
    if far and sftp.is_unreachable(tail):
        return EngineError(
            "second.unreachable", tool="restic", exit_code=exit_code, tail=tail, permanent=False
        )
    return restic.error_of(exit_code, tail)
