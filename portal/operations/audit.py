"""The trail: each entry carries the hash of the one before, so that a changed or missing row is found."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.operations import mandates
from portal.store import db
from portal.store.models import AuditEntry, User
from portal.store.queries import audit as trail
from portal.store.queries import people

GENESIS = "0" * 64
PORTAL = "Lumbung"
BY_POST = frozenset({"calendar", "cut", "emergency", "finding", "key", "letter", "mirror", "policy", "restore", "run",
                     "schedule", "server", "vault"})  # fmt: skip
"""What is done by whoever holds a post: the entry tells for whom its actor stood at that moment."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the chain found. The first `entries` hold; `broken_at` is the first sequence that does not follow
    from the entry before it, or None; `head` is the last hash, to be kept elsewhere (see `verify`)."""

    ok: bool
    entries: int
    broken_at: int | None
    head: str


class UnreadableHead(RuntimeError):
    """The file in which the head was kept says none: whether the chain was cut off since then cannot be told."""


def record(
    tag: str,
    *,
    actor: User | None,
    subject_type: str,
    subject_id: int | None = None,
    data: dict[str, Any] | None = None,
    at: datetime,
) -> AuditEntry:
    """Write one entry, `tag` being `subject:action`, inside the caller's transaction.

    `actor` None is the portal itself. `data` must be JSON and hold no secret. Raises RuntimeError outside a
    transaction: an entry that outlives a failed change, or the other way round, would make the trail lie.
    """
    if not db.database.in_transaction():
        raise RuntimeError("an audit entry belongs in the transaction of what it tells")
    trail.hold_chain()
    last = trail.last()
    fields: dict[str, Any] = {
        "sequence": last.sequence + 1 if last else 1,
        "at": at,
        "actor_id": actor.id if actor else None,
        "actor_name": actor.name if actor else PORTAL,
        "tag": tag,
        "subject_type": subject_type,
        "subject_id": subject_id,
        # As it will read when it comes back from the database: text keys, lists instead of tuples.
        "data": json.loads(json.dumps((data or {}) | _stood_for(actor, subject_type, at), allow_nan=False)),
        "previous": last.hash if last else GENESIS,
    }
    return AuditEntry.create(**fields, hash=_digest(fields))


def _stood_for(actor: User | None, subject_type: str, at: datetime) -> dict[str, Any]:
    if actor is None or subject_type not in BY_POST:
        return {}
    standing = [mandates.told(given) for given in people.mandates(actor, at) if not given.steps]
    return {"stood_for": standing} if standing else {}


def verify(known_head: tuple[int, str] | None = None) -> Verification:
    """Read the whole chain, row by row, and say whether it holds.

    The chain itself shows a changed row, a row put in, and a row missing anywhere but at the end. Rows cut from
    the end leave a shorter chain that is sound in itself, so the last (sequence, hash) must be kept where the
    database's owner cannot reach it too; given as `known_head`, it must still be in the chain.
    """
    found = walk(0, GENESIS)
    if not found.ok or known_head is None or trail.hash_of(known_head[0]) == known_head[1]:
        return found
    sequence = known_head[0]
    return Verification(False, found.entries, min(sequence, found.entries + 1), found.head)


def walk(first: int, previous: str, most: int | None = None) -> Verification:
    """Verify the entries after `first`, whose hash is `previous`; at most `most` of them. `entries` of what is returned
    is the last sequence that holds."""
    for entry in trail.stream(first, most):
        if (
            entry.sequence != first + 1
            or entry.previous != previous
            or entry.hash != _digest(_said_by(entry))
        ):
            return Verification(False, first, first + 1, previous)
        first, previous = first + 1, entry.hash
    return Verification(True, first, None, previous)


def verify_against(kept: Path) -> Verification:
    """Verify with the head kept in the file `kept`, and keep the new head there (0600) when the chain holds. Raises
    UnreadableHead.

    The file belongs where whoever can change the database cannot write: another machine, or at least other rights.
    """
    found = verify(kept_head(kept))
    if found.ok:
        keep_head(kept, found.entries, found.head)
    return found


def kept_head(kept: Path) -> tuple[int, str] | None:
    """The head that was kept at the last check, or None. Raises UnreadableHead where a file is there and says none."""
    try:
        sequence, digest = kept.read_text(encoding="ascii").split()
        return int(sequence), digest
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnreadableHead(str(kept)) from error


def keep_head(kept: Path, sequence: int, head: str) -> None:
    """Keep the head of a chain that holds; an empty one has none. A power cut leaves the old or the new one whole."""
    if not sequence:
        return
    waiting = kept.with_name(f".{kept.name}.{os.getpid()}")
    descriptor = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{sequence} {head}\n")
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(kept)


def _said_by(entry: AuditEntry) -> dict[str, Any]:
    names = (
        "sequence",
        "at",
        "actor_id",
        "actor_name",
        "tag",
        "subject_type",
        "subject_id",
        "data",
        "previous",
    )
    return {name: getattr(entry, name) for name in names}


def canonical(entry: AuditEntry) -> str:
    """The text whose SHA-256 is the entry's hash, for whoever checks it without the portal."""
    return _canonical(_said_by(entry))


def _digest(fields: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()


def _canonical(fields: dict[str, Any]) -> str:
    said = fields | {"at": fields["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
