"""Which failures pass by themselves, and when to try again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

PASSING = frozenset(
    {
        "ssh.refused", "ssh.unreachable", "ssh.no_banner", "ssh.closed", "ssh.timeout", "rsync.timeout",
        "rsync.link_lost", "restic.locked", "vault.busy", "command.silent", "run.interrupted",
        "ssh.unknown_host", "ssh.failed", "vault.unreachable", "database.away", "database.locked",
    }
)  # fmt: skip
"""A link, a lock, a worker, a name server, a service that starts anew: what stood in the way may be gone. A wrong key,
a missing folder or a full disk waits for a person, and trying again would only hide it."""
BACKOFF = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45))


def next_try(code: str, tries: int, ended_at: datetime) -> datetime | None:
    """When to try again after the try number `tries` (from 1) ended with `code`; None: not at all."""
    if code not in PASSING or not 1 <= tries <= len(BACKOFF):
        return None
    return ended_at + BACKOFF[tries - 1]
