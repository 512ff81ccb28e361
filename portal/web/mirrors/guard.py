"""What the guard of a mirror's run found: the exact list, as a file, and letting it pass once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, redirect, request, send_file, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from portal.errors import InvalidInput, NotFound
from portal.operations import mirror_lists, mirror_runs
from portal.operations import mirrors as desk
from portal.store import db
from portal.store.queries import mirrors as rows
from portal.web import messages
from portal.web.addresses import search_words
from portal.web.flashes import notice
from portal.web.forms import parse
from portal.web.identity import person
from portal.web.mirrors.door import blueprint
from portal.web.runs.pages import find
from schemas.mirror import PassForm

if TYPE_CHECKING:
    from portal.store.models import Run


@blueprint.get("/pekerjaan/<int:run_id>/daftar-hapus.txt")
def deletions(run_id: int) -> Response:
    """The whole list, one name a line, as rsync shows them. Raises NotFound('mirror.no_list')."""
    path = mirror_lists.path_of(find(run_id), current_app.config["SETTINGS"])
    if path is None:
        raise NotFound("mirror.no_list")
    return send_file(
        path,
        mimetype="text/plain",
        as_attachment=True,
        download_name=f"pekerjaan-{run_id}-daftar-hapus.txt",
        max_age=0,
    )


@blueprint.post("/pekerjaan/<int:run_id>/loloskan")
def allow(run_id: int) -> WerkzeugResponse:
    """Let exactly this list pass once."""
    try:
        sent = {name: request.form.get(name, "") for name in ("digest", "note")}
        allowed = mirror_runs.allow(run_id, parse(PassForm, sent), person().user, at=db.now())
    except InvalidInput as error:
        code, context = next(iter(error.fields.values()))
        notice("mirror.not_passed", "bad", problem=messages.text(code, **context))
    else:
        notice("mirror.let_pass", until=allowed.expires_at)
    return redirect(url_for("runs.show", run_id=run_id, _anchor="penjaga"), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, Any]:
    """What the page of a run needs to show what its guard found."""
    return {"guard_of": guard_of}


def guard_of(run: Run) -> dict[str, Any]:
    """What the guard of a run found, what was let pass of it, and whether this person may."""
    who, words = person(), search_words(request.args.get("cari"))
    report, passed = mirror_runs.report_of(run), rows.pass_of_run(run.id)
    mirror = rows.get(run.spec["mirror"]["mirror_id"])
    stopped = run.state == "failed" and not (run.result or {}).get("passed")
    open_ = report is not None and stopped and passed is None
    newest = mirror is not None and mirror.last_run_id == run.id
    decides = desk.may_decide(who.user, db.now(), run.started_by_id)
    return {
        "report": report,
        "mirror": mirror,
        "listed": mirror_lists.read(run, current_app.config["SETTINGS"], words),
        "words": words,
        "passed": passed,
        "open": open_ and newest,
        "may_allow": open_ and newest and decides and run.started_by_id != who.id,
        "own": open_ and newest and decides and run.started_by_id == who.id,
    }
