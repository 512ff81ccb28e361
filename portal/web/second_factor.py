"""The own second factor: enrol it with a QR code, new recovery codes, take it away."""

from __future__ import annotations

import segno
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import second_factor as desk
from portal.store import db
from portal.store.queries import second_factors as rows
from portal.web import fragments, messages
from portal.web.access import SIGNED_IN, SecondFactorRequired
from portal.web.flashes import notice
from portal.web.identity import person

blueprint = Blueprint("second_factor", __name__, url_prefix="/akun/faktor")
ACCESS = {
    "second_factor.index": SIGNED_IN,
    "second_factor.begin": SIGNED_IN,
    "second_factor.confirm": SIGNED_IN,
    "second_factor.renew_codes": SIGNED_IN,
    "second_factor.remove": SIGNED_IN,
}
LIMITS = {f"second_factor.{name}": "10 per minute" for name in ("begin", "confirm", "renew_codes", "remove")}

Answer = Response | WerkzeugResponse


@blueprint.get("")
def index() -> Answer:
    """Whether there is one, and the way to have one."""
    return _page({})


@blueprint.post("")
def begin() -> Answer:
    """Make a secret, against the password; the page then shows it."""
    try:
        desk.begin(person().user, _password(), at=db.now(), settings=_settings())
    except InvalidInput as error:
        return _page(messages.field_problems(error.fields), 422)
    return _back()


@blueprint.post("/pasang")
def confirm() -> Answer:
    """Confirm it with a first code; the recovery codes stand on the answer, and nowhere else."""
    me = person()
    try:
        codes = desk.confirm(
            me.user,
            request.form.get("code", "")[:64],
            keep_session_id=me.session_id,
            at=db.now(),
            settings=_settings(),
        )
    except InvalidInput as error:
        return _page(messages.field_problems(error.fields), 422)
    return make_response(render_template("second_factor/codes.html", codes=codes, fresh=True))


@blueprint.post("/kode")
def renew_codes() -> Answer:
    """New recovery codes instead of the old ones."""
    try:
        codes = desk.renew_codes(person().user, _password(), at=db.now(), settings=_settings())
    except InvalidInput as error:
        return _page(messages.field_problems(error.fields), 422)
    return make_response(render_template("second_factor/codes.html", codes=codes, fresh=False))


@blueprint.post("/lepas")
def remove() -> Answer:
    """Take it away, against the password."""
    try:
        desk.remove(person().user, _password(), at=db.now(), settings=_settings())
    except InvalidInput as error:
        return _page(messages.field_problems(error.fields), 422)
    notice("factor.removed")
    return _back()


@blueprint.app_errorhandler(SecondFactorRequired)
def lead_here(_error: SecondFactorRequired) -> Answer:
    """Whoever's role demands a second factor comes here, wherever they wanted to go."""
    notice("factor.must_enrol", "warn")
    target = url_for("second_factor.index")
    if fragments.wanted():
        return make_response("", 204, {"HX-Redirect": target})
    return redirect(target, 303)


def _page(problems: dict[str, str], status: int = 200) -> Response:
    me = person()
    invited = desk.invitation(me.user, _settings())
    page = render_template(
        "second_factor/index.html",
        factor=rows.of(me.id),
        codes_left=rows.codes_left(me.id),
        secret=" ".join(invited[0][at : at + 4] for at in range(0, len(invited[0]), 4)) if invited else "",
        picture=_picture(invited[1]) if invited else "",
        problems=problems,
        demanded=not me.role_names.isdisjoint(_settings().second_factor_roles),
    )
    return make_response(page, status)


def _picture(address: str) -> Markup:
    """The QR code as a drawing inside the page: no request, no script; dark on light in either theme, for cameras."""
    drawn = segno.make(address, error="m", micro=False)
    svg = drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass="lb-qr", omitsize=True)
    # Drawn by segno from numbers; the address itself stands nowhere in it.
    return Markup(svg)  # nosec B704


def _password() -> str:
    return request.form.get("password", "")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _back() -> WerkzeugResponse:
    return redirect(url_for("second_factor.index"), 303)
