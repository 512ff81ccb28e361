"""The list of restores, one of them as it stands, and its file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, render_template, request, send_file

from portal.operations import restore_runs, restores
from portal.store import db
from portal.store.queries import restores as rows
from portal.web import fragments, messages, outcomes
from portal.web.addresses import page_number
from portal.web.identity import Person, person
from portal.web.restores.door import blueprint

if TYPE_CHECKING:
    from portal.store.models import Restore


@blueprint.get("/pemulihan")
def index() -> str:
    """The restores, those that wait for a decision first."""
    who, at = person(), db.now()
    limit = None if restores.sees_all(who.user, at) else who.id
    wanted = request.args.get("keadaan", "")
    state = wanted if wanted in messages.labels("restore_state") else ""
    return render_template(
        "restores/index.html",
        found=rows.search(limit, state, page_number(request.args.get("halaman"))),
        counts=rows.counts(limit),
        wanted=state,
    )


@blueprint.get("/pemulihan/<int:restore_id>")
def show(restore_id: int) -> Response:
    """One restore: what is asked for, who decided, how far it is, and where it lies. A part of it for htmx."""
    template = "restores/_state.html" if fragments.wanted() else "restores/show.html"
    return make_response(
        render_template(template, fragment=fragments.wanted(), **_view(restore_id, person()))
    )


@blueprint.get("/pemulihan/<int:restore_id>/unduh")
def download(restore_id: int) -> Response:
    """The file, as a stream; each time is noted in the trail."""
    settings = current_app.config["SETTINGS"]
    path, name = restore_runs.take(restore_id, person().user, at=db.now(), settings=settings)
    return send_file(
        path, mimetype="application/octet-stream", as_attachment=True, download_name=name, max_age=0
    )


def _view(restore_id: int, who: Person) -> dict[str, Any]:
    at, settings = db.now(), current_app.config["SETTINGS"]
    restore = restores.find(restore_id, who.user, at=at)
    run = rows.last_run(restore)
    live = run is not None and outcomes.is_live(run)
    own = restore.requested_by_id == who.id
    file = restore_runs.file_of(restore, settings)
    expired = restore.state == "approved" and restore.expires_at is not None and at >= restore.expires_at
    decides = restores.may_decide(who.user, at, restore.requested_by_id) and restore.state == "requested"
    return {
        "restore": restore,
        "server": restore.snapshot.server,
        "run": run,
        "live": live,
        "outcome": outcomes.outcome(run) if run else None,
        "waiting": outcomes.waiting(run) if run else "",
        "stuck": bool(run) and outcomes.is_stuck(run),
        "progress": outcomes.progress(run) if run else None,
        "expired": expired,
        "may_decide": decides and not own,
        "own_wish": decides and own,
        "may_start": restore.state == "approved" and not (expired or live) and _may_start(restore, who),
        "may_stop": live and _may_start(restore, who),
        "may_take": file is not None and restore_runs.may_take(restore, who.user, at),
        "kept_until": run.finished_at + timedelta(days=settings.restore_keep_days)
        if run and run.finished_at
        else None,
        "file_there": file is not None,
        "safety_days": settings.safety_keep_days,
    }


def _may_start(restore: Restore, who: Person) -> bool:
    return restore_runs.may_start(restore, who.user, db.now())
