"""How the own mails come: one by one, or in one each office day."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from portal.operations import preferences
from portal.store import db
from portal.web.access import SIGNED_IN
from portal.web.flashes import notice
from portal.web.identity import person

blueprint = Blueprint("mailing", __name__, url_prefix="/akun/surel")
ACCESS = {"mailing.choose": SIGNED_IN}


@blueprint.post("")
def choose() -> Response:
    """Keep the choice, and go back to the account."""
    rhythm = request.form.get("rhythm", "")
    preferences.choose_mail_rhythm(person().user, rhythm, at=db.now())
    notice(f"mailing.{rhythm}")
    return redirect(url_for("account.index", _anchor="surel"), 303)
