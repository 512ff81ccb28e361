"""The commands around a server's backups, and what the form of a grant shows of them."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import commands as desk
from portal.operations import servers
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.servers.door import blueprint
from schemas.commands import CommandsForm, lines, seen


@blueprint.get("/<int:server_id>/perintah")
def commands(server_id: int) -> Response:
    """The form."""
    server = servers.find(server_id)
    return _form(server_id, {"before": server.before, "after": server.after}, {})


@blueprint.post("/<int:server_id>/perintah")
def write_commands(server_id: int) -> Response | WerkzeugResponse:
    """Write them down."""
    values = typed(request.form)
    try:
        form = parse(CommandsForm, {name: values.get(name, "") for name in ("before", "after")})
        desk.write(server_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _form(server_id, values, messages.field_problems(error.fields), 422)
    notice("commands.saved")
    return redirect(url_for("servers.show", server_id=server_id, _anchor="perintah"), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the pages show of commands."""
    return {"commands_of": commands_of}


def commands_of(server: Any) -> dict[str, object]:
    """The commands of a server, and what tells which they were."""
    before, after = lines(server.before), lines(server.after)
    return {
        "before": before,
        "after": after,
        "seen": seen(server.id, before, after) if before or after else "",
    }


def _form(server_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    server = servers.find(server_id)
    page = render_template("servers/commands.html", server=server, values=values, problems=problems)
    return make_response(page, status)
