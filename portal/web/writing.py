"""The reply in the making: the drafted words, put into better ones before they are signed; and scans of papers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import replies, reply_desk, scans
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import issued
from portal.web import messages
from portal.web.access import roles
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.requests import show
from portal.web.requests.door import READ, find

blueprint = Blueprint("writing", __name__, url_prefix="/permohonan")
ACCESS = {
    "writing.reply": roles(Role.ADMIN_AFFAIRS_HEAD),
    "writing.save": roles(Role.ADMIN_AFFAIRS_HEAD),
    "writing.scan": READ,
}
Answer = Response | WerkzeugResponse


@blueprint.get("/<int:request_id>/balasan/konsep")
def reply(request_id: int) -> str:
    """The words of the reply. Raises NotFound('paper.not_yet') for whoever has none to sign now."""
    backup_request, settings = find(request_id), current_app.config["SETTINGS"]
    if not reply_desk.may_write(backup_request, person().user, db.now()):
        raise NotFound("paper.not_yet")
    return _page(request_id, replies.words(backup_request, person().user, settings, at=db.now()))


@blueprint.post("/<int:request_id>/balasan/konsep")
def save(request_id: int) -> Answer:
    """Keep them, or take the drafted ones again; then the request's page, or the draft as a PDF."""
    settings, user, at = current_app.config["SETTINGS"], person().user, db.now()
    words = (request.form.get("opening", ""), request.form.get("closing", ""))
    if request.form.get("do") == "reset":
        words = replies.drafted(find(request_id), user, settings, at=at)
    try:
        reply_desk.save(request_id, user, words, at=at, settings=settings)
    except InvalidInput as error:
        return make_response(_page(request_id, words, messages.field_problems(error.fields)), error.status)
    if request.form.get("do") == "preview":
        return redirect(url_for("papers.paper", request_id=request_id, name="balasan", konsep=1), 303)
    notice("reply.saved")
    return redirect(url_for("writing.reply", request_id=request_id), 303)


@blueprint.post("/<int:request_id>/pindaian")
def scan(request_id: int) -> Answer:
    """Take the scan of a paper of this request."""
    sent = request.files.get("scan")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput(fields={"scan": ("scan.no_file", {})})
        kept = scans.take(request_id, person().user, sent.filename, sent.stream, at=db.now(),
                          settings=current_app.config["SETTINGS"])  # fmt: skip
    except InvalidInput as error:
        page = show.page(find(request_id), problems=messages.field_problems(error.fields))
        return make_response(page, error.status)
    notice("scan.kept", paper=kept.scan_of.kind, number=kept.scan_of.number)
    return redirect(url_for("requests.show", request_id=request_id, _anchor="surat"), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the request's page shows of scans, and whether this person may bring one."""
    return {
        "scans_of": issued.scans_of,
        "may_bring_scan": lambda row: scans.may_bring(row, person().user, db.now()),
    }


def _page(request_id: int, words: replies.Words, problems: dict[str, str] | None = None) -> str:
    backup_request = find(request_id)
    return render_template(
        "papers/reply.html",
        backup_request=backup_request,
        opening=words[0],
        closing=words[1],
        draft=replies.of(backup_request),
        problems=problems or {},
        lengths=reply_desk.LENGTH,
    )
