"""Deciding from the inbox: one press on a line, or a move with its fields beside the list, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import Forbidden, InvalidInput, NotFound, PortalError, StaleStep, TransitionRefused
from portal.operations import disposition, selection, undoing
from portal.sop.table import Action
from portal.store import db
from portal.store.queries import requests as rows
from portal.web import fragments, inbox, messages, navigation
from portal.web.addresses import small_number
from portal.web.desk import bulk, preview
from portal.web.desk.door import blueprint
from portal.web.flashes import notice
from portal.web.forms import parse, typed
from portal.web.identity import person
from portal.web.requests import decisions
from portal.web.requests.door import on_request
from schemas.decision import Decision

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

Answer = Response | WerkzeugResponse
REFUSED = (InvalidInput, StaleStep, TransitionRefused)
FROM_LINE, FROM_PREVIEW = "line", "preview"


@blueprint.post("")
def decide() -> Answer:
    """Carry out one decision, or take one back, and show the inbox as it then is; from the preview the next request
    opens by itself."""
    values = typed(request.form, (*decisions.MANY, "pick"))
    if values.get("action") == bulk.ACTION:
        return _passed_on(bulk.carry_out(values))
    request_id = small_number(values.get("request_id"))
    if request_id is None:
        raise NotFound("request.unknown")
    on_request(person(), request_id)
    if values.get("action") == Action.UNDO:
        return _undo(request_id, values)
    waiting = inbox.order(person(), db.now())
    try:
        decision = parse(Decision, decisions.fields(request_id, values))
        if values.get("from") == FROM_LINE:
            _looked_at(request_id)
        moved = disposition.act(
            decision, user=person().user, at=db.now(), settings=current_app.config["SETTINGS"]
        )
    except REFUSED as error:
        return _again(request_id, values, error)
    following = _following(waiting, request_id)
    return _told(*decisions.told(decision, moved), focus=following, beside=values.get("from") == FROM_PREVIEW)


def _passed_on(lines: list[tuple[str, str]]) -> Answer:
    """The inbox with a line for each request that was to be passed on."""
    if not fragments.wanted():
        for tone, sentence in lines:
            flash(sentence, tone)
        return redirect(inbox.address(), 303)
    return _shown(lines)


def _undo(request_id: int, values: dict[str, Any]) -> Answer:
    try:
        moved = undoing.undo(
            request_id, small_number(values.get("revision")) or 0, user=person().user, at=db.now()
        )
    except (Forbidden, StaleStep, TransitionRefused) as error:
        return _told(error.code, error.context, tone="warn")
    return _told("undo.done", undone(moved), focus=request_id)


def undone(moved: BackupRequest) -> dict[str, Any]:
    """What the sentence of an undo needs."""
    return {"number": moved.number or "", "step": messages.label("step", moved.step)}


def _looked_at(request_id: int) -> None:
    """Nobody selects blind: one press is refused where a rule of the policy is not met."""
    backup_request = rows.get(request_id)
    if backup_request is None:
        raise NotFound("request.unknown")
    if not inbox.may_press(backup_request, selection.of_request(backup_request, at=db.now())):
        raise TransitionRefused("desk.look_first")


def _following(waiting: list[int], request_id: int) -> int | None:
    """The request to go on with: the next of those that waited, round to the first; the same one where it is alone."""
    place = waiting.index(request_id) if request_id in waiting else -1
    left = set(inbox.order(person(), db.now()))
    after = [other for other in waiting[place + 1 :] + waiting[: max(place, 0)] if other in left]
    return next(iter(after), request_id if request_id in left else None)


def _told(
    code: str, context: dict[str, Any], *, focus: int | None = None, beside: bool = False, tone: str = "ok"
) -> Answer:
    """The inbox after a deed: as a fragment with what happened, or as a page."""
    if not fragments.wanted():
        notice(code, tone, **context)
        return redirect(inbox.address(), 303)
    return _shown([(tone, messages.text(code, **context))], focus, beside=beside)


def _shown(lines: list[tuple[str, str]], focus: int | None = None, *, beside: bool = False) -> Answer:
    # Another template's own output, escaped there.
    shown = Markup(preview.page(focus)) if beside and focus else ""  # nosec B704
    page = render_template(
        "inbox/_after.html",
        **inbox.context(person(), db.now(), focus),
        preview=shown,
        lines=lines,
        fresh=navigation.counts(person()),
    )
    return make_response(page)


def _again(request_id: int, values: dict[str, Any], error: PortalError) -> Answer:
    """The request beside the list with what was typed and why it was not taken; without script its own page."""
    if not fragments.wanted():
        if error.code == "desk.look_first":
            notice(error.code, "warn")
            return redirect(url_for("requests.show", request_id=request_id), 303)
        return decisions.again(request_id, values, error)
    problems = decisions.problems_of(error, values)
    shown = preview.page(
        request_id, typed=values, problems=problems, sentence="" if problems else messages.problem(error)
    )
    return fragments.placed(
        shown, InvalidInput.status if problems else error.status, "#pratinjau", "innerHTML"
    )
