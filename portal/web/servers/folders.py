"""Asking a server, looking into its folders, and choosing which are kept."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import runs, vault
from portal.operations import servers as desk
from portal.store import db
from portal.store.queries import runs as run_rows
from portal.store.queries import servers as rows
from portal.web import fragments, messages, outcomes
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.servers.door import blueprint
from schemas.database import parse as parse_name
from schemas.run import RunKind
from schemas.server import SourceForm

Answer = Response | WerkzeugResponse
QUESTIONS = {
    kind.value: kind
    for kind in (RunKind.HOST_KEY_SCAN, RunKind.PROBE, RunKind.LISTING, RunKind.MEASURE, RunKind.DATABASES)
}


@blueprint.post("/<int:server_id>/tanya")
def ask(server_id: int) -> Answer:
    """Ask the server something; the answer comes by a worker. `path` for the contents or the size of a folder."""
    kind = QUESTIONS.get(request.form.get("kind", ""))
    if kind is None:
        raise InvalidInput("inquiry.kind")
    try:
        path = _path(kind)
    except InvalidInput as error:
        return _ask_path(server_id, messages.field_problems(error.fields))
    run = runs.start_inquiry(
        kind,
        server_id,
        person().user,
        form_key(),
        at=db.now(),
        settings=current_app.config["SETTINGS"],
        path=path,
    )
    if path:
        return redirect(url_for("servers.folder", server_id=server_id, run_id=run.id), 303)
    anchor = "database" if kind is RunKind.DATABASES else "langkah"
    return redirect(url_for("servers.show", server_id=server_id, _anchor=anchor), 303)


@blueprint.get("/<int:server_id>/folder/<int:run_id>")
def folder(server_id: int, run_id: int) -> Response:
    """The answer to a question about a folder, or that it is still awaited."""
    run = run_rows.get(run_id)
    if run is None or run.server_id != server_id or run.kind not in ("listing", "measure"):
        raise NotFound("run.unknown")
    template = "_answer.html" if fragments.wanted() else "folder.html"
    return make_response(
        render_template(
            f"servers/{template}",
            server=run.server,
            run=run,
            path=run.spec["path"],
            live=outcomes.is_live(run),
            outcome=outcomes.outcome(run),
            waiting=outcomes.waiting(run),
            stuck=outcomes.is_stuck(run),
            chosen=rows.source_paths(server_id),
            crumbs=crumbs(run.spec["path"]),
            room=vault.room(current_app.config["SETTINGS"]),
            problems={},
        )
    )


@blueprint.post("/<int:server_id>/sumber")
def add_source(server_id: int) -> Answer:
    """Put a folder on the list, with the size that a measuring run found."""
    try:
        path = parse(SourceForm, {"path": request.form.get("path", "")}).path
    except InvalidInput as error:
        return _ask_path(server_id, messages.field_problems(error.fields))
    measured_by = small_number(request.form.get("measured_by"))
    source = desk.add_source(server_id, path, person().user, at=db.now(), measured_by=measured_by)
    notice("source.added", path=source.path)
    return redirect(url_for("servers.show", server_id=server_id, _anchor="folder"), 303)


@blueprint.post("/<int:server_id>/sumber/<int:source_id>/hapus")
def remove_source(server_id: int, source_id: int) -> Answer:
    """Take a folder or a database off the list."""
    source = desk.remove_source(server_id, source_id, person().user, at=db.now())
    if source.kind == "database":
        notice("database.removed", "info", database=parse_name(source.path).name)
        return redirect(url_for("servers.show", server_id=server_id, _anchor="database"), 303)
    notice("source.removed", "info", path=source.path)
    return redirect(url_for("servers.show", server_id=server_id, _anchor="folder"), 303)


def crumbs(path: str) -> list[tuple[str, str]]:
    """Each folder on the way to `path` as (name, path), the root first."""
    names = [name for name in path.split("/") if name]
    return [("/", "/")] + [(name, "/" + "/".join(names[: at + 1])) for at, name in enumerate(names)]


def _path(kind: RunKind) -> str:
    """The folder that is asked about; the root may be looked into, but not measured."""
    text = request.form.get("path", "")
    if kind not in (RunKind.LISTING, RunKind.MEASURE):
        return ""
    if kind is RunKind.LISTING and text.strip("/") == "" and len(text) <= 1:
        return "/"
    return parse(SourceForm, {"path": text}).path


def _ask_path(server_id: int, problems: dict[str, Any]) -> Response:
    page = render_template(
        "servers/path.html",
        server=desk.find(server_id),
        path=request.form.get("path", ""),
        problems=problems,
    )
    return make_response(page, 422)
