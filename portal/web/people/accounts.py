"""Enter a person, correct what is known, close and open the account, give a first password."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import accounts as desk
from portal.operations import directory_sync, passwords, second_factor
from portal.operations import people as entering
from portal.store import db
from portal.store.queries import people
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.people.door import blueprint
from schemas.nip import nip_warnings
from schemas.people import NewUser, UserEntry

Answer = Response | WerkzeugResponse
FIELDS = ("name", "nip", "email", "phone", "post", "unit_code")


@blueprint.get("/baru")
def new() -> Answer:
    """The form for a new person."""
    return _form({}, {})


@blueprint.post("/baru")
def create() -> Answer:
    """Enter the person; the first password stands on the answer, and nowhere else."""
    values = typed(request.form)
    try:
        entry = parse(NewUser, {name: values.get(name, "") for name in ("username", *FIELDS)})
        password = passwords.generated()
        user = entering.create_user(entry, password, actor=person().user, at=db.now())
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422)
    return _password_page(user, password, fresh=True)


@blueprint.get("/<int:user_id>/ubah")
def edit(user_id: int) -> Answer:
    """The form with what is known."""
    user = desk.find(user_id)
    values = {name: getattr(user, name) for name in desk.FIELDS} | {"unit_code": user.unit.code}
    return _form(values, {}, user=user)


@blueprint.post("/<int:user_id>/ubah")
def change(user_id: int) -> Answer:
    """Correct what is known."""
    user, values = desk.find(user_id), typed(request.form)
    try:
        entry = parse(UserEntry, {name: values.get(name, "") for name in FIELDS})
        changed = desk.change(user_id, entry, actor=person().user, at=db.now())
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422, user=user)
    notice("user.saved" if changed else "user.unchanged", "ok" if changed else "info")
    for code in nip_warnings(entry.nip) if changed else ():
        notice(code, "warn")
    return _back(user_id)


@blueprint.post("/<int:user_id>/tutup")
def close(user_id: int) -> Answer:
    """Close the account; open sessions end."""
    vacate = request.form.get("vacate") == "1"
    ended = desk.close(user_id, actor=person().user, at=db.now(), vacate=vacate)
    notice("user.closed", ended=ended)
    return _back(user_id)


@blueprint.post("/<int:user_id>/buka")
def reopen(user_id: int) -> Answer:
    """Open it again."""
    desk.reopen(user_id, actor=person().user, at=db.now())
    notice("user.reopened")
    return _back(user_id)


@blueprint.post("/<int:user_id>/sandi")
def first_password(user_id: int) -> Answer:
    """A new first password, shown on the answer and nowhere else."""
    password = desk.first_password(user_id, actor=person().user, at=db.now())
    return _password_page(desk.find(user_id), password, fresh=False)


@blueprint.post("/<int:user_id>/sesi")
def end_sessions(user_id: int) -> Answer:
    """End every session of the person."""
    ended = desk.end_sessions(user_id, actor=person().user, at=db.now())
    notice("user.sessions_ended", ended=ended)
    return _back(user_id)


@blueprint.post("/<int:user_id>/faktor")
def reset_factor(user_id: int) -> Answer:
    """Take away the second factor of somebody who lost it."""
    user = desk.find(user_id)
    second_factor.reset(user_id, actor=person().user, at=db.now())
    notice("factor.reset", name=user.name)
    return _back(user_id)


@blueprint.post("/<int:user_id>/ke-direktori")
def hand_over(user_id: int) -> Answer:
    """Let the directory keep the password."""
    settings = current_app.config["SETTINGS"]
    directory_sync.hand_over(user_id, actor=person().user, at=db.now(), settings=settings)
    notice("directory.handed_over")
    return _back(user_id)


@blueprint.post("/<int:user_id>/ke-portal")
def take_back(user_id: int) -> Answer:
    """Keep the password here; the first one is shown on the answer and nowhere else."""
    password = directory_sync.take_back(user_id, actor=person().user, at=db.now())
    return _password_page(desk.find(user_id), password, fresh=False)


def _password_page(user: Any, password: str, *, fresh: bool) -> Response:
    """Never a redirect: a notice would travel in the cookie, which is signed but can be read."""
    warnings = [messages.text(code) for code in nip_warnings(user.nip)] if fresh else []
    return make_response(
        render_template("people/password.html", user=user, password=password, fresh=fresh, warnings=warnings)
    )


def _form(
    values: dict[str, Any], problems: dict[str, str], status: int = 200, *, user: Any = None
) -> Response:
    units = [(unit.code, unit.name) for unit in people.units()]
    if user is not None and not user.unit.active:
        units.append((user.unit.code, user.unit.name))
    page = render_template("people/form.html", values=values, problems=problems, user=user, units=units)
    return make_response(page, status)


def _back(user_id: int) -> WerkzeugResponse:
    return redirect(url_for("people.show", user_id=user_id), 303)
