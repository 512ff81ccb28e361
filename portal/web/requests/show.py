"""One request: where it stands, its way through the desks, its papers, its runs, and what this person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from portal.operations import disposition, office, papers
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import dispositions, grants, letters, runs, servers, snapshots
from portal.store.queries import requests as rows
from portal.web.identity import person
from portal.web.requests import timeline
from portal.web.requests.door import blueprint, find
from schemas.decision import INSTRUCTIONS

if TYPE_CHECKING:
    from portal.store.models import BackupRequest


@blueprint.get("/<int:request_id>")
def show(request_id: int) -> str:
    """The request's page."""
    return page(find(request_id))


def page(backup_request: BackupRequest, *, typed: dict[str, Any] | None = None, problems: dict[str, str] | None = None,
         sentence: str = "") -> str:  # fmt: skip
    """The page with what was typed into an action that could not be taken, so that nothing is lost."""
    at, who = db.now(), person()
    decisions = dispositions.of_request(backup_request.id)
    moves = disposition.available(backup_request, who.user, at)
    return render_template(
        "requests/show.html",
        backup_request=backup_request,
        form=backup_request.form or {},
        stations=timeline.stations(backup_request, decisions, at),
        counted=office.explained(backup_request, decisions),
        moves=moves,
        typed=typed or {},
        problems=problems or {},
        sentence=sentence,
        instructions=INSTRUCTIONS,
        unproven=grants.unproven_folders(backup_request.id) if backup_request.step == "execution" else [],
        grant=grants.of_request(backup_request.id),
        servers=servers.active() if any(move.effect and "grant" in move.effect for move in moves) else [],
        files=rows.attachments(backup_request.id),
        letters=letters.of_request(backup_request.id),
        papers=papers.available(backup_request),
        runs=runs.of_request(backup_request.id),
        snapshots=snapshots.of_request(backup_request.id),
        can_start=who.has(Role.ADMINISTRATOR) and backup_request.requester_id != who.id,
        is_requester=backup_request.requester_id == who.id,
    )
