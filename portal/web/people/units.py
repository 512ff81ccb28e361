"""The units (Satker): add, rename, put to rest."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import people as entering
from portal.operations import units as desk
from portal.store import db
from portal.store.queries import accounts as rows
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.people.door import blueprint
from schemas.people import NewUnit, UnitName

Answer = Response | WerkzeugResponse


@blueprint.get("/unit")
def units() -> Answer:
    """Every unit with its people."""
    return _page({}, {})


@blueprint.post("/unit")
def add_unit() -> Answer:
    """Add a unit."""
    values = typed(request.form)
    try:
        entry = parse(NewUnit, {name: values.get(name, "") for name in ("code", "name")})
        unit = entering.create_unit(entry, actor=person().user, at=db.now())
    except InvalidInput as error:
        return _page(values, messages.field_problems(error.fields), 422)
    notice("unit.added", name=unit.name)
    return redirect(url_for("people.units"), 303)


@blueprint.get("/unit/<int:unit_id>")
def unit(unit_id: int) -> Answer:
    """The form to rename a unit."""
    return _one(unit_id, desk.find(unit_id).name, {})


@blueprint.post("/unit/<int:unit_id>")
def rename_unit(unit_id: int) -> Answer:
    """Give it another name."""
    name = request.form.get("name", "")
    try:
        desk.rename(unit_id, parse(UnitName, {"name": name}), actor=person().user, at=db.now())
    except InvalidInput as error:
        return _one(unit_id, name, messages.field_problems(error.fields), 422)
    notice("unit.saved")
    return redirect(url_for("people.units"), 303)


@blueprint.post("/unit/<int:unit_id>/aktif")
def set_unit_active(unit_id: int) -> Answer:
    """Put it to rest, or take it up again."""
    active = request.form.get("active") == "1"
    desk.set_active(unit_id, active, actor=person().user, at=db.now())
    notice("unit.activated" if active else "unit.deactivated")
    return redirect(url_for("people.units"), 303)


def _page(values: dict[str, str], problems: dict[str, str], status: int = 200) -> Response:
    page = render_template("people/units.html", lines=rows.unit_lines(), values=values, problems=problems)
    return make_response(page, status)


def _one(unit_id: int, name: str, problems: dict[str, str], status: int = 200) -> Response:
    page = render_template("people/unit.html", unit=desk.find(unit_id), name=name, problems=problems)
    return make_response(page, status)
