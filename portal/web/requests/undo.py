"""Taking back one's last decision from the request's page, and what its page needs to offer that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Forbidden, StaleStep, TransitionRefused
from portal.operations import undoing
from portal.store import db
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.flashes import notice
from portal.web.identity import person, person_or_none
from portal.web.requests.door import blueprint

if TYPE_CHECKING:
    from portal.store.models import BackupRequest, Disposition


@blueprint.post("/<int:request_id>/batal")
def undo(request_id: int) -> Response:
    """Take the last decision back, or say why that is no longer possible; the request's page tells how it stands."""
    take_back(request_id, request.form.get("revision"))
    return redirect(url_for("requests.show", request_id=request_id), 303)


def take_back(request_id: int, revision: str | None) -> bool:
    """Undo and tell what became of it as a notice; whether it was undone."""
    at = db.now()
    try:
        moved = undoing.undo(request_id, small_number(revision) or 0, user=person().user, at=at)
    except (Forbidden, StaleStep, TransitionRefused) as error:
        notice(error.code, "warn", **error.context)
        return False
    notice("undo.done", number=moved.number or "", step=messages.label("step", moved.step))
    return True


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """`undo_of(request)`: the decision that the person could take back now, or None."""
    return {"undo_of": undo_of}


def undo_of(backup_request: BackupRequest) -> Disposition | None:
    """The person's own last decision while it can still be taken back."""
    who = person_or_none()
    return undoing.may_undo(backup_request, who.user, db.now()) if who else None
