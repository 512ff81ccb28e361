"""Read side of the second vault: what lies there, what it lacks, and when it was last tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.store.models import Run, Server, Snapshot, VaultState


def servers() -> list[Server]:
    """The servers that the vault holds copies of."""
    held = Snapshot.select(Snapshot.server).where(Snapshot.removed_at.is_null()).distinct()
    return list(Server.select().where(Server.id.in_(held)).order_by(Server.id))


def has_any(server_id: int) -> bool:
    """Whether the vault holds a copy of the server."""
    return bool(Snapshot.select().where(Snapshot.server == server_id, Snapshot.removed_at.is_null()).exists())


def last_run(server_id: int) -> Run | None:
    """The newest copying of a server's copies, or None."""
    query = Run.select().where(Run.server == server_id, Run.kind == "copy")
    return query.order_by(Run.id.desc()).first()


def first_run(server_id: int) -> Run | None:
    """The oldest copying of a server's copies, or None."""
    return Run.select().where(Run.server == server_id, Run.kind == "copy").order_by(Run.id).first()


def parts_read(server_id: int) -> tuple[int, datetime | None]:
    """How many parts of the second vault were read to their end, and when that was last. One that was found damaged
    counts: it is told as a finding, and what comes after it must be read all the same."""
    ended = (Run.state == "succeeded") | (Run.code == "second.damaged")
    query = Run.select().where(Run.server == server_id, Run.kind == "copy", ended)
    read = [run for run in query.order_by(Run.id) if run.spec.get("parts")]
    return len(read), read[-1].finished_at if read else None


def live_run(server_id: int) -> Run | None:
    """The copying that waits or runs, or None."""
    live = Run.state.in_(("queued", "running"))
    return Run.select().where(Run.server == server_id, Run.kind == "copy", live).first()


def count_lacking(server_id: int) -> int:
    """How many copies the second vault does not hold."""
    return int(_lacking(server_id).count())


def oldest_lacking(server_id: int) -> Snapshot | None:
    """The oldest copy that the second vault does not hold, or None."""
    return _lacking(server_id).order_by(Snapshot.created_at).first()


def newest_lacking(server_id: int) -> Snapshot | None:
    """The newest copy that the second vault does not hold, or None."""
    return _lacking(server_id).order_by(Snapshot.created_at.desc()).first()


def removed_ids(server_id: int) -> set[str]:
    """The full ids of the copies that approved cuts have taken out of the vault."""
    return _ids(Snapshot.server == server_id, Snapshot.removed_at.is_null(False))


def removed_there(server_id: int) -> set[str]:
    """Those of them that the second vault still holds."""
    return _ids(
        Snapshot.server == server_id, Snapshot.removed_at.is_null(False), Snapshot.second_at.is_null(False)
    )


def is_known(server_id: int) -> bool:
    """Whether the second vault has held copies of the server already."""
    state = VaultState.get_or_none(VaultState.server == server_id)
    return state is not None and state.second_copied_at is not None


def _lacking(server_id: int) -> Any:
    return Snapshot.select().where(
        Snapshot.server == server_id, Snapshot.removed_at.is_null(), Snapshot.second_at.is_null()
    )


def _ids(*where: Any) -> set[str]:
    return {row.snapshot_id for row in Snapshot.select(Snapshot.snapshot_id).where(*where)}
