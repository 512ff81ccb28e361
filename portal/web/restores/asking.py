"""Asking for a file or folder of a copy to be brought back."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import copies, restores
from portal.store import db
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.copies.looking import DIGITS
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.restores.door import blueprint
from schemas.restore import DownloadForm, RestoreForm, RestoreKind, ToServerForm

FORM = "/server/<int:server_id>/cadangan/<int:snapshot_id>/pulihkan"
FIELDS: dict[str, tuple[type[DownloadForm] | type[ToServerForm], tuple[str, ...]]] = {
    RestoreKind.DOWNLOAD: (DownloadForm, ("archive", "reason")),
    RestoreKind.TO_SERVER: (ToServerForm, ("target_server_id", "target_path", "reason")),
}


@blueprint.get(FORM)
def new(server_id: int, snapshot_id: int) -> Response | WerkzeugResponse:
    """The form for the entries `isi` of the copy; without any, back to where they are ticked."""
    if not request.args.getlist("isi"):
        notice("restore.nothing_ticked", "warn")
        return redirect(
            url_for("copies.show", server_id=server_id, snapshot_id=snapshot_id, isi=_folder()), 303
        )
    values = {"kind": RestoreKind.DOWNLOAD.value, "archive": "zip", "target_server_id": server_id}
    return _form(server_id, snapshot_id, values, {})


@blueprint.post(FORM)
def create(server_id: int, snapshot_id: int) -> Response | WerkzeugResponse:
    """Ask for it."""
    values, at = typed(request.form), db.now()
    try:
        form = _read(values)
        restore = restores.ask(
            server_id,
            snapshot_id,
            _numbers(),
            form,
            person().user,
            form_key(),
            at=at,
            settings=current_app.config["SETTINGS"],
        )
    except InvalidInput as error:
        return _form(server_id, snapshot_id, values, messages.field_problems(error.fields), 422)
    notice("restore.asked")
    return redirect(url_for("restores.show", restore_id=restore.id), 303)


def _read(values: dict[str, Any]) -> RestoreForm:
    shape, names = FIELDS.get(values.get("kind", ""), (None, ()))
    if shape is None:
        raise InvalidInput(fields={"kind": ("restore.kind", {})})
    return parse(shape, {name: values[name] for name in names if name in values})


def _numbers() -> list[int]:
    return [small_number(text, DIGITS) or 0 for text in request.values.getlist("isi")]


def _form(
    server_id: int, snapshot_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    """Raises NotFound('contents.unknown')."""
    who, at = person(), db.now()
    snapshot = copies.find(server_id, snapshot_id, who.user, at=at)
    wanted = restores.chosen(snapshot, _numbers(), current_app.config["SETTINGS"])
    path = wanted.place.path
    page = render_template(
        "restores/form.html",
        server=snapshot.server,
        snapshot=snapshot,
        may_see_server=copies.whose(who.user, at) is None,
        wanted=wanted,
        place=wanted.place,
        numbers=_numbers(),
        folder=_folder(),
        back=url_for("copies.show", server_id=server_id, snapshot_id=snapshot_id, isi=_folder()),
        values={"target_path": path if path.isprintable() else "", **values},
        problems=problems,
        targets=[(server.id, server.name) for server in restores.targets(snapshot, who.user, at=at)],
    )
    return make_response(page, status)


def _folder() -> int | None:
    """The folder where they were ticked, to which the page leads back."""
    return small_number(request.values.get("dari"), DIGITS) or None
