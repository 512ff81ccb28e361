"""Starting the work on a server's repository as a whole. It hangs on an approved request of the server."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.errors import TransitionRefused
from portal.operations import authority, cuts, runs, second_copies
from portal.operations.servers import find
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Run, Server, User
from portal.store.queries import keeping
from portal.store.queries import runs as rows
from schemas.run import UPKEEP_KINDS, RunKind, RunSpec

KEEPERS = (Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)


def start_integrity(server_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start the check of the next part of a server's repository.

    Raises NotFound, Forbidden('run.role', 'authority.…', 'chain.own_request').
    """
    runs.require(user, at, *KEEPERS)
    with transaction():
        if known := rows.by_key(key):
            return known
        run = order_integrity(find(server_id), user, key, at=at, parts=settings.integrity_parts)
    return runs.send(run, settings, at)


def order_integrity(server: Server, user: User | None, key: str, *, at: datetime, parts: int) -> Run:
    """Queue the check of the next part inside the caller's transaction; without a `user` it is the clock that starts
    it. Raises Forbidden where no approved request of the server holds."""
    grant, _ = authority.of_server(server, user.id if user else 0, at=at)
    spec = RunSpec(
        kind=RunKind.INTEGRITY,
        server=runs.server_spec(server),
        request_number=grant.backup_request.number,
        grant_digest=grant.digest,
        part=next_part(server.id, parts),
        parts=parts,
    )
    return runs.create(spec, server, user, key, at, backup_request=grant.backup_request, grant=grant)


def next_part(server_id: int, parts: int) -> int:
    """The part whose turn it is; the first one when the repository is cut into other parts than before."""
    state = keeping.state_of(server_id)
    return state.next_part if state and state.parts == parts else 1


def restart(run_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what has ended without success, whatever it was. Raises as the start of its kind, NotFound, and
    TransitionRefused('run.not_restartable')."""
    run = rows.get(run_id)
    if run is None or run.kind not in UPKEEP_KINDS:
        return runs.restart(run_id, user, key, at=at, settings=settings)
    if run.state not in runs.RESTARTABLE:
        raise TransitionRefused("run.not_restartable", run=run_id)
    if run.kind == RunKind.COPY:
        return second_copies.restart(run, user, key, at=at, settings=settings)
    if run.kind == RunKind.PRUNE:
        return cuts.restart(run, user, key, at=at, settings=settings)
    return start_integrity(run.server_id, user, key, at=at, settings=settings)
