"""Deciding on a request: one address for every action of the rule book."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, StaleStep, TransitionRefused
from portal.operations import disposition
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.requests import show
from portal.web.requests.door import blueprint, find
from schemas.decision import Decision

Answer = Response | WerkzeugResponse
MANY = ("instructions", "marked_fields", "services")


@blueprint.post("/<int:request_id>/keputusan")
def decide(request_id: int) -> Answer:
    """Carry out one decision. What cannot be taken comes back with everything that was typed."""
    values = typed(request.form, MANY)
    try:
        decision = parse(Decision, _decision(request_id, values))
        moved = disposition.act(
            decision, user=person().user, at=db.now(), settings=current_app.config["SETTINGS"]
        )
    except InvalidInput as error:
        problems = {
            name.removeprefix("scope."): text for name, text in messages.field_problems(error.fields).items()
        }
        return _again(request_id, values, 422, problems=problems)
    except (StaleStep, TransitionRefused) as error:
        return _again(request_id, values, error.status, sentence=messages.problem(error))
    notice("request.decided", action=decision.action, step=moved.step, number=moved.number or "")
    return redirect(url_for("requests.show", request_id=request_id), 303)


def _decision(request_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Decision from the form's; the scope only where the form carries one."""
    sent: dict[str, Any] = {
        "request_id": request_id,
        "revision": values.get("revision") or -1,
        "action": values.get("action", ""),
        "note": values.get("note", ""),
        "instructions": values["instructions"],
        "marked_fields": values["marked_fields"],
        "postponed_until": values.get("postponed_until") or None,
    }
    if values.get("server_id") is not None:
        folders = [line.strip() for line in values.get("folders", "").splitlines() if line.strip()]
        sent["scope"] = {"server_id": values["server_id"], "folders": folders, "services": values["services"],
                         "term_months": values.get("term_months") or 12}  # fmt: skip
    return sent


def _again(request_id: int, values: dict[str, Any], status: int, *, problems: dict[str, str] | None = None,
           sentence: str = "") -> Response:  # fmt: skip
    page = show.page(find(request_id), typed=values, problems=problems, sentence=sentence)
    return make_response(page, status)
