"""Allowing a restore, refusing it, carrying it out, stopping it."""

from __future__ import annotations

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput
from portal.operations import restore_runs, restores
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.restores.door import blueprint
from schemas.server import Reason


@blueprint.post("/pemulihan/<int:restore_id>/setujui")
def approve(restore_id: int) -> Response:
    """Allow it."""
    restores.approve(restore_id, person().user, at=db.now())
    notice("restore.approved")
    return _back(restore_id)


@blueprint.post("/pemulihan/<int:restore_id>/tolak")
def refuse(restore_id: int) -> Response:
    """Do not allow it, with a reason."""
    try:
        note = parse(Reason, {"note": request.form.get("note", "")}).note
        restores.refuse(restore_id, note, person().user, at=db.now())
    except InvalidInput as error:
        code, context = error.fields["note"]
        notice("restore.refusal_reason", "bad", problem=messages.text(code, **context))
        return _back(restore_id)
    notice("restore.refused", "info")
    return _back(restore_id)


@blueprint.post("/pemulihan/<int:restore_id>/mulai")
def start(restore_id: int) -> Response:
    """Carry it out."""
    settings = current_app.config["SETTINGS"]
    restore_runs.start(restore_id, person().user, form_key(), at=db.now(), settings=settings)
    return _back(restore_id)


@blueprint.post("/pemulihan/<int:restore_id>/batal")
def cancel(restore_id: int) -> Response:
    """Ask its run to stop."""
    run = restore_runs.cancel(restore_id, person().user, at=db.now())
    notice("run.cancel_asked", "info", run=run.id)
    return _back(restore_id)


def _back(restore_id: int) -> Response:
    return redirect(url_for("restores.show", restore_id=restore_id), 303)
