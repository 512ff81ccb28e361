"""FM 001 as a page: prefilled, checked field by field, saved as it is typed, sent to the head of the unit."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, StaleStep
from portal.operations import attachments, opening, submission
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import new_key
from portal.web.identity import person
from portal.web.requests import followup, typed_form
from portal.web.requests.door import blueprint
from portal.web.requests.form_page import page
from schemas.followup import RequestKind
from schemas.form import validate_field

Answer = WerkzeugResponse | str | tuple[str, int]


@blueprint.get("/baru")
def new() -> Answer:
    """An empty form with what the profile knows, or a copy of an earlier request's (`salin`)."""
    return page(typed_form.prefilled(person().user, request.args.get("salin")), draft_key=new_key())


@blueprint.get("/<int:request_id>/ubah")
def edit(request_id: int) -> Answer:
    """A draft or a returned form as it was typed. One that was sent meanwhile is shown where it lies."""
    backup_request = opening.opened(request_id, person().user, at=db.now())
    if backup_request.step not in submission.EDITABLE:
        notice("request.already_sent", "info")
        return redirect(url_for("requests.show", request_id=request_id), 303)
    if backup_request.kind != RequestKind.SERVICE:
        return followup.edit(backup_request)
    return page(backup_request.draft, backup_request=backup_request)


@blueprint.post("/draf")
def autosave() -> str:
    """Keep what is typed so far; the answer is the line that says so, or why it was not kept."""
    try:
        saved = submission.create_draft(
            person().user,
            typed_form.key(),
            typed_form.values(),
            at=db.now(),
            revision=typed_form.seen_revision(),
        )
    except StaleStep as error:
        return render_template("requests/_saved.html", problem=messages.problem(error))
    sent = saved.step not in submission.EDITABLE
    problem = messages.text("request.already_sent") if sent else ""
    return render_template("requests/_saved.html", saved_at=saved.updated_at, problem=problem)


@blueprint.post("/periksa/<name>")
def check(name: str) -> str:
    """What is wrong with one field, given the form as typed so far; only the error element is swapped."""
    values = typed_form.values()
    found = validate_field(name, values) if name in (*typed_form.FIELDS, "targets") else None
    problem = messages.text(found[0], **found[1]) if found else ""
    warning = typed_form.nip_warning(values)
    return render_template(
        "requests/_check.html", name=name, problem=problem, nip_warning=warning, fragment=True
    )


@blueprint.post("/baru")
def send() -> Answer:
    """Save the draft; with `do=send` also send it to the head of the unit. What was typed is never lost."""
    values, user, seen = typed_form.values(), person().user, typed_form.seen_revision()
    sending = request.form.get("do") == "send"
    saved = None
    try:
        saved = submission.create_draft(user, typed_form.key(), values, at=db.now(), revision=seen)
        if saved.step in submission.EDITABLE:
            _attach(saved.id)
        elif not sending:
            raise StaleStep("request.already_sent")
        if request.form.get("do") == "advice":
            return page(values, backup_request=saved)
        if not sending:
            notice("request.draft_saved")
            return redirect(url_for("requests.edit", request_id=saved.id), 303)
        settings = current_app.config["SETTINGS"]
        sent = submission.submit(saved.id, seen, user, values, at=db.now(), settings=settings)
    except InvalidInput as error:
        problems = messages.field_problems(error.fields)
        return page(values, backup_request=saved, problems=problems, status=error.status)
    except StaleStep as error:
        return page(values, backup_request=typed_form.known(user), stale=error, status=error.status)
    notice("request.sent", number=sent.number)
    return redirect(url_for("requests.show", request_id=sent.id), 303)


def _attach(request_id: int) -> None:
    """Keep the files that came with the form. Raises InvalidInput on `attachments`."""
    settings = current_app.config["SETTINGS"]
    for file in request.files.getlist("attachments"):
        if file.filename:
            attachments.attach(
                request_id, person().user, file.filename, file.stream, at=db.now(), settings=settings
            )
