"""Asking for a database of a copy to be brought back."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import copies, restore_databases, restores
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.restores.door import blueprint
from schemas.restore import DatabaseForm, Mode

FORM = "/server/<int:server_id>/cadangan/<int:snapshot_id>/pulihkan-database"
FIELDS = {Mode.NEW: ("mode", "target_server_id", "target_name", "reason"), Mode.IN_PLACE: ("mode", "reason")}


@blueprint.get(FORM)
def new_database(server_id: int, snapshot_id: int) -> Response:
    """The form for the database `nama` of the copy."""
    return _form(server_id, snapshot_id, {"mode": Mode.NEW.value, "target_server_id": server_id}, {})


@blueprint.post(FORM)
def create_database(server_id: int, snapshot_id: int) -> Response | WerkzeugResponse:
    """Ask for it."""
    values = typed(request.form)
    try:
        form = _read(values)
        restore = restore_databases.ask(
            server_id, snapshot_id, _path(), form, person().user, form_key(), at=db.now()
        )
    except InvalidInput as error:
        return _form(server_id, snapshot_id, values, messages.field_problems(error.fields), 422)
    notice("restore.asked")
    return redirect(url_for("restores.show", restore_id=restore.id), 303)


def _read(values: dict[str, Any]) -> DatabaseForm:
    names = FIELDS.get(values.get("mode", ""))
    if names is None:
        raise InvalidInput(fields={"mode": ("restore.mode", {})})
    return parse(DatabaseForm, {name: values[name] for name in names if name in values})


def _path() -> str:
    return request.values.get("nama", "")


def _form(
    server_id: int, snapshot_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    """Raises NotFound('restore.no_database')."""
    who, at = person(), db.now()
    snapshot = copies.find(server_id, snapshot_id, who.user, at=at)
    page = render_template(
        "restores/database_form.html",
        server=snapshot.server,
        snapshot=snapshot,
        may_see_server=copies.whose(who.user, at) is None,
        wanted=restore_databases.find(snapshot, _path()),
        values=values,
        problems=problems,
        targets=[(server.id, server.name) for server in restores.targets(snapshot, who.user, at=at)],
    )
    return make_response(page, status)
