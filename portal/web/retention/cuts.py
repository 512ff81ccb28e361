"""A cut as it goes: asked for by the list that was seen, approved or refused by another, removed, on record."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import InvalidInput
from portal.operations import cuts
from portal.store import db
from portal.store.queries import keeping as rows
from portal.store.queries import runs
from portal.web import outcomes
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.retention.door import blueprint
from schemas.keeping import HoldForm

CUT = "/pemusnahan/<int:cut_id>"


@blueprint.post("/pemusnahan")
def ask(server_id: int) -> Response:
    """Ask for the removal of exactly what was shown."""
    cut = cuts.request(server_id, request.form.get("digest", ""), person().user, at=db.now())
    notice("cut.requested")
    return _back(server_id, cut.id)


@blueprint.get(CUT)
def cut(server_id: int, cut_id: int) -> str:
    """One cut: its list, who asked and who decided, its removal."""
    found, who = cuts.find(server_id, cut_id), person()
    run = runs.get(found.run_id) if found.run_id else None
    decides = found.open_key is not None and cuts.may_decide(who.user, db.now(), found.requested_by_id)
    own = found.requested_by_id == who.id
    live = run is not None and outcomes.is_live(run)
    listed = rows.listed(found)
    return render_template(
        "retention/cut.html",
        server=found.server,
        cut=found,
        listed=listed,
        total=sum(copy.total_bytes for copy in listed),
        freed=sum(copy.added_bytes for copy in listed),
        run=run,
        live=live,
        outcome=outcomes.outcome(run) if run else None,
        waiting=outcomes.waiting(run) if run else "",
        removal=(run.evidence or {}).get("removal") if run else None,
        may_approve=decides and not own and found.state == "requested",
        may_refuse=decides and not own and not live,
        own_wish=decides and own,
    )


@blueprint.post(f"{CUT}/setujui")
def approve(server_id: int, cut_id: int) -> Response:
    """Approve the list that was seen; the removal begins."""
    found, digest = cuts.find(server_id, cut_id), request.form.get("digest", "")
    settings = current_app.config["SETTINGS"]
    cuts.approve(found.id, digest, person().user, form_key(), at=db.now(), settings=settings)
    notice("cut.approved")
    return _back(server_id, cut_id)


@blueprint.post(f"{CUT}/tolak")
def refuse(server_id: int, cut_id: int) -> Response:
    """Refuse it, with a reason."""
    found = cuts.find(server_id, cut_id)
    try:
        note = parse(HoldForm, {"reason": request.form.get("note", "")}).reason
    except InvalidInput:
        notice("cut.note_needed", "bad")
        return _back(server_id, cut_id)
    cuts.refuse(found.id, note, person().user, at=db.now())
    notice("cut.refused", "info")
    return _back(server_id, cut_id)


def _back(server_id: int, cut_id: int) -> Response:
    return redirect(url_for("retention.cut", server_id=server_id, cut_id=cut_id), 303)
