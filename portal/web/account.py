"""The own account: profile, password, sessions, and light or dark."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import people as desk
from portal.operations import sessions
from portal.store import db
from portal.store.queries import people, second_factors
from portal.web import fragments, messages
from portal.web.access import PUBLIC, SIGNED_IN, PasswordChangeRequired
from portal.web.auth import local_path
from portal.web.flashes import notice
from portal.web.identity import person, terms
from portal.web.navigation import THEME_COOKIE

blueprint = Blueprint("account", __name__, url_prefix="/akun")
ACCESS = {
    "account.index": SIGNED_IN,
    "account.change_password": SIGNED_IN,
    "account.end_session": SIGNED_IN,
    "account.theme": PUBLIC,
}
LIMITS = {"account.change_password": "10 per minute"}  # nosec B105

Answer = Response | WerkzeugResponse
YEAR_SECONDS = 365 * 24 * 3600


@blueprint.get("")
def index() -> Answer:
    """Profile, roles, password, sessions."""
    return _page({})


@blueprint.post("/sandi")
def change_password() -> Answer:
    """Change the own password; the other sessions end."""
    me, form = person(), request.form
    try:
        if form.get("new_password") != form.get("repeat_password"):
            raise InvalidInput(fields={"repeat_password": ("password.unequal", {})})
        ended = desk.change_password(
            me.user,
            form.get("current_password", ""),
            form.get("new_password", ""),
            keep_session_id=me.session_id,
            at=db.now(),
        )
    except InvalidInput as error:
        return _page(messages.field_problems(error.fields), 422)
    notice("account.password_changed", ended=ended)
    return redirect(url_for("account.index"), 303)


@blueprint.post("/sesi/<int:session_id>/akhiri")
def end_session(session_id: int) -> Answer:
    """End one of the own sessions."""
    sessions.revoke(person().user, session_id, db.now())
    notice("session.ended")
    return redirect(url_for("account.index"), 303)


@blueprint.app_errorhandler(PasswordChangeRequired)
def lead_here(_error: PasswordChangeRequired) -> Answer:
    """Whoever still has the first password comes here, wherever they wanted to go."""
    notice("password.must_change", "warn")
    target = url_for("account.index", _anchor="sandi")
    if fragments.wanted():
        return make_response("", 204, {"HX-Redirect": target})
    return redirect(target, 303)


@blueprint.post("/tema")
def theme() -> Answer:
    """Keep light or dark in a cookie, or follow the device again (`auto`), and go back."""
    chosen = request.form.get("theme", "")
    response = redirect(local_path(request.form.get("next")), 303)
    if chosen in ("light", "dark"):
        response.set_cookie(
            THEME_COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
        )
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _page(problems: dict[str, str], status: int = 200) -> Answer:
    me, at = person(), db.now()
    held = [row for row in people.holdings(me.id) if row.until is None or row.until > at]
    rows = people.open_sessions(me.id, at - terms().idle, at)
    page = render_template(
        "account/index.html", problems=problems, holdings=held, sessions=rows, factor=second_factors.of(me.id)
    )
    return make_response(page, status)
