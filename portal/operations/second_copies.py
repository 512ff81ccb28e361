"""The second copy: started by the clock after a backup or once a day, by a person at any time, and watched."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import Forbidden, PortalError, TransitionRefused
from portal.operations import audit, authority, findings, runs
from portal.operations.servers import find
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Run, Server, Snapshot, User, VaultState
from portal.store.queries import findings as finding_rows
from portal.store.queries import runs as rows
from portal.store.queries import second_copies as copies
from schemas.run import RunKind, RunSpec

KEEPERS = (Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
KIND = "second_copy"
AGAIN = timedelta(hours=1)
"""How long after an attempt the clock waits before the next one."""
DAILY = timedelta(days=1)


def start(server_id: int, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Copy what the second vault does not hold yet. A copying that is under way is the answer.

    Raises NotFound, Forbidden('run.role', 'second.not_set', 'authority.…', 'chain.own_request').
    """
    runs.require(user, at, *KEEPERS)
    with transaction():
        rows.hold_server(server_id)
        if known := rows.by_key(key) or copies.live_run(server_id):
            return known
        run = _order(find(server_id), user, key, at, settings)
    return runs.send(run, settings, at)


def restart(run: Run, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start again what ended without success. Raises as `start`."""
    if run.kind != RunKind.COPY:
        raise ValueError(run.kind)
    return start(run.server_id, user, key, at=at, settings=settings)


def start_due(at: datetime, settings: Settings) -> list[int]:
    """Start what is due: copies that the second vault lacks, or a day has gone by. Return the runs' ids. Where no
    request holds any more nothing is started; that the copies are late is told by `tell_late`."""
    if not settings.second_vault:
        return []
    started = []
    for server in copies.servers():
        with transaction():
            rows.hold_server(server.id)
            if not _due(server.id, at):
                continue
            try:
                run = _order(server, None, f"second:{server.id}:{at:%Y%m%dT%H%M%S}", at, settings)
            except PortalError:
                continue
        runs.send(run, settings, at)
        started.append(run.id)
    return started


def tell_late(at: datetime, settings: Settings) -> list[int]:
    """Raise a finding for each server with a copy that should have been in the second vault by now; not again as
    long after one was dealt with. Return the findings' ids."""
    if not settings.second_vault:
        return []
    patience, told = timedelta(hours=settings.second_copy_late_hours), []
    for server in copies.servers():
        oldest = copies.oldest_lacking(server.id)
        closed = finding_rows.last_closed(server.id, KIND)
        if oldest is None or at - _awaited_since(oldest) <= patience or (closed and at - closed <= patience):
            continue
        context = {"hours": settings.second_copy_late_hours, "lacking": copies.count_lacking(server.id)}
        with transaction():
            found = findings.raise_once(
                server.id, KIND, "second.late", at=at, severity="warn", context=context
            )
        told += [found.id] if found else []
    return told


def _awaited_since(lacking: Snapshot) -> datetime:
    """Since when a copy should be on its way: copies older than the second vault are not late on its first day."""
    first = copies.first_run(lacking.server_id)
    return max(lacking.created_at, first.queued_at) if first else lacking.created_at


def _due(server_id: int, at: datetime) -> bool:
    """Whether a copying should begin now; one that is under way or was tried a moment ago is enough."""
    if copies.live_run(server_id):
        return False
    last = copies.last_run(server_id)
    since = at - last.queued_at if last else None
    # A clock that was set back since must not make the copies wait for the old time to come again.
    if since is None or since < timedelta(0):
        return copies.count_lacking(server_id) > 0
    return since >= DAILY or (since >= AGAIN and copies.count_lacking(server_id) > 0) or _new(server_id, last)


def _new(server_id: int, last: Run | None) -> bool:
    """Whether a backup has made a copy since the last attempt, which went well."""
    newest = copies.newest_lacking(server_id)
    return bool(
        last
        and last.state == "succeeded"
        and newest
        and newest.created_at > (last.finished_at or last.queued_at)
    )


def _part(server_id: int, at: datetime, settings: Settings) -> tuple[int, int]:
    """The part of the second vault whose bytes are read after this copying: one a day, so that nothing rots unseen;
    (0, 0) for none."""
    read, last = copies.parts_read(server_id)
    if last is not None and timedelta(0) <= at - last < DAILY:
        return 0, 0
    return read % settings.integrity_parts + 1, settings.integrity_parts


def _order(server: Server, user: User | None, key: str, at: datetime, settings: Settings) -> Run:
    if not settings.second_vault:
        raise Forbidden("second.not_set")
    grant, _ = authority.of_server(server, user.id if user else 0, at=at)
    frozen = finding_rows.count_open(server.id)
    part, parts = _part(server.id, at, settings)
    spec = RunSpec(
        kind=RunKind.COPY,
        server=runs.server_spec(server),
        request_number=grant.backup_request.number,
        grant_digest=grant.digest,
        snapshot_ids=() if frozen else tuple(sorted(copies.removed_there(server.id))),
        second_known=copies.is_known(server.id),
        part=part,
        parts=parts,
    )
    if user is not None and not copies.has_any(server.id):
        raise TransitionRefused("second.nothing")
    return runs.create(spec, server, user, key, at, backup_request=grant.backup_request, grant=grant)


def renew(*, at: datetime) -> int:
    """Begin with an empty second vault, as after its disk was lost: everything counts as lacking there. Return how
    many copies that are."""
    with transaction():
        count = Snapshot.update(second_at=None).where(Snapshot.second_at.is_null(False)).execute()
        VaultState.update(second_copied_at=None, second_bytes=None).execute()
        audit.record("second:renewed", actor=None, subject_type="vault", at=at, data={"count": int(count)})
        return int(count)
