"""The list of people, and one person with roles and what may be done."""

from __future__ import annotations

from flask import Response, current_app, make_response, render_template, request

from portal.operations import accounts as desk
from portal.operations import succession
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import accounts as rows
from portal.store.queries import people, second_factors
from portal.web import messages
from portal.web.addresses import page_number, search_words
from portal.web.identity import person, terms
from portal.web.people.door import blueprint
from schemas.nip import nip_warnings


@blueprint.get("")
def index() -> str:
    """Everybody with an account, by name, with the roles held now."""
    wanted, at = _wanted(), db.now()
    found = rows.search(wanted, at, page_number(request.args.get("halaman")))
    held = rows.roles_now([user.id for user in found.rows], at)
    filtered = wanted != rows.Filter()
    return render_template(
        "people/index.html", found=found, wanted=wanted, held=held, units=people.units(), filtered=filtered
    )


@blueprint.get("/<int:user_id>")
def show(user_id: int) -> Response:
    """One person: what is known, the account, the roles of now and before."""
    return page_of(user_id, {}, {})


def page_of(user_id: int, values: dict[str, str], problems: dict[str, str], status: int = 200) -> Response:
    """The page of one person; `values` and `problems` are those of the form for a role."""
    user, at = desk.find(user_id), db.now()
    holdings = people.holdings(user_id)
    page = render_template(
        "people/show.html",
        user=user,
        own=user.id == person().id,
        current=[row for row in holdings if row.until is None or row.until > at],
        ended=[row for row in holdings if row.until is not None and row.until <= at],
        sessions=people.open_sessions(user_id, at - terms().idle, at),
        locked=user.locked_until is not None and user.locked_until > at,
        directory_is_set=bool(current_app.config["SETTINGS"].ldap_url),
        factor=second_factors.of(user_id),
        alone=succession.sole_desks(user, at),
        own_requests=desk.own_open(user_id),
        nip_notes=nip_warnings(user.nip),
        roles=[(role.value, messages.label("role", role.value)) for role in Role],
        units=people.units(),
        values=values,
        problems=problems,
    )
    return make_response(page, status)


def _wanted() -> rows.Filter:
    state, role = request.args.get("keadaan", ""), request.args.get("peran", "")
    return rows.Filter(
        words=search_words(request.args.get("cari")),
        unit=search_words(request.args.get("satker"))[:20],
        role=role if role in messages.labels("role") else "",
        state=state if state in messages.labels("account_state") else "",
    )
