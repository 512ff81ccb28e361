"""Read side of the services that were granted: what hangs on each, and what was asked about it since."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.store.models import BackupRequest, Grant, GrantVersion, Mirror, Run, Schedule

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
