"""The list of servers; taking one in, correcting it, putting it to rest."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import servers as desk
from portal.store import db
from portal.store.queries import servers as rows
from portal.web import messages
from portal.web.addresses import page_number, search_words
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.servers.door import blueprint
from schemas.server import KeyChoice, ServerForm

Answer = Response | WerkzeugResponse
FIELDS = ("name", "address", "port", "username")


@blueprint.get("")
def index() -> str:
    """The servers, with the state of each one's identity and its last good backup and proof."""
    words = search_words(request.args.get("cari"))
    states = messages.labels("host_key_state")
    state = request.args.get("kunci", "")
    found = rows.search(words, state if state in states else "", page_number(request.args.get("halaman")))
    return render_template(
        "servers/index.html", found=found, words=words, state_wanted=state, counts=rows.counts_by_state()
    )


@blueprint.get("/baru")
def new() -> Answer:
    """The form for a new server."""
    return _form({"port": "22", "key_choice": "new"}, {})


@blueprint.post("/baru")
def create() -> Answer:
    """Take the server in, and lead to its steps."""
    values = typed(request.form)
    try:
        form, choice = _both(values)
        server = desk.enrol(form, choice, person().user, at=db.now(), settings=current_app.config["SETTINGS"])
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422)
    notice("server.enrolled", name=server.name)
    return redirect(url_for("servers.show", server_id=server.id), 303)


@blueprint.get("/<int:server_id>/ubah")
def edit(server_id: int) -> Answer:
    """The form with what is known of a server."""
    server = desk.find(server_id)
    return _form({name: str(getattr(server, name)) for name in FIELDS}, {}, server=server)


@blueprint.post("/<int:server_id>/ubah")
def change(server_id: int) -> Answer:
    """Correct the entry."""
    server, values = desk.find(server_id), typed(request.form)
    moved_from = (server.address, server.port)
    try:
        form = parse(ServerForm, {name: values.get(name, "") for name in FIELDS})
        server = desk.change(server_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422, server=server)
    notice("server.saved")
    if (server.address, server.port) != moved_from:
        notice("server.moved", "warn")
    return redirect(url_for("servers.show", server_id=server_id), 303)


@blueprint.post("/<int:server_id>/aktif")
def set_active(server_id: int) -> Answer:
    """Put a server to rest, or take it up again."""
    active = request.form.get("active") == "1"
    desk.set_active(server_id, active, person().user, at=db.now())
    notice("server.activated" if active else "server.deactivated")
    return redirect(url_for("servers.show", server_id=server_id), 303)


def _both(values: dict[str, Any]) -> tuple[ServerForm, KeyChoice]:
    """Both halves of the form. Raises InvalidInput naming what is wrong in either."""
    found: list[Any] = []
    problems: dict[str, tuple[str, dict[str, Any]]] = {}
    halves = (
        (ServerForm, {name: values.get(name, "") for name in FIELDS}),
        (KeyChoice, key_values(values)),
    )
    for shape, part in halves:
        try:
            found.append(parse(shape, part))
        except InvalidInput as error:
            problems |= error.fields
    if problems:
        raise InvalidInput(fields={name or "key_id": problem for name, problem in problems.items()})
    return found[0], found[1]


def key_values(values: dict[str, Any]) -> dict[str, Any]:
    """What a form says about the key."""
    names = ("key_choice", "key_id", "key_name")
    return {name: values[name] for name in names if name in values}


def _form(
    values: dict[str, Any], problems: dict[str, str], status: int = 200, *, server: Any = None
) -> Response:
    page = render_template(
        "servers/form.html", values=values, problems=problems, server=server, keys=rows.keys()
    )
    return make_response(page, status)
