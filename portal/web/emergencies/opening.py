"""Breaking the glass: server, sources, reason, and the statement that it is known what this opens."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput
from portal.operations import emergencies as desk
from portal.store import db
from portal.store.queries import emergencies as rows
from portal.store.queries import servers
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.emergencies.door import OPEN, blueprint
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.keys import form_key
from schemas.emergency import REASON, EmergencyForm


@blueprint.get("/baru")
def new() -> Response:
    """The form, once a server is chosen; its sources are ticked already."""
    server_id = small_number(request.args.get("server"))
    ticked = [str(source.id) for source in rows.sources(server_id or 0)]
    return _form(server_id, {"sources": ticked}, {})


@blueprint.post("/baru")
def create() -> Response | WerkzeugResponse:
    """Break the glass."""
    values = typed(request.form, ("sources",))
    server_id = small_number(values.get("server_id"))
    sent = {name: values.get(name, "") for name in ("sources", "reason", "sure")}
    try:
        form = parse(EmergencyForm, sent)
        settings = current_app.config["SETTINGS"]
        opened = desk.break_glass(
            server_id or 0, form, person().user, form_key(), at=db.now(), settings=settings
        )
    except InvalidInput as error:
        return _form(server_id, values, _sentences(error), error.status)
    notice("emergency.is_open", "warn")
    return redirect(url_for("emergencies.show", emergency_id=opened.id), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What other pages need to lead here."""
    return {"may_break_glass": lambda: person().has(*OPEN.roles)}


def _sentences(error: InvalidInput) -> dict[str, str]:
    """The sentence by each field; what is wrong with one of the ticks stands under all of them."""
    found: dict[str, str] = {}
    for name, (code, context) in error.fields.items():
        field, _, place = name.partition(".")
        found.setdefault(field, messages.text("emergency.no_source" if place else code, **context))
    return found


def _form(
    server_id: int | None, values: dict[str, Any], problems: dict[str, str], status: int = 200
) -> Response:
    ready = rows.ready_servers()
    server = next((each for each in ready if each.id == server_id), None)
    at = db.now()
    page = render_template(
        "emergencies/form.html",
        servers=ready,
        server=server,
        sources=rows.sources(server.id) if server else [],
        standing=[grant for grant in servers.grants(server.id) if not grant.revoked_at and grant.ends_at > at]
        if server
        else [],
        values=values,
        problems=problems,
        least=REASON[0],
        hours=current_app.config["SETTINGS"].emergency_hours,
        days=current_app.config["SETTINGS"].emergency_review_days,
    )
    return make_response(page, status)
