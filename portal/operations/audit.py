"""The trail: each entry carries the hash of the one before, so that a changed or missing row is found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.store import db
from portal.store.models import AuditEntry, User
from portal.store.queries import audit as trail

GENESIS = "0" * 64
PORTAL = "Lumbung"


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the chain found. `entries` were read; `broken_at` is the first sequence that does not follow
    from the entry before it, or None; `head` is the last hash, to be kept elsewhere (see `verify`)."""

    ok: bool
    entries: int
    broken_at: int | None
    head: str


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
        "data": json.loads(json.dumps(data or {}, allow_nan=False)),
        "previous": last.hash if last else GENESIS,
    }
    return AuditEntry.create(**fields, hash=_digest(fields))


def verify(known_head: tuple[int, str] | None = None) -> Verification:
    """Read the whole chain, row by row, and say whether it holds.

    The chain itself shows a changed row, a row put in, and a row missing anywhere but at the end. Rows cut from
    the end leave a shorter chain that is sound in itself, so the last (sequence, hash) must be kept where the
    database's owner cannot reach it too; given as `known_head`, it must still be in the chain.
    """
    entries, previous = 0, GENESIS
    awaited = known_head
    for entry in trail.stream():
        if (
            entry.sequence != entries + 1
            or entry.previous != previous
            or entry.hash != _digest(_said_by(entry))
        ):
            return Verification(False, entries, entries + 1, previous)
        entries, previous = entries + 1, entry.hash
        if awaited and awaited[0] == entries:
            if awaited[1] != previous:
                return Verification(False, entries, entries, previous)
            awaited = None
    return Verification(awaited is None, entries, entries + 1 if awaited else None, previous)


def verify_against(kept: Path) -> Verification:
    """Verify with the head kept in the file `kept`, and keep the new head there (0600) when the chain holds.

    The file belongs where whoever can change the database cannot write: another machine, or at least other rights.
    """
    try:
        sequence, digest = kept.read_text(encoding="ascii").split()
        known: tuple[int, str] | None = (int(sequence), digest)
    except FileNotFoundError:
        known = None
    found = verify(known)
    if found.ok and found.entries:
        kept.touch(mode=0o600)
        kept.write_text(f"{found.entries} {found.head}\n", encoding="ascii")
    return found


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


def _digest(fields: dict[str, Any]) -> str:
    said = fields | {"at": fields["at"].astimezone(UTC).isoformat(timespec="microseconds")}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
