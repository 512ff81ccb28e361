"""What is attached to a request: download, and removal while the form is still open."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, send_file, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import NotFound
from portal.operations import attachments, opening
from portal.store import db
from portal.store.queries import requests as rows
from portal.web.access import when
from portal.web.flashes import notice
from portal.web.identity import Person, person
from portal.web.requests.door import on_request

blueprint = Blueprint("attachments", __name__, url_prefix="/lampiran")


def _on_its_request(person: Person, attachment_id: int) -> bool:
    found = rows.attachment(attachment_id)
    if found is None:
        raise NotFound("attachment.unknown")
    return on_request(person, found.backup_request_id)


ACCESS = {"attachments.download": when(_on_its_request), "attachments.remove": when(_on_its_request)}


@blueprint.get("/<int:attachment_id>")
def download(attachment_id: int) -> Response:
    """The file, always as a download: the portal shows nobody's upload inside its own pages."""
    found = rows.attachment(attachment_id)
    if found is None:
        raise NotFound("attachment.unknown")
    opening.opened(found.backup_request_id, person().user, at=db.now())
    path = attachments.path_of(found.sha256, current_app.config["SETTINGS"])
    return send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.filename)


@blueprint.post("/<int:attachment_id>/hapus")
def remove(attachment_id: int) -> WerkzeugResponse:
    """Take a file off a form not yet sent."""
    removed = attachments.remove(attachment_id, person().user, at=db.now())
    notice("attachment.removed", filename=removed.filename)
    return redirect(url_for("requests.edit", request_id=removed.backup_request_id), 303)
