"""The key with which the portal signs in to a server."""

from __future__ import annotations

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import servers as desk
from portal.store import db
from portal.store.queries import servers as rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.servers.catalogue import key_values
from portal.web.servers.door import blueprint
from schemas.server import KeyChoice


@blueprint.get("/<int:server_id>/kunci")
def key(server_id: int) -> Response:
    """Choose another key, or make one."""
    return _page(server_id, {"key_choice": "new"}, {})


@blueprint.post("/<int:server_id>/kunci")
def choose_key(server_id: int) -> Response | WerkzeugResponse:
    """Give the server another key."""
    values = typed(request.form)
    try:
        choice = parse(KeyChoice, key_values(values))
        server = desk.choose_key(
            server_id, choice, person().user, at=db.now(), settings=current_app.config["SETTINGS"]
        )
    except InvalidInput as error:
        fields = {name or "key_id": problem for name, problem in error.fields.items()}
        return _page(server_id, values, messages.field_problems(fields), 422)
    notice("server.key_chosen", name=server.key.name if server.key else "")
    return redirect(url_for("servers.show", server_id=server_id, _anchor="langkah"), 303)


@blueprint.get("/<int:server_id>/kunci.pub")
def public_key(server_id: int) -> Response:
    """The line for the server's authorized_keys, as plain text. Raises NotFound('server.no_key')."""
    server = desk.find(server_id)
    if server.key is None:
        raise NotFound("server.no_key", server=server.name)
    response = make_response(authorized_line(server.key.public_key) + "\n")
    response.mimetype = "text/plain"
    return response


@blueprint.app_template_filter("authorized_line")
def authorized_line(public_key: str) -> str:
    """The exact line to install: a key without terminal and without forwarding (sshd(8), "restrict")."""
    return f"restrict {public_key}"


def _page(server_id: int, values: dict[str, object], problems: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "servers/key.html", server=desk.find(server_id), keys=rows.keys(), values=values, problems=problems
    )
    return make_response(page, status)
