"""FM 001 as a page: prefilled, checked field by field, saved as it is typed, sent to the head of the unit."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, StaleStep
from portal.operations import attachments, letters, submission
from portal.store import db
from portal.store.queries import dispositions, servers
from portal.store.queries import requests as rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import new_key, typed
from portal.web.identity import person
from portal.web.requests.door import blueprint, find
from schemas.form import Fm001, show_phone, validate_field

Answer = Response | WerkzeugResponse | str | tuple[str, int]
MANY = ("services",)
FIELDS = tuple(Fm001.model_fields)


@blueprint.get("/baru")
def new() -> Answer:
    """An empty form with what the profile knows, or a copy of an earlier request's (`salin`)."""
    return _page(_prefilled(), draft_key=new_key(), revision=0)


@blueprint.get("/<int:request_id>/ubah")
def edit(request_id: int) -> Answer:
    """A draft or a returned form as it was typed."""
    backup_request = find(request_id)
    if backup_request.step not in submission.EDITABLE:
        raise StaleStep("request.already_sent")
    return _page(backup_request.draft, draft_key=backup_request.draft_key, revision=backup_request.revision,
                 backup_request=backup_request)  # fmt: skip


@blueprint.post("/draf")
def autosave() -> str:
    """Keep what is typed so far; the answer is the line that says so."""
    saved = submission.create_draft(person().user, _key(), _values(), at=db.now())
    editable = saved.step in submission.EDITABLE
    return render_template("requests/_saved.html", backup_request=saved, editable=editable)


@blueprint.post("/periksa/<name>")
def check(name: str) -> str:
    """What is wrong with one field, given the form as typed so far; only the error element is swapped."""
    found = validate_field(name, _values()) if name in (*FIELDS, "targets") else None
    problem = messages.text(found[0], **found[1]) if found else ""
    return render_template("requests/_check.html", name=name, problem=problem)


@blueprint.post("/baru")
def send() -> Answer:
    """Save the draft; with `do=send` also send it to the head of the unit. What was typed is never lost."""
    values, settings, user = _values(), current_app.config["SETTINGS"], person().user
    saved = submission.create_draft(user, _key(), values, at=db.now())
    try:
        _attach(saved.id)
        if request.form.get("do") != "send":
            notice("request.draft_saved")
            return redirect(url_for("requests.edit", request_id=saved.id), 303)
        sent = submission.submit(saved.id, _revision(), user, values, at=db.now(), settings=settings)
    except InvalidInput as error:
        problems = messages.field_problems(error.fields)
        return _page(values, draft_key=saved.draft_key, revision=_revision(), backup_request=saved,
                     problems=problems, status=422)  # fmt: skip
    notice("request.sent", number=sent.number)
    return redirect(url_for("requests.show", request_id=sent.id), 303)


def _attach(request_id: int) -> None:
    """Keep the files that came with the form. Raises InvalidInput on `attachments`."""
    settings = current_app.config["SETTINGS"]
    for file in request.files.getlist("attachments"):
        if isinstance(file, FileStorage) and file.filename:
            attachments.attach(
                request_id, person().user, file.filename, file.stream, at=db.now(), settings=settings
            )


def _page(values: dict[str, Any], *, draft_key: str, revision: int, backup_request: Any = None,
          problems: dict[str, str] | None = None, status: int = 200) -> Answer:  # fmt: skip
    settings = current_app.config["SETTINGS"]
    marked = backup_request.marked_fields if backup_request is not None else []
    page = render_template(
        "requests/form.html",
        values=_shown(values),
        draft_key=draft_key,
        revision=revision,
        backup_request=backup_request,
        problems=problems or {},
        marked=set(marked),
        returned=_last_return(backup_request),
        files=rows.attachments(backup_request.id) if backup_request is not None else [],
        server_names=[server.name for server in servers.active()],
        limit=settings.attachment_max_bytes,
        most_files=settings.attachments_per_request,
    )
    return page, status


def _last_return(backup_request: Any) -> Any:
    """The decision that sent the form back, while it is being mended."""
    if backup_request is None or backup_request.step != "returned":
        return None
    return next(
        (row for row in reversed(dispositions.of_request(backup_request.id)) if row.action == "return"), None
    )


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """The typed values with every field there, folders one on a line."""
    shown = {name: values.get(name, [] if name in MANY else "") for name in FIELDS}
    if isinstance(shown["folders"], list):
        shown["folders"] = "\n".join(shown["folders"])
    return shown


def _prefilled() -> dict[str, Any]:
    """What the profile knows, or the copy of a request of one's own."""
    user = person().user
    copied = request.args.get("salin", "")
    source = rows.get(int(copied)) if copied.isascii() and copied.isdigit() and len(copied) < 10 else None
    earlier = dict(source.draft) if source is not None and source.requester_id == user.id else {}
    today = db.now().astimezone(letters.OFFICE_ZONE).date().isoformat()
    profile = {
        "name": user.name,
        "nip": user.nip,
        "phone": _phone(user.phone),
        "email": user.email,
        "date": today,
    }
    return {"services": ["backup_files"], "frequency": "daily", "retention_days": "30", **earlier, **profile}


def _phone(phone: str) -> str:
    return show_phone(phone) if phone.startswith("+") else phone


def _values() -> dict[str, Any]:
    return {name: value for name, value in typed(request.form, MANY).items() if name in FIELDS}


def _key() -> str:
    return request.form.get("draft_key", "")[:64] or new_key()


def _revision() -> int:
    text = request.form.get("revision", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
