"""The reply in the making: the drafted words, put into better ones before they are signed; and scans of papers."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import opening, replies, reply_desk, scans
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import issued
from portal.web import messages
from portal.web.access import when
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.papers import NAMES
from portal.web.requests import show
from portal.web.requests.door import READ, find, on_request

blueprint = Blueprint("writing", __name__, url_prefix="/permohonan")
WORDS = when(lambda who, request_id: who.sits_at(Role.ADMIN_AFFAIRS_HEAD) and on_request(who, request_id))
"""Also for whoever stands for the Kabag TU at the step of the reply alone."""
ACCESS = {
    "writing.reply": WORDS,
    "writing.save": WORDS,
    "writing.scan": READ,
}
Answer = Response | WerkzeugResponse


@blueprint.get("/<int:request_id>/balasan/konsep")
def reply(request_id: int) -> str:
    """The words of the reply. Raises NotFound('paper.not_yet') for whoever has none to sign now."""
    settings, user, at = current_app.config["SETTINGS"], person().user, db.now()
    opening.opened(request_id, user, at=at)
    drafted = reply_desk.drafted(request_id, user, at=at, settings=settings)
    return _page(request_id, drafted, replies.written(find(request_id), drafted) or drafted)


@blueprint.post("/<int:request_id>/balasan/konsep")
def save(request_id: int) -> Answer:
    """Keep them, or take the drafted ones again; then the request's page, or the draft as a PDF."""
    settings, user, at = current_app.config["SETTINGS"], person().user, db.now()
    opening.opened(request_id, user, at=at)
    words = (request.form.get("opening", ""), request.form.get("closing", ""))
    if request.form.get("do") == "reset":
        words = reply_desk.drafted(request_id, user, at=at, settings=settings)
    try:
        reply_desk.save(request_id, user, words, at=at, settings=settings)
    except InvalidInput as error:
        drafted = reply_desk.drafted(request_id, user, at=at, settings=settings)
        page = _page(request_id, drafted, words, messages.field_problems(error.fields))
        return make_response(page, error.status)
    if request.form.get("do") == "preview":
        return redirect(url_for("papers.paper", request_id=request_id, name=_name(request_id), konsep=1), 303)
    notice("reply.saved")
    return redirect(url_for("writing.reply", request_id=request_id), 303)


@blueprint.post("/<int:request_id>/pindaian")
def scan(request_id: int) -> Answer:
    """Take the scan of a paper of this request."""
    opening.opened(request_id, person().user, at=db.now())
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


def _name(request_id: int) -> str:
    """The letter's name in addresses."""
    kind = replies.kind_of(find(request_id))
    return next(name for name, known in NAMES.items() if known == kind)


def _page(
    request_id: int, drafted: replies.Words, words: replies.Words, problems: dict[str, str] | None = None
) -> str:
    backup_request = find(request_id)
    kept = replies.of(backup_request)
    current = kept is not None and kept.drafted == replies.joined(drafted)
    return render_template(
        "papers/reply.html",
        backup_request=backup_request,
        opening=words[0],
        closing=words[1],
        draft=kept if current else None,
        set_aside=replies.parted(kept.text) if kept and not current else None,
        kind=replies.kind_of(backup_request),
        problems=problems or {},
        lengths=reply_desk.LENGTH,
    )
