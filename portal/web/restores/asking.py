"""Asking for a file or folder of a copy to be brought back."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import copies, restores
from portal.store import contents, db
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
def new(server_id: int, snapshot_id: int) -> Response:
    """The form for the entry `isi` of the copy."""
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
            _number(),
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


def _number() -> int:
    return small_number(request.values.get("isi"), DIGITS) or 0


def _form(
    server_id: int, snapshot_id: int, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    """Raises NotFound('contents.unknown')."""
    who, at = person(), db.now()
    snapshot = copies.find(server_id, snapshot_id, who.user, at=at)
    with contents.opened(current_app.config["SETTINGS"].var, snapshot.manifest_sha256) as opened:
        entry = opened.entry(_number()) if opened else None
        if opened is None or entry is None or entry.kind not in restores.RESTORABLE:
            raise NotFound("contents.unknown")
        path = contents.path_to(opened.way(entry)).decode("utf-8", "backslashreplace")
    page = render_template(
        "restores/form.html",
        server=snapshot.server,
        snapshot=snapshot,
        may_see_server=copies.whose(who.user, at) is None,
        entry=entry,
        path=path,
        values={"target_path": path if path.isprintable() else "", **values},
        problems=problems,
        targets=[(server.id, server.name) for server in restores.targets(snapshot, who.user, at=at)],
    )
    return make_response(page, status)
