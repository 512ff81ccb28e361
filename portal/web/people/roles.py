"""Give a role, end a role."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import accounts as desk
from portal.operations import people as rights
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import people
from portal.web import messages
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.people.door import blueprint
from portal.web.people.listing import page_of

Answer = Response | WerkzeugResponse


@blueprint.post("/<int:user_id>/peran")
def grant_role(user_id: int) -> Answer:
    """Let the person hold a role from now on."""
    user = desk.find(user_id)
    values = {name: request.form.get(name, "") for name in ("role", "unit")}
    try:
        if values["role"] not in messages.labels("role"):
            raise InvalidInput(fields={"role": ("role.not_chosen", {})})
        role, unit = Role(values["role"]), people.unit_by_code(values["unit"]) if values["unit"] else None
        rights.grant_role(user, role, unit=unit, actor=person().user, at=db.now())
    except InvalidInput as error:
        return page_of(user_id, values, messages.field_problems(error.fields), 422)
    notice("role.granted", role=role.value, name=user.name)
    return redirect(url_for("people.show", user_id=user_id, _anchor="peran"), 303)


@blueprint.post("/<int:user_id>/peran/<int:holding_id>/akhiri")
def end_role(user_id: int, holding_id: int) -> Answer:
    """End a role now; it stays in the history."""
    vacate = request.form.get("vacate") == "1"
    holding = rights.end_role(holding_id, actor=person().user, at=db.now(), user_id=user_id, vacate=vacate)
    notice("role.ended", role=holding.role)
    return redirect(url_for("people.show", user_id=user_id, _anchor="peran"), 303)
