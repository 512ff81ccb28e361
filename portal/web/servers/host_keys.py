"""Proposing, approving and refusing a server's host key."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput
from portal.operations import host_keys as desk
from portal.store import db
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.servers.door import blueprint
from schemas.server import Reason


@blueprint.post("/<int:server_id>/kunci-host/ajukan")
def propose(server_id: int) -> Response:
    """Propose what a scan has found."""
    run_id = small_number(request.form.get("run_id")) or 0
    desk.propose(server_id, run_id, person().user, at=db.now())
    notice("host_key.proposed")
    return _back(server_id)


@blueprint.post("/<int:server_id>/kunci-host/setujui")
def approve(server_id: int) -> Response:
    """Trust the key with the fingerprint that was shown."""
    desk.approve(server_id, request.form.get("fingerprint", ""), person().user, at=db.now())
    notice("host_key.approved")
    return _back(server_id)


@blueprint.post("/<int:server_id>/kunci-host/tolak")
def refuse(server_id: int) -> Response:
    """Do not trust it, with a reason."""
    try:
        note = parse(Reason, {"note": request.form.get("note", "")}).note
        desk.refuse(server_id, request.form.get("fingerprint", ""), note, person().user, at=db.now())
    except InvalidInput as error:
        code, context = error.fields["note"]
        notice("host_key.refusal_reason", "bad", problem=messages.text(code, **context))
        return _back(server_id)
    notice("host_key.refused", "info")
    return _back(server_id)


def _back(server_id: int) -> Response:
    return redirect(url_for("servers.show", server_id=server_id, _anchor="langkah"), 303)
