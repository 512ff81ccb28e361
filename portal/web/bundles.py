"""A request's whole file as a zip."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from portal.documents.bundle import safe_name
from portal.operations import bundles, opening
from portal.store import db
from portal.web.identity import person
from portal.web.requests.door import READ
from portal.web.runs.door import READERS

blueprint = Blueprint("bundles", __name__)
ACCESS = {"bundles.bundle": READ}
LIMITS = {"bundles.bundle": "6 per minute"}


@blueprint.get("/permohonan/<int:request_id>/berkas.zip")
def bundle(request_id: int) -> Response:
    """All papers, data, attachments, entries of the trail and proofs, as far as this person may see them.

    Raises NotFound('bundle.not_yet')."""
    who = person()
    backup_request = opening.opened(request_id, who.user, at=db.now())
    reach = bundles.Reach(runs=who.has(*READERS), judged=backup_request.requester_id != who.id)
    pieces = bundles.take(
        backup_request, who.user, reach, at=db.now(), settings=current_app.config["SETTINGS"]
    )
    name = f"berkas-{safe_name(str(backup_request.number))}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pieces, content_type="application/zip", headers=headers)
