"""One server: its steps, folders, copies, what is approved for it, and its runs."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template

from portal.operations import host_keys, vault
from portal.operations import servers as desk
from portal.store import db
from portal.store.queries import databases as database_rows
from portal.store.queries import runs, snapshots
from portal.store.queries import servers as rows
from portal.web import fragments
from portal.web.identity import person
from portal.web.servers import databases
from portal.web.servers.door import blueprint
from portal.web.servers.steps import steps_of


@blueprint.get("/<int:server_id>")
def show(server_id: int) -> str:
    """Everything about a server on one page."""
    return render_template(
        "servers/show.html",
        **view(server_id),
        snapshots=snapshots.of_server(server_id),
        grants=rows.grants(server_id),
        runs=runs.of_server(server_id),
        history=rows.host_key_history(server_id),
        room=vault.room(current_app.config["SETTINGS"]),
    )


@blueprint.get("/<int:server_id>/langkah")
def steps(server_id: int) -> Response:
    """The checklist alone, while an answer of the server is awaited; when it has come the page is shown anew."""
    if not fragments.wanted():
        return make_response(show(server_id))
    found = view(server_id)
    response = make_response(render_template("servers/_steps.html", **found))
    if not found["steps"].pending:  # type: ignore[attr-defined]
        response.headers["HX-Refresh"] = "true"
    return response


def view(server_id: int) -> dict[str, object]:
    """What the checklist needs."""
    server = desk.find(server_id)
    sources, me = rows.sources(server_id), person()
    may_approve = host_keys.may_decide(me.user, db.now(), server.host_key_proposed_by_id)
    return {
        "server": server,
        "sources": sources,
        "databases": databases.view(server_id),
        "steps": steps_of(server, [*sources, *database_rows.chosen(server_id)]),
        "may_keep": me.has("subdivision_head", "administrator"),
        "may_approve": may_approve and server.host_key_proposed_by_id != me.id,
        "own_proposal": may_approve and server.host_key_proposed_by_id == me.id,
        "known": rows.last_approved(server_id),
    }
