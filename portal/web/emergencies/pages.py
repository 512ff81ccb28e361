"""The list of broken glasses, one of them with its runs, and closing its review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import emergencies as desk
from portal.operations import mandates
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import emergencies as rows
from portal.web import messages, outcomes
from portal.web.addresses import page_number
from portal.web.emergencies.door import blueprint
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from schemas.emergency import ReviewForm

if TYPE_CHECKING:
    from portal.store.models import Emergency


@blueprint.get("")
def index() -> str:
    """All of them, those to be reviewed first."""
    wanted = request.args.get("keadaan", "")
    state = wanted if wanted in messages.labels("emergency_state") else ""
    found = rows.search(state, page_number(request.args.get("halaman")))
    return render_template(
        "emergencies/index.html", found=found, wanted=state, waiting=rows.count_open(), due=_dues(found.rows)
    )


@blueprint.get("/<int:emergency_id>")
def show(emergency_id: int) -> Response:
    """One: what was copied and why, how its run stands, and the review."""
    return _page(find(emergency_id), {}, {})


@blueprint.post("/<int:emergency_id>/tutup")
def close(emergency_id: int) -> Response | WerkzeugResponse:
    """Close the review."""
    emergency, values = find(emergency_id), typed(request.form)
    try:
        form = parse(ReviewForm, {name: values.get(name, "") for name in ("verdict", "note")})
        desk.close(emergency_id, form, person().user, at=db.now())
    except InvalidInput as error:
        return _page(emergency, values, messages.field_problems(error.fields), error.status)
    notice("emergency.is_closed", emergency_verdict=form.verdict.value)
    return redirect(url_for("emergencies.show", emergency_id=emergency_id), 303)


def find(emergency_id: int) -> Emergency:
    """The emergency. Raises NotFound('emergency.unknown')."""
    emergency = rows.get(emergency_id)
    if emergency is None:
        raise NotFound("emergency.unknown")
    return emergency


def _dues(found: list[Emergency]) -> dict[int, Any]:
    settings = current_app.config["SETTINGS"]
    return {row.id: desk.due(row, settings) for row in found if row.closed_at is None}


def _page(
    emergency: Emergency, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    who, started = person(), rows.runs_of(emergency)
    began = desk.began_by(emergency, started)
    reviewer = (
        mandates.decides(who.user, db.now(), Role.DIVISION_HEAD, asked_by=began)
        and emergency.closed_at is None
    )
    own = who.id in began
    live = any(outcomes.is_live(run) for run in started)
    page = render_template(
        "emergencies/show.html",
        emergency=emergency,
        started=started,
        live=live,
        may_close=reviewer and not own and not live,
        own=reviewer and own,
        must_wait=reviewer and not own and live,
        due=_dues([emergency]).get(emergency.id),
        values=values,
        problems=problems,
    )
    return make_response(page, status)
