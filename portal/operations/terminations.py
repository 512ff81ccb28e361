"""The end of a service whose termination was approved: what would go on by itself under it stops, what was kept stays
until its own time has come."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden
from portal.operations import audit, mirrors, schedule_runs
from portal.store.db import transaction
from portal.store.models import BackupRequest, Mirror, Schedule, User
from portal.store.queries import grants, services


def stop(service: BackupRequest, actor: User | None, *, at: datetime) -> int:
    """End the schedules and mirrors that hang on a service, inside the caller's transaction; how many there were.

    A mirror that another approved request covers goes on under that one.
    """
    stopped = 0
    for schedule in services.live_schedules(service.id):
        schedule_runs.give_up_pending(schedule, at)
        ended = {"state": "ended", "changed_at": at, "revision": schedule.revision + 1}
        Schedule.update(ended).where(Schedule.id == schedule.id).execute()
        data = {"name": schedule.name, "server_id": schedule.server_id, "request": service.number}
        audit.record(
            "schedule:ended", actor=actor, subject_type="schedule", subject_id=schedule.id, at=at, data=data
        )
        stopped += 1
    for mirror in services.live_mirrors(service.id):
        if _goes_on(mirror, at):
            continue
        Mirror.update(active=False, open_key=None).where(Mirror.id == mirror.id).execute()
        mirrors.record("ended", mirror, actor, at)
        stopped += 1
    return stopped


def end_due(at: datetime) -> list[int]:
    """Stop what still goes on under services whose last day has passed; the ids of their requests. Run by the clock."""
    stopped = []
    for service_id in services.terminated(at):
        with transaction():
            service = BackupRequest.get_by_id(service_id)
            if stop(service, None, at=at):
                stopped.append(service_id)
    return stopped


def going_on(service_id: int, at: datetime) -> tuple[str, ...]:
    """What speaks against a service being over, as codes: its authority holds, something under it would start by
    itself, or a run of it has not ended."""
    grant = grants.of_request(service_id)
    found = []
    if grant is None or not (grant.revoked_at is not None or grant.ends_at <= at):
        found.append("proof.service_holds")
    mirrors_left = [mirror for mirror in services.live_mirrors(service_id) if not _goes_on(mirror, at)]
    if services.live_schedules(service_id) or mirrors_left:
        found.append("proof.starts_by_itself")
    if services.live_runs(service_id):
        found.append("proof.still_running")
    return tuple(found)


def _goes_on(mirror: Mirror, at: datetime) -> bool:
    try:
        mirrors.authority_of(mirror, None, at=at)
    except Forbidden:
        return False
    return True
