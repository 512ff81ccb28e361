"""Read side of what proves copies: when it was last done, and the copy whose turn it is."""

from __future__ import annotations

from datetime import datetime

from portal.store.models import Run, Snapshot

LIVE = ("queued", "running")


def last_run(server_id: int, kind: str) -> Run | None:
    """The newest run of a kind on a server, or None."""
    return Run.select().where(Run.server == server_id, Run.kind == kind).order_by(Run.id.desc()).first()


def first_copy_at(server_id: int) -> datetime | None:
    """When the oldest copy that the vault still holds was made, or None."""
    held = Snapshot.select().where(Snapshot.server == server_id, Snapshot.removed_at.is_null())
    oldest = held.order_by(Snapshot.created_at).first()
    return oldest.created_at if oldest else None


def newest_copies(server_id: int) -> list[Snapshot]:
    """The newest copy of each set of sources that the vault holds of a server: together they are all that it keeps."""
    found: dict[tuple[str, ...], Snapshot] = {}
    held = Snapshot.select().where(Snapshot.server == server_id, Snapshot.removed_at.is_null())
    for snapshot in held.order_by(Snapshot.id.desc()):
        found.setdefault(tuple(sorted(snapshot.sources)), snapshot)
    return list(found.values())


def proven_at(snapshot: Snapshot) -> datetime | None:
    """When a copy of the same sources was last proven to come back, or None."""
    same = [
        row.proven_at
        for row in Snapshot.select(Snapshot.proven_at, Snapshot.sources).where(
            Snapshot.server == snapshot.server_id, Snapshot.proven_at.is_null(False)
        )
        if sorted(row.sources) == sorted(snapshot.sources)
    ]
    return max(same, default=None)


def first_kept_at(snapshot: Snapshot) -> datetime:
    """When the same sources were first kept."""
    same = [
        row.created_at
        for row in Snapshot.select(Snapshot.created_at, Snapshot.sources).where(
            Snapshot.server == snapshot.server_id
        )
        if sorted(row.sources) == sorted(snapshot.sources)
    ]
    return min(same)


def last_test_at(snapshot: Snapshot) -> datetime | None:
    """When a restore test of a copy was last asked for, however it ended, or None."""
    tests = Run.select().where(Run.kind == "restore_test", Run.parent == snapshot.run_id)
    last = tests.order_by(Run.id.desc()).first()
    return last.queued_at if last else None


def is_live(server_id: int, *kinds: str) -> bool:
    """Whether a run of one of these kinds waits or runs on a server."""
    return bool(
        Run.select().where(Run.server == server_id, Run.kind.in_(kinds), Run.state.in_(LIVE)).exists()
    )
