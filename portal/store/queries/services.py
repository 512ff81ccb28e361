"""Read side of the services that were granted: what hangs on each, and what was asked about it since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.store.models import (
    BackupRequest,
    Grant,
    GrantVersion,
    Mirror,
    Run,
    Schedule,
    Server,
    Snapshot,
    Unit,
    User,
)
from portal.store.queries.paging import Page, page_of

LIVE = ("queued", "running")
ENDED = ("closed", "withdrawn")


def live_schedules(request_id: int) -> list[Schedule]:
    """The schedules under a request that have not ended, by name."""
    mine = (Schedule.backup_request == request_id) & (Schedule.state != "ended")
    return list(Schedule.select().where(mine).order_by(Schedule.name, Schedule.id))


def live_mirrors(request_id: int) -> list[Mirror]:
    """The mirrors under a request that are in use."""
    mine = (Mirror.backup_request == request_id) & (Mirror.active == True)  # noqa: E712
    return list(Mirror.select().where(mine).order_by(Mirror.id))


def live_runs(request_id: int) -> list[Run]:
    """The runs under a request that wait or go on."""
    mine = (Run.backup_request == request_id) & Run.state.in_(LIVE)
    return list(Run.select().where(mine).order_by(Run.id))


def terminated(at: datetime) -> list[int]:
    """The services, by their requests, whose approved termination has come while something under them is in use."""
    query = (
        Grant.select(Grant.backup_request)
        .join(GrantVersion, on=(GrantVersion.grant == Grant.id))
        .where(
            GrantVersion.kind == "termination",
            GrantVersion.effective_at.is_null(False),
            Grant.digest == GrantVersion.digest,
            Grant.revoked_at.is_null(False) | (Grant.ends_at <= at),
        )
    )
    found = {grant.backup_request_id for grant in query}
    busy = {row.backup_request_id for row in Schedule.select().where(Schedule.state != "ended")}
    busy |= {row.backup_request_id for row in Mirror.select().where(Mirror.active == True)}  # noqa: E712
    return sorted(found & busy)


def follow_ups(request_ids: Iterable[int]) -> list[BackupRequest]:
    """What was asked about these services and sent, newest first."""
    mine = BackupRequest.about.in_(list(request_ids)) & BackupRequest.submitted_at.is_null(False)
    return list(BackupRequest.select().where(mine).order_by(BackupRequest.id.desc()))


def open_change(request_id: int, *, but: int = 0) -> BackupRequest | None:
    """The extension or termination of a service that was sent and has not ended, without the request `but`."""
    mine = (BackupRequest.about == request_id) & BackupRequest.kind.in_(("extension", "termination"))
    undecided = BackupRequest.submitted_at.is_null(False) & BackupRequest.step.not_in(ENDED)
    return BackupRequest.select().where(mine, undecided, BackupRequest.id != but).first()


def granted_to(user_id: int, units: Iterable[int], page: int = 1) -> Page[Grant]:
    """What was granted to one person, and for the units whose heads the person is, with requests, people and servers;
    what goes on first, by server."""
    query = (
        Grant.select(Grant, BackupRequest, User, Unit, Server)
        .join(BackupRequest)
        .join(User, on=(BackupRequest.requester == User.id))
        .switch(BackupRequest)
        .join(Unit, on=(BackupRequest.unit == Unit.id))
        .switch(Grant)
        .join(Server)
    )
    mine = (BackupRequest.requester == user_id) | BackupRequest.unit.in_(list(units))
    query = query.where(mine, BackupRequest.step != "withdrawn")
    return page_of(query.order_by(Grant.revoked_at.is_null(False), Grant.ends_at.desc(), Grant.id), page)


def newest_copy(request_id: int) -> Snapshot | None:
    """The newest copy of a service that is still kept, or None."""
    return _kept(request_id).order_by(Snapshot.created_at.desc(), Snapshot.id.desc()).first()


def count_copies(request_id: int) -> int:
    """How many copies of a service are still kept."""
    return int(_kept(request_id).count())


def last_proof(request_id: int) -> Run | None:
    """The newest restore test of a service that found everything whole, or None."""
    whole = (Run.backup_request == request_id) & (Run.kind == "restore_test") & (Run.state == "succeeded")
    return Run.select().where(whole).order_by(Run.id.desc()).first()


def _kept(request_id: int) -> Any:
    query = Snapshot.select(Snapshot, Run).join(Run, on=(Snapshot.run == Run.id))
    return query.where(Run.backup_request == request_id, Snapshot.removed_at.is_null())
