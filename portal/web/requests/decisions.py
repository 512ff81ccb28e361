"""Deciding on a request: one address for every action of the rule book."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, PortalError, StaleStep, TransitionRefused
from portal.operations import disposition
from portal.sop.table import TERMINAL, Action
from portal.store import db
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.requests import desks, show
from portal.web.requests.door import blueprint, find
from schemas.decision import Decision
from schemas.survey import QUESTIONS

Answer = Response | WerkzeugResponse
_LINE_END = re.compile(r"\r\n?|\n")
MANY = ("instructions", "marked_fields", "services", "databases", "commands")
BACK = {"inbox": "inbox.index", "home": "home.index"}
"""The pages that a decision may have been made from, and go back to."""
# A guard that judges what was sent along is told by the field that it is about.
GUARDED = {
    "chain.note_required": "note",
    "guard.fields_marked": "marked_fields",
    "guard.scope_given": "server_id",
    "guard.postpone_complete": "postponed_until",
}


@blueprint.post("/<int:request_id>/keputusan")
def decide(request_id: int) -> Answer:
    """Carry out one decision. What cannot be taken comes back with everything that was typed."""
    values = typed(request.form, MANY)
    try:
        decision = parse(Decision, fields(request_id, values))
        moved = disposition.act(
            decision, user=person().user, at=db.now(), settings=current_app.config["SETTINGS"]
        )
    except (InvalidInput, StaleStep, TransitionRefused) as error:
        return again(request_id, values, error)
    code, context = told(decision, moved)
    notice(code, **context)
    if back := BACK.get(values.get("back", "")):
        return redirect(url_for(back), 303)
    return redirect(url_for("requests.show", request_id=request_id), 303)


def fields(request_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Decision from the form's; the scope only where the form carries one."""
    sent: dict[str, Any] = {
        "request_id": request_id,
        "revision": values.get("revision", ""),
        "action": values.get("action", ""),
        "note": values.get("note", ""),
        "instructions": values["instructions"],
        "marked_fields": values["marked_fields"],
        "postponed_until": values.get("postponed_until") or None,
        "policy_version": values.get("policy_version") or None,
        "term_months": values.get("extension_months") or None,
        "impossible": values.get("impossible") == "1",
    }
    if values.get("action") == Action.RECEIVE:
        sent["survey"] = {name: values.get(f"survey_{name}", "") for name in (*QUESTIONS, "remark")}
    if "server_id" in values:
        sent["scope"] = {
            "server_id": values["server_id"],
            "folders": [line for line in _lines(values) if line],
            "databases": values["databases"],
            "commands": values["commands"],
            "services": values["services"],
            "term_months": values.get("term_months", ""),
        }
    return sent


def told(decision: Decision, moved: Any) -> tuple[str, dict[str, Any]]:
    """What happened, and where the file now lies: the sentence's code and what it needs."""
    if moved.number is None:
        return "request.discarded", {}
    if moved.step in TERMINAL:
        return f"request.{moved.step}", {"number": moved.number}
    desk = desks.of(moved)
    return "request.decided", {
        "done": decision.action,
        "number": moved.number,
        "role": desk.role,
        "names": desk.names,
    }


def again(request_id: int, values: dict[str, Any], error: PortalError) -> Response:
    """The request's page as it now stands, with what was typed and why it was not taken."""
    problems = problems_of(error, values)
    sentence = "" if problems else messages.problem(error)
    page = show.page(find(request_id), typed=values, problems=problems, sentence=sentence)
    return make_response(page, InvalidInput.status if problems else error.status)


def problems_of(error: PortalError, values: dict[str, Any]) -> dict[str, str]:
    """The sentence by each field; nothing for what no field can mend."""
    if error.code in GUARDED:
        return {GUARDED[error.code]: messages.problem(error)}
    if not isinstance(error, InvalidInput):
        return {}
    found: dict[str, str] = {}
    for name, sentence in messages.field_problems(error.fields).items():
        parts = name.removeprefix("scope.").split(".")
        if parts[0] == "survey":
            parts = [name]
        elif parts[0] == "folders" and len(parts) > 1:
            line = _line_of(_lines(values), int(parts[1]))
            sentence = messages.text("scope.folder_line", line=line, problem=sentence)
        elif parts[0] == "folders":
            sentence = messages.text("scope.no_folder")
        elif parts[0] == "services" and error.fields[name][0] == "too_short":
            sentence = messages.text("scope.no_service")
        found.setdefault(parts[0], sentence)
    return found


def _lines(values: dict[str, Any]) -> list[str]:
    return [line.strip(" \t") for line in _LINE_END.split(values.get("folders", ""))]


def _line_of(lines: list[str], position: int) -> int:
    """The number of the line that holds the folder at `position`, blank lines counted too."""
    written = [number for number, line in enumerate(lines, 1) if line]
    return written[position] if position < len(written) else position + 1
