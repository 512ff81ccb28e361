"""A request beside the list: what was asked, what the policy says of it, and the moves, each with its fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from portal.operations import disposition, opening
from portal.operations.grants import AVAILABLE_SERVICES
from portal.sop import onetap
from portal.sop.table import Action, Effect
from portal.store import db
from portal.store.queries import databases, dispositions, grants, servers
from portal.store.queries import requests as rows
from portal.web import fragments, inbox
from portal.web.desk.door import blueprint
from portal.web.identity import person
from portal.web.requests import desks, timeline
from portal.web.requests.changes import changes
from portal.web.requests.show import around, before, unproven
from schemas.decision import TERM_MONTHS

if TYPE_CHECKING:
    from portal.store.models import BackupRequest


@blueprint.get("/<int:request_id>")
def preview(request_id: int) -> str | Response:
    """The request as a part of the inbox; by itself its address leads to the request's own page."""
    if not fragments.wanted():
        return redirect(url_for("requests.show", request_id=request_id), 303)
    return page(request_id)


def page(
    request_id: int,
    *,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
    sentence: str = "",
) -> str:
    """The fragment, with what was typed into a move that could not be made. Whoever it is shown to has opened it."""
    who, at = person(), db.now()
    backup_request = opening.opened(request_id, who.user, at=at)
    decisions = dispositions.of_request(request_id)
    moves = desks.moves(backup_request, disposition.available(backup_request, who.user, at))
    moves = [move for move in moves if move.row.action is not Action.WITHDRAW]
    line = inbox.line(backup_request, who, at)
    return render_template(
        "inbox/_preview.html",
        backup_request=backup_request,
        form=backup_request.form or {},
        changed=changes(backup_request),
        files=rows.attachments(request_id),
        moves=moves,
        usual={move.row.action: onetap.instructions(backup_request.step, move.row.action) for move in moves},
        judged=line.judged,
        acting=line.acting,
        calm=inbox.may_press(backup_request, line.judged),
        before=before(decisions, moves),
        stations=timeline.stations(backup_request, decisions, at),
        address=inbox.address(),
        typed=typed or {},
        problems=problems or {},
        sentence=sentence,
        **_granting(backup_request, moves),
    )


def _granting(backup_request: BackupRequest, moves: list[desks.Move]) -> dict[str, Any]:
    """What the fields of a grant and of a report need."""
    granting = any(Effect.GRANT in move.row.effect for move in moves)
    return {
        "servers": servers.active() if granting else [],
        "offered_databases": databases.offered() if granting else [],
        "available_services": AVAILABLE_SERVICES,
        "term_months": TERM_MONTHS,
        "grant": grants.of_request(backup_request.id),
        "unproven": unproven(backup_request, db.now()),
        **around(backup_request, person().user, db.now()),
    }
