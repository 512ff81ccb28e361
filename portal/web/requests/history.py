"""What an official may know of what went before a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from portal.operations import remarks
from portal.store import db
from portal.store.queries import grants, servers
from portal.store.queries import history as rows
from portal.store.queries import requests as readable
from portal.web import access
from portal.web.identity import Person, person_or_none
from portal.web.requests.door import blueprint, reader

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Run, Server

MOST = 5


@dataclass(frozen=True, slots=True)
class History:
    """Others of the requester, others about the server, and that server's last runs; `linked` where the person may open
    those."""

    own: list[BackupRequest]
    about: list[BackupRequest]
    server: Server | None
    runs: list[Run]
    linked: bool


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """`history_of(request)` for the request's page and the preview."""
    return {"history_of": history_of}


def history_of(backup_request: BackupRequest) -> History | None:
    """The history, for the request's officials; None for everybody else."""
    who = person_or_none()
    if who is None or not remarks.may_write(backup_request, who.user, db.now()):
        return None
    name = (backup_request.form or {}).get("server_name") or ""
    grant = grants.of_request(backup_request.id)
    server = grant.server if grant else servers.by_name(name)
    return History(
        own=_seen(rows.of_requester(backup_request, MOST), who),
        about=_seen(rows.of_server(backup_request, server, name, MOST), who),
        server=server,
        runs=rows.runs_of(server, MOST) if server else [],
        linked=access.may_visit(current_app, who, "runs.index"),
    )


def _seen(found: list[BackupRequest], who: Person) -> list[BackupRequest]:
    """Those of them that the person may see."""
    return [row for row in found if readable.may_read(row, reader(who))]
