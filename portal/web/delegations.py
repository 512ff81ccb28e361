"""Acting officials: the mandates that concern a person, naming a deputy, ending a mandate early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import delegations as desk
from portal.sop import ladder
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import delegations as rows
from portal.store.queries import people
from portal.web import messages
from portal.web.access import SIGNED_IN, when
from portal.web.addresses import page_number, search_words, small_number
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import Person, person
from portal.web.keys import form_key
from schemas.delegation import EndForm, MandateForm

if TYPE_CHECKING:
    from portal.store.models import Delegation, User

Answer = Response | WerkzeugResponse

blueprint = Blueprint("delegations", __name__, url_prefix="/mandat")
GRANTORS = tuple({*ladder.SUPERIORS, *(role for above in ladder.SUPERIORS.values() for role in above)})


def _owns(who: Person, *names: str) -> bool:
    return any(role in names for role, _unit in who.owned)


def _is_concerned(who: Person) -> bool:
    """Those who can name a deputy, whoever has, had or will have a mandate, and who looks after the portal."""
    return _owns(who, *GRANTORS, *desk.SEES_ALL) or rows.has_any(who.id)


ACCESS = {
    "delegations.index": when(_is_concerned),
    "delegations.show": SIGNED_IN,
    "delegations.new": when(lambda who: _owns(who, *GRANTORS)),
    "delegations.create": when(lambda who: _owns(who, *GRANTORS)),
    "delegations.end": SIGNED_IN,
}
MANY = ("steps",)


@blueprint.get("")
def index() -> str:
    """The mandates that concern this person, by where their term stands; `orang`: those of one person, for whoever sees
    all."""
    who, at = person(), db.now()
    state = request.args.get("keadaan", "")
    wanted = rows.Filter(
        words=search_words(request.args.get("cari")),
        state=state if state in messages.labels("mandate_state") else "",
    )
    seen = desk.visible(who.user, at)
    about = people.user(small_number(request.args.get("orang")) or 0) if seen is None else None
    if about is not None:
        seen = rows.concerning(about.id, [])
    found = rows.search(wanted, at, seen, page_number(request.args.get("halaman")))
    return render_template(
        "delegations/index.html",
        found=found,
        wanted=wanted,
        about=about,
        standing={row.id: desk.state_of(row, at) for row in found.rows},
        counts={name: rows.count(name, at, seen) for name in messages.labels("mandate_state")},
        may_name=bool(desk.choices(who.user, at)),
    )


@blueprint.get("/baru")
def new() -> Answer:
    """The form for naming a deputy."""
    return _form({"extent": "all"}, {})


@blueprint.post("/baru")
def create() -> Answer:
    """Give the mandate."""
    values = typed(request.form, MANY)
    try:
        form = parse(MandateForm, {name: values[name] for name in MandateForm.model_fields if name in values})
        given = desk.grant(form, person().user, form_key(), at=db.now())
    except InvalidInput as error:
        return _form(values, messages.field_problems(error.fields), 422)
    notice(
        "mandate.granted", name=given.deputy.name, role=given.role, first=given.first_day, last=given.last_day
    )
    return redirect(url_for("delegations.show", delegation_id=given.id), 303)


@blueprint.get("/<int:delegation_id>")
def show(delegation_id: int) -> Answer:
    """One mandate."""
    return _page(desk.find(delegation_id, person().user, at=db.now()), {}, {})


@blueprint.post("/<int:delegation_id>/akhiri")
def end(delegation_id: int) -> Answer:
    """End it now."""
    who, values, at = person().user, typed(request.form), db.now()
    given = desk.find(delegation_id, who, at=at)
    try:
        form = parse(EndForm, {"reason": values.get("reason", "")})
        desk.end(delegation_id, form.reason, who, at=at)
    except InvalidInput as error:
        return _page(given, values, messages.field_problems(error.fields), 422)
    notice("mandate.ended", letter=given.letter_number)
    return redirect(url_for("delegations.show", delegation_id=delegation_id), 303)


def _page(given: Delegation, values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    who, at = person(), db.now()
    standing = desk.state_of(given, at)
    page = render_template(
        "delegations/show.html",
        given=given,
        standing=standing,
        may_end=standing not in ("ended", "over") and desk.may_end(given, who.user, at),
        values=values,
        problems=problems,
    )
    return make_response(page, status)


def _form(values: dict[str, Any], problems: dict[str, str], status: int = 200) -> Response:
    who, at = person(), db.now()
    choices = desk.choices(who.user, at)
    today = at.astimezone(ladder.OFFICE_ZONE).date()
    page = render_template(
        "delegations/form.html",
        values=values,
        problems=problems,
        choices=choices,
        deputies=_deputies(who.user),
        steps={choice.post.role: ladder.steps_of(choice.post.role) for choice in choices},
        first=today,
        last=today + ladder.LONGEST,
        longest=ladder.LONGEST.days,
    )
    return make_response(page, status)


def _deputies(user: User) -> list[User]:
    """Who could be named: everybody with an open account but oneself and those who audit."""
    auditors = {auditor.id for auditor in people.owners(Role.AUDITOR.value)}
    return [
        each for each in people.everyone() if each.active and each.id != user.id and each.id not in auditors
    ]
