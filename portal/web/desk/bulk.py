"""Passing on what is ticked in the inbox, and a line of its own for what became of each."""

from __future__ import annotations

from typing import Any

from flask import current_app

from portal.errors import InvalidInput, NotFound
from portal.operations import bulk
from portal.operations.bulk import Outcome
from portal.sop.table import Action
from portal.store import db
from portal.web import messages
from portal.web.addresses import small_number
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.requests import desks
from portal.web.requests.door import on_request
from schemas.decision import Decision

ACTION = "bulk"
"""What the form says instead of one of the rule book's actions."""


def carry_out(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Pass on what was ticked; for each a tone and a sentence."""
    picked = [pair for pick in values["pick"] if (pair := _pair(pick)) and _readable(pair[0])]
    if not picked:
        return [("warn", messages.text("bulk.nothing"))]
    try:
        decisions = [parse(Decision, _fields(pair, values)) for pair in picked]
    except InvalidInput as error:
        return [("warn", sentence) for sentence in messages.field_problems(error.fields).values()]
    settings = current_app.config["SETTINGS"]
    return [
        _line(each) for each in bulk.forward(decisions, user=person().user, at=db.now(), settings=settings)
    ]


def _fields(pair: tuple[int, int], values: dict[str, Any]) -> dict[str, Any]:
    request_id, revision = pair
    return {
        "request_id": request_id,
        "revision": revision,
        "action": Action.FORWARD.value,
        "note": values.get("note", ""),
    }


def _readable(request_id: int) -> bool:
    """Whether the person may know of the request at all."""
    try:
        return on_request(person(), request_id)
    except NotFound:
        return False


def _pair(pick: str) -> tuple[int, int] | None:
    """(request, revision) from what a box holds, "12.3"."""
    request_id, _, revision = pick.partition(".")
    pair = small_number(request_id), small_number(revision)
    return (pair[0], pair[1]) if pair[0] and pair[1] is not None else None


def _line(outcome: Outcome) -> tuple[str, str]:
    if outcome.error is not None:
        why = messages.problem(outcome.error)
        return "warn", messages.text("bulk.refused", number=outcome.number or "–", why=why)
    desk = desks.of(outcome.moved) if outcome.moved else None
    role, names = (desk.role, desk.names) if desk else ("", ())
    return "ok", messages.text(
        "request.decided", done="forward", number=outcome.number, role=role, names=names
    )
