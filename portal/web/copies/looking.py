"""One copy: what its folders hold, page by page, or that its list of contents is still being made ready."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import NotFound
from portal.operations import copies as desk
from portal.operations import restore_databases
from portal.store import contents, db
from portal.store.queries import copies as rows
from portal.web import fragments, outcomes
from portal.web.addresses import page_number, small_number
from portal.web.copies.door import blueprint
from portal.web.identity import person
from portal.web.keys import form_key

DIGITS = 12


@blueprint.get("/<int:snapshot_id>")
def show(server_id: int, snapshot_id: int) -> Response:
    """A folder of the copy; `isi` is its number in the list of contents, none for the chosen folders."""
    who, at = person(), db.now()
    snapshot = desk.find(server_id, snapshot_id, who.user, at=at)
    common = {
        "server": snapshot.server,
        "snapshot": snapshot,
        "may_see_server": desk.whose(who.user, at) is None,
        "databases": restore_databases.held(snapshot),
    }
    with contents.opened(current_app.config["SETTINGS"].var, snapshot.manifest_sha256) as opened:
        if opened is None:
            return _unread(snapshot, common)
        if fragments.wanted():
            return _anew()
        return make_response(render_template("copies/show.html", **common, **_folder(opened)))


@blueprint.post("/<int:snapshot_id>/siapkan")
def prepare(server_id: int, snapshot_id: int) -> WerkzeugResponse:
    """Have the list of contents made ready."""
    settings = current_app.config["SETTINGS"]
    desk.start_index(server_id, snapshot_id, person().user, form_key(), at=db.now(), settings=settings)
    return redirect(url_for("copies.show", server_id=server_id, snapshot_id=snapshot_id), 303)


def _folder(opened: contents.Contents) -> dict[str, Any]:
    """What the page shows of one folder. Raises NotFound('contents.unknown')."""
    number = small_number(request.args.get("isi"), DIGITS) or 0
    entry = opened.entry(number) if number else None
    if number and (entry is None or entry.kind != "folder"):
        raise NotFound("contents.unknown")
    way = opened.way(entry) if entry else []
    return {
        "here": entry,
        "way": way,
        "path": contents.path_to(way).decode("utf-8", "backslashreplace") if way else "",
        "listing": opened.listing(number, page_number(request.args.get("halaman"))),
    }


def _unread(snapshot: Any, common: dict[str, Any]) -> Response:
    run = rows.last_index_run(snapshot)
    live = run is not None and outcomes.is_live(run)
    if fragments.wanted() and not live:
        return _anew()
    template = "copies/_unread.html" if fragments.wanted() else "copies/unread.html"
    return make_response(render_template(template, run=run, live=live, **common))


def _anew() -> Response:
    """Let the page be loaded again: what it waited for is there, or will not come."""
    response = make_response("")
    response.headers["HX-Refresh"] = "true"
    return response
