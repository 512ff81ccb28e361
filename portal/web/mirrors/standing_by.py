"""Proposing to keep a database on a standby server, and approving the server."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import standbys
from portal.store import db
from portal.store.queries import grants
from portal.store.queries import mirrors as rows
from portal.store.queries import requests as request_rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.mirrors.door import blueprint
from schemas.mirror import EVERY_HOURS, StandbyForm

FIELDS = ("path", "target_server_id", "every_hours")
NEW = "/permohonan/<int:request_id>/cermin/database"


@blueprint.get(NEW)
def new_standby(request_id: int) -> Response:
    """The form for one of the request's databases."""
    return _form(request_id, {"every_hours": 24}, {})


@blueprint.post(NEW)
def propose(request_id: int) -> Response | WerkzeugResponse:
    """Propose it."""
    values = typed(request.form)
    try:
        form = parse(StandbyForm, {name: values[name] for name in FIELDS if name in values})
        mirror = standbys.propose(request_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _form(request_id, values, messages.field_problems(error.fields), 422)
    notice("mirror.proposed", path=mirror.path)
    return redirect(url_for("mirrors.show", mirror_id=mirror.id), 303)


@blueprint.post("/cermin/<int:mirror_id>/setujui")
def approve(mirror_id: int) -> WerkzeugResponse:
    """Approve the standby server."""
    standbys.approve(mirror_id, person().user, at=db.now())
    notice("mirror.approved")
    return redirect(url_for("mirrors.show", mirror_id=mirror_id), 303)


def _form(request_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    """Raises NotFound for a request that grants no mirror of a database."""
    grant = grants.of_request(request_id)
    if grant is None or standbys.SERVICE not in grant.scope["services"]:
        raise NotFound("request.unknown")
    page = render_template(
        "mirrors/standby.html",
        backup_request=request_rows.get(request_id),
        server_name=grant.scope["server_name"],
        databases=[(path, path) for path in grant.scope["databases"]],
        standbys=[(server.id, server.name) for server in rows.standbys(grant.server_id)],
        intervals=[(hours, messages.label("mirror_every", hours)) for hours in EVERY_HOURS],
        values=values,
        problems=problems,
    )
    return make_response(page, status)
