"""The list of runs, and one run as it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, current_app, make_response, render_template, request

from portal.errors import NotFound, PortalError
from portal.operations import run_logs, run_retries, runs
from portal.store.db import now
from portal.store.queries import findings, servers, snapshots
from portal.store.queries import runs as rows
from portal.store.queries.evaluation.servers import COPYING
from portal.web import fragments, messages, outcomes
from portal.web.addresses import page_number, search_words, small_number
from portal.web.forms import new_key
from portal.web.identity import person
from portal.web.narrowing import narrowing
from portal.web.runs.door import READERS, blueprint
from schemas.run import DATA_KINDS, FOLDER_MIRROR_KINDS, RunKind, RunState

if TYPE_CHECKING:
    from portal.store.models import Run

OFFSET_DIGITS = 15


@blueprint.get("/pekerjaan")
def index() -> str:
    """The runs, newest first; inquiries only when asked for."""
    wanted = rows.Filter(
        words=search_words(request.args.get("cari")),
        kind=_one_of(RunKind, request.args.get("jenis")),
        state=_one_of(RunState, request.args.get("keadaan")),
        server_id=small_number(request.args.get("server")),
        inquiries=request.args.get("tanya") == "1",
        kinds=COPYING if request.args.get("jenis") == "salin" else (),
        **narrowing(),
    )
    found = rows.search(wanted, page_number(request.args.get("halaman")))
    return render_template("runs/index.html", found=found, wanted=wanted, servers=servers.everyone())


@blueprint.get("/pekerjaan/<int:run_id>")
def show(run_id: int) -> str:
    """One run: how far it is, how it ended, its log."""
    run, settings = find(run_id), current_app.config["SETTINGS"]
    closed = not outcomes.is_live(run)
    start = small_number(request.args.get("mulai"), OFFSET_DIGITS)
    if start is None:
        piece = run_logs.tail(run_id, settings, closed=closed)
    else:
        piece = run_logs.read(run_id, start, settings, closed=closed)
    return render_template("runs/show.html", piece=piece, from_start=start is not None, **view(run))


@blueprint.get("/pekerjaan/<int:run_id>/keadaan")
def state(run_id: int) -> Response:
    """The part of the page that changes. Once the run has ended it asks no more."""
    run = find(run_id)
    if not fragments.wanted():
        return make_response(show(run_id))
    response = make_response(render_template("runs/_state.html", fragment=True, **view(run)))
    if run.kind in FOLDER_MIRROR_KINDS and not outcomes.is_live(run):
        response.headers["HX-Refresh"] = "true"  # what its guard has found stands beside this part
    return response


def find(run_id: int) -> Run:
    """The run. Raises NotFound('run.unknown')."""
    run = rows.get(run_id)
    if run is None:
        raise NotFound("run.unknown")
    return run


def view(run: Run) -> dict[str, object]:
    """What the templates of one run need."""
    made = snapshots.of_run(run.id)
    tested = (
        snapshots.by_snapshot_id(run.spec.get("snapshot_id") or "") if run.kind == "restore_test" else None
    )
    return {
        "run": run,
        "live": outcomes.is_live(run),
        "outcome": outcomes.outcome(run),
        "waiting": outcomes.waiting(run),
        "stuck": outcomes.is_stuck(run),
        "progress": outcomes.progress(run),
        "lines": outcomes.step_lines(run),
        "snapshot": made or tested,
        "made": made,
        "moves_data": run.kind in DATA_KINDS,
        "findings": findings.open_of_run(run.id),
        "again_at": run_retries.next_of(run) if run.kind == RunKind.BACKUP else None,
    }


def may_read(roles: frozenset[str]) -> bool:
    """Whether a holder of `roles` may open the pages of runs."""
    return not roles.isdisjoint(role.value for role in READERS)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the runs' partials need on the pages of others: a key for a form, words for a run."""
    return {
        "new_key": new_key,
        "run_outcome": outcomes.outcome,
        "run_waiting": outcomes.waiting,
        "run_obstacle": obstacle,
        "run_is_live": outcomes.is_live,
        "run_is_stuck": outcomes.is_stuck,
        "may_read_runs": lambda: may_read(person().role_names),
    }


def obstacle(backup_request: Any) -> str:
    """Why the backup of a request cannot be started now, in words; empty when it can."""
    try:
        runs.check_startable(backup_request, at=now())
    except PortalError as error:
        advice = outcomes.advice(error.code, error.context)
        return f"{messages.problem(error)} {advice}".strip()
    return ""


def _one_of(kind: type[RunKind] | type[RunState], value: str | None) -> str:
    return value if value in {member.value for member in kind} else ""
