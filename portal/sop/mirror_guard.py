"""The guard of the mirrors: from what a dry run found to pass or stop. Pure.

An empty source with --delete empties the copy and is called a success by rsync; --max-delete stops only after so many
are gone. So a mirror runs dry first, and this decides before the first deletion.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.mirror import Limits, Mount, Reason


@dataclass(frozen=True, slots=True)
class Facts:
    """What a dry run found. `source_files` and `copy_files` count all but folders, `copy_entries` and `deletions` those
    too. `sentinel_seen` is True where no sentinel was agreed, `mount_before` None before the first good run."""

    source_files: int
    copy_files: int
    copy_entries: int
    deletions: int
    sentinel_seen: bool
    mount_before: Mount | None
    mount_now: Mount


def decide(facts: Facts, limits: Limits) -> tuple[Reason, ...]:
    """Why the run must stop, the gravest reason first; nothing when it may go on."""
    found = {
        Reason.EMPTY_SOURCE: facts.source_files == 0 and facts.copy_files > 0,
        Reason.MOUNT_CHANGED: facts.mount_before is not None and facts.mount_before != facts.mount_now,
        Reason.SENTINEL_MISSING: not facts.sentinel_seen,
        Reason.MANY_DELETES: facts.deletions > limits.count
        or facts.deletions * 100 > limits.share * facts.copy_entries,
    }
    return tuple(reason for reason in Reason if found[reason])


def share(deletions: int, entries: int) -> int:
    """Deletions in percent of what the copy holds, rounded up: a part of a percent is not nothing."""
    return -(-deletions * 100 // entries) if entries else 0
