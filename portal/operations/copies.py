"""Looking into copies: who may, and having a copy's list of contents made ready."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.errors import NotFound
from portal.operations import runs
from portal.operations.runs import server_spec
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Run, Snapshot, User
from portal.store.queries import copies, people
from portal.store.queries import runs as run_rows
from schemas.run import RunKind, RunSpec

READERS = frozenset({Role.SUBDIVISION_HEAD, Role.ADMINISTRATOR, Role.DIVISION_HEAD})


def whose(user: User, at: datetime) -> int | None:
    """Whose copies `user` may look into: None for everybody's, else the user's own requests' alone."""
    held = people.roles(user, at)
    return None if held & {role.value for role in READERS} else user.id


def find(server_id: int, snapshot_pk: int, user: User, *, at: datetime) -> Snapshot:
    """A copy that `user` may look into. Raises NotFound('snapshot.unknown'), also for one of other people's."""
    snapshot = copies.get(server_id, snapshot_pk, whose(user, at))
    if snapshot is None:
        raise NotFound("snapshot.unknown")
    return snapshot


def start_index(
    server_id: int, snapshot_pk: int, user: User, key: str, *, at: datetime, settings: Settings
) -> Run:
    """Have the list of a copy's contents made ready for looking into. Raises NotFound('snapshot.unknown').

    Nothing is asked of the server, so whoever may look may ask; while one is under way that one is the answer.
    """
    snapshot = find(server_id, snapshot_pk, user, at=at)
    with transaction():
        if known := run_rows.by_key(key):
            return known
        last = copies.last_index_run(snapshot)
        if last is not None and last.state in ("queued", "running"):
            return last
        spec = RunSpec(
            kind=RunKind.INDEX,
            server=server_spec(snapshot.server),
            snapshot_id=snapshot.snapshot_id,
            manifest_path=snapshot.manifest_path,
            manifest_sha256=snapshot.manifest_sha256,
        )
        run = runs.create(spec, snapshot.server, user, key, at)
    return runs.send(run, settings, at)


def restart_index(run: Run, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Try again to make a list ready. Raises NotFound('snapshot.unknown')."""
    snapshot = Snapshot.get_or_none(Snapshot.snapshot_id == run.spec["snapshot_id"])
    if snapshot is None:
        raise NotFound("snapshot.unknown")
    return start_index(run.server_id, snapshot.id, user, key, at=at, settings=settings)
