"""Signing in and out, and the sign-in that keeps what was typed when a session has ended."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import login_user, logout_user
from flask_wtf.csrf import validate_csrf
from werkzeug.wrappers import Response as WerkzeugResponse
from wtforms.validators import ValidationError

from portal.errors import Busy, Forbidden
from portal.operations import entering, sessions, tickets
from portal.operations.sessions import Origin
from portal.store import db
from portal.web import fragments, messages
from portal.web.access import PUBLIC, SignInRequired
from portal.web.flashes import notice
from portal.web.identity import Person, person_or_none, terms

blueprint = Blueprint("auth", __name__)
ACCESS = {
    "auth.sign_in": PUBLIC,
    "auth.sign_in_check": PUBLIC,
    "auth.code": PUBLIC,
    "auth.code_check": PUBLIC,
    "auth.sign_out": PUBLIC,
}


def _rate() -> str:
    return f"{current_app.config['SETTINGS'].sign_in_per_minute} per minute"


LIMITS = {"auth.sign_in_check": _rate, "auth.code_check": _rate}

Answer = Response | WerkzeugResponse
# What was typed travels through the sign-in under this prefix, so that it cannot be taken for the sign-in's own.
KEPT = "kept."
TICKET = "sign_in_ticket"


@blueprint.get("/masuk")
def sign_in() -> Answer:
    """The sign-in page; who is in already goes on."""
    target = local_path(request.args.get("next"))
    return redirect(target) if person_or_none() else _form(target)


@blueprint.post("/masuk")
def sign_in_check() -> Answer:
    """Check name and password; open a session, or ask for the second factor's code."""
    target = local_path(request.form.get("next"))
    username = request.form.get("username", "")
    origin = Origin(request.remote_addr or "", request.user_agent.string)
    at, settings = db.now(), current_app.config["SETTINGS"]
    try:
        entry = entering.enter(username, request.form.get("password", ""), origin, terms(), at, settings)
    except (Forbidden, Busy) as error:
        status = 422 if isinstance(error, Forbidden) or fragments.wanted() else error.status
        return _form(target, username=username, problem=messages.problem(error), status=status)
    if entry.ticket:
        session[TICKET] = entry.ticket
        return _code_form(target)
    return _entered(entry.token, target, at)


@blueprint.get("/masuk/kode")
def code() -> Answer:
    """The step after the password, for who has a second factor; without a ticket it begins at the password."""
    target = local_path(request.args.get("next"))
    return _code_form(target) if session.get(TICKET) else redirect(url_for("auth.sign_in", next=target))


@blueprint.post("/masuk/kode")
def code_check() -> Answer:
    """Check the code and open the session."""
    target, at, settings = local_path(request.form.get("next")), db.now(), current_app.config["SETTINGS"]
    origin = Origin(request.remote_addr or "", request.user_agent.string)
    typed = request.form.get("code", "")[:64]
    try:
        _, token = tickets.redeem(session.get(TICKET, ""), typed, origin, terms(), at, settings)
    except Forbidden as error:
        if error.code == "sign_in.code":
            return _code_form(target, messages.problem(error), 422)
        session.pop(TICKET, None)
        return _form(target, problem=messages.problem(error), status=422)
    return _entered(token, target, at)


def _entered(token: str, target: str, at: datetime) -> Answer:
    """Go on to `target`, or hand back what was typed before the sign-in."""
    _enter(token, at)
    if fragments.wanted():
        answer = make_response(render_template("auth/_signed_in.html"))
        # What was being kept when the session ended is kept now; the page holds the new form token by then.
        answer.headers["HX-Trigger-After-Settle"] = "signedIn"
        return answer
    kept = _kept(request.form.to_dict(flat=False))
    if kept:
        return make_response(render_template("auth/resume.html", action=target, kept=kept))
    return redirect(target, 303)


@blueprint.post("/keluar")
def sign_out() -> Answer:
    """End the session, here and in its row."""
    person = person_or_none()
    if person:
        sessions.sign_out(person.session_id, db.now())
    logout_user()
    session.clear()
    notice("account.signed_out")
    return redirect(url_for("auth.sign_in"), 303)


@blueprint.app_errorhandler(SignInRequired)
def ask_to_sign_in(_error: SignInRequired) -> Answer:
    """A session that ended: htmx gets a dialog over the page as it is; a page goes to the sign-in and back; a form
    sent without script comes to a sign-in that carries its fields along."""
    if fragments.wanted():
        dialog = render_template("auth/_dialog.html", username="", problem="")
        return fragments.placed(dialog, 401, "#dialogs", "innerHTML")
    if request.method in ("GET", "HEAD"):
        return redirect(url_for("auth.sign_in", next=_here()))
    return _form(request.path, kept=_typed(), status=401)


def local_path(target: str | None) -> str:
    """`target` when it is a path of this site, else the front page (no open redirect, ASVS 5.1.5)."""
    target = (target or "").replace("\\", "/")
    parts = urlsplit(target)
    local = target.startswith("/") and not target.startswith("//") and not parts.scheme and not parts.netloc
    return target if local and target.isprintable() else url_for("home.index")


def _enter(token: str, at: datetime) -> None:
    """Begin a new cookie: nothing of the visitor's before it stays (session fixation, ASVS 3.2.1), and a session
    that this browser still had open ends."""
    before = person_or_none()
    if before:
        sessions.sign_out(before.session_id, at)
    session.clear()
    session.permanent = True
    row = sessions.resume(token, terms(), at)
    if row is None:
        raise Forbidden("sign_in.refused")
    login_user(Person(row.user, row.id, token, frozenset()))


def _code_form(target: str, problem: str = "", status: int = 200) -> Answer:
    if fragments.wanted():
        return make_response(render_template("auth/_code_dialog.html", problem=problem), status)
    kept = _kept(request.form.to_dict(flat=False))
    page = render_template("auth/code.html", target=target, problem=problem, kept=kept)
    return make_response(page, status)


def _form(
    target: str,
    *,
    username: str = "",
    problem: str = "",
    kept: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Answer:
    if fragments.wanted():
        return make_response(render_template("auth/_dialog.html", username=username, problem=problem), status)
    kept = kept if kept is not None else _kept(request.form.to_dict(flat=False))
    page = render_template("auth/sign_in.html", target=target, username=username, problem=problem, kept=kept)
    return make_response(page, status)


def _typed() -> list[tuple[str, str]]:
    """What the refused form held, if it was really sent from a page of this session: a form planted by another
    site must not be carried through the sign-in."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return []
    fields = request.form.to_dict(flat=False)
    return [(name, value) for name, many in fields.items() if name != "csrf_token" for value in many]


def _kept(form: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(KEPT), value)
        for name, many in form.items()
        if name.startswith(KEPT)
        for value in many
    ]


def _here() -> str:
    return request.full_path.rstrip("?")
