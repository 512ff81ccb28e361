"""The rule of a server with what it comes to, and the holds on single copies."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput
from portal.operations import retention, retention_preview, servers
from portal.store import db
from portal.store.queries import findings
from portal.store.queries import keeping as rows
from portal.store.queries import servers as catalogue
from portal.web import messages
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.retention.door import blueprint
from schemas.keeping import HoldForm, RuleForm

COUNTS = ("last", "daily", "weekly", "monthly", "yearly")
SUGGESTED = {"last": 3, "daily": 7, "weekly": 5, "monthly": 12, "yearly": 3}
"""What the form offers before there is a rule; nothing is removed by it until somebody saves a rule and asks."""


@blueprint.get("")
def show(server_id: int) -> str:
    """The rule, and exactly what would go by it; with numbers in the address, by those instead of the saved ones."""
    server, at, saved = servers.find(server_id), db.now(), rows.rule_of(server_id)
    tried, problems = _tried()
    values = {name: getattr(saved, name) for name in COUNTS} if saved else SUGGESTED
    if tried or problems:
        values = {name: request.args.get(name, "") for name in COUNTS}
    preview = retention_preview.preview(server_id, at, tried)
    return render_template(
        "retention/show.html",
        server=server,
        saved=saved,
        tried=tried,
        values=values,
        problems=problems,
        preview=preview,
        freed=sum(copy.added_bytes for copy in preview.going),
        stays=sum(each.snapshot.added_bytes for each in preview.staying),
        findings=findings.open_of(server_id),
        open_cut=rows.open_cut(server_id),
        cuts=rows.cuts_of(server_id),
        granted=bool(catalogue.grants(server_id)),
        may_rule=person().has("subdivision_head"),
        may_ask=person().has("administrator"),
    )


@blueprint.post("/aturan")
def set_rule(server_id: int) -> Response:
    """Save the rule that was previewed."""
    try:
        form = parse(RuleForm, _counts(request.form))
    except InvalidInput as error:
        problem = "; ".join(messages.field_problems(error.fields).values())
        notice("retention.rule_bad", "bad", problem=problem)
        return _back(server_id)
    retention.set_rule(server_id, form, person().user, at=db.now())
    notice("retention.rule_set")
    return _back(server_id)


@blueprint.post("/tahan/<int:snapshot_id>")
def hold(server_id: int, snapshot_id: int) -> Response:
    """Let a copy stay, with a reason."""
    if reason := _reason("hold.reason_needed"):
        retention.hold(server_id, snapshot_id, reason, person().user, at=db.now())
        notice("hold.placed")
    return _back(server_id)


@blueprint.post("/lepas/<int:snapshot_id>")
def lift(server_id: int, snapshot_id: int) -> Response:
    """End a hold, with a reason."""
    if reason := _reason("hold.lift_reason_needed"):
        retention.lift(server_id, snapshot_id, reason, person().user, at=db.now())
        notice("hold.lifted")
    return _back(server_id)


def _tried() -> tuple[RuleForm | None, dict[str, str]]:
    """The rule in the address, or what is wrong with it; nothing of either without one."""
    if not any(name in request.args for name in COUNTS):
        return None, {}
    try:
        return parse(RuleForm, _counts(request.args)), {}
    except InvalidInput as error:
        return None, messages.field_problems(error.fields)


def _counts(values: object) -> dict[str, str]:
    """The numbers as typed; an empty one is none."""
    return {name: values.get(name, "").strip() or "0" for name in COUNTS}  # type: ignore[attr-defined]


def _reason(problem: str) -> str:
    """The reason as typed, or empty after saying that one is needed."""
    try:
        return parse(HoldForm, {"reason": request.form.get("reason", "")}).reason
    except InvalidInput:
        notice(problem, "bad")
        return ""


def _back(server_id: int) -> Response:
    return redirect(url_for("retention.show", server_id=server_id), 303)
