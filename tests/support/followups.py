"""A service that runs, and a request about it walked over the desks."""

from __future__ import annotations

from typing import Any

from portal.config import Settings
from portal.operations import followups
from portal.store.models import BackupRequest, Grant, Server, User
from schemas.followup import RequestKind
from tests.support import desks
from tests.support.desks import File

REASON = "Situs tetap dipakai setiap hari."


def service(settings: Settings, cast: dict[str, User], server: Server | None = None) -> File:
    """A service of Sari's that was granted, carried out and proven; its request stands at execution."""
    filed = desks.file(settings, cast)
    filed.server = server
    return filed.walk("").prove()


def ask(service: File, kind: str, who: str = "sari", **typed: Any) -> File:
    """Send a request about the service to the head of the unit."""
    raw = {"reason": REASON, **typed}
    user, key = service.cast[who], f"lanjutan-{next(desks._serial):08d}"
    draft = followups.keep(service.request_id, RequestKind(kind), user, key, raw, at=service.at)
    followups.send(draft.id, draft.revision, user, at=service.at, settings=service.settings)
    return File(service.settings, service.cast, draft.id, service.at, service.server)


def walk(file: File, until: str = "", **approved: Any) -> File:
    """Go the granted way until `until`; "" goes on to the follow-up. `approved` is what the Kasubbid says."""
    for step, who, action in desks.STATIONS:
        if step == until:
            break
        if file.row.step == step:
            file.act(who, action, **(approved if (who, action) == ("joko", "approve") else {}))
    return file


def grant_of(file: File) -> Grant:
    """The authority of a service as it stands."""
    return Grant.get(Grant.backup_request == file.request_id)


def row_of(file: File) -> BackupRequest:
    """The service's request as it stands."""
    return BackupRequest.get_by_id(file.request_id)
