"""What was found wrong with the copies in the vault, and closing it with a note."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput
from portal.operations import findings as desk
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import findings as rows
from portal.web import messages, outcomes
from portal.web.access import roles
from portal.web.addresses import page_number, search_words
from portal.web.flashes import notice
from portal.web.identity import person

blueprint = Blueprint("findings", __name__)
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")
READERS = (
    Role.ADMINISTRATOR,
    Role.SUBDIVISION_HEAD,
    Role.DIVISION_HEAD,
    Role.CENTER_HEAD,
    Role.AUDITOR,
)
ACCESS = {
    "findings.index": roles(*READERS),
    "findings.close": roles(Role.SUBDIVISION_HEAD),
}


@blueprint.get("/temuan")
def index() -> str:
    """The findings, newest first: the open ones, or with `keadaan` those that were closed."""
    kind = request.args.get("jenis", "")
    wanted = rows.Filter(
        words=search_words(request.args.get("cari")),
        kind=kind if kind in messages.labels("finding_kind") else "",
        closed=request.args.get("keadaan") == "tutup",
    )
    found = rows.search(wanted, page_number(request.args.get("halaman")))
    return render_template("findings/index.html", found=found, wanted=wanted)


@blueprint.post("/temuan/<int:finding_id>/tutup")
def close(finding_id: int) -> Response:
    """Close a finding with a note."""
    try:
        desk.close(finding_id, request.form.get("note", ""), person().user, at=db.now())
    except InvalidInput as error:
        code, context = error.fields["note"]
        notice("finding.note_needed", "bad", problem=messages.text(code, **context))
    else:
        notice("finding.is_closed")
    return redirect(url_for("findings.index"), 303)


@blueprint.app_template_filter("finding_words")
def finding_words(finding: object) -> tuple[str, str]:
    """What was found, and what to do about it."""
    code, context = finding.code, _readable(finding.context or {})  # type: ignore[attr-defined]
    if reason := context.get("reason"):
        context["reason"] = messages.text(reason, **_readable(context.get("told") or {}))
    return messages.text(code, **context), outcomes.advice(code, context)


def _readable(context: dict[str, Any]) -> dict[str, Any]:
    """The context with its instants, which lie as text in the database."""
    return {
        name: datetime.fromisoformat(value) if isinstance(value, str) and INSTANT.fullmatch(value) else value
        for name, value in context.items()
    }
