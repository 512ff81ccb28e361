"""Starting, proving, stopping and starting again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, redirect, url_for
from werkzeug.wrappers import Response

from portal.operations import copies, emergencies, keeping, mirror_runs, restore_runs, runs
from portal.store import db
from portal.store.queries import runs as rows
from portal.web.flashes import notice
from portal.web.identity import person
from portal.web.keys import form_key
from portal.web.runs.door import blueprint
from schemas.run import MIRROR_KINDS, RESTORE_KINDS, RunKind

if TYPE_CHECKING:
    from portal.store.models import Run


@blueprint.post("/permohonan/<int:request_id>/pekerjaan")
def start(request_id: int) -> Response:
    """Start the backup of a request's folders."""
    settings = current_app.config["SETTINGS"]
    return _lead_to(runs.start_backup(request_id, person().user, form_key(), at=db.now(), settings=settings))


@blueprint.post("/snapshot/<int:snapshot_id>/uji")
def prove(snapshot_id: int) -> Response:
    """Start the restore test of a snapshot (its row's id)."""
    settings = current_app.config["SETTINGS"]
    return _lead_to(
        runs.start_restore_test(snapshot_id, person().user, form_key(), at=db.now(), settings=settings)
    )


@blueprint.post("/pekerjaan/<int:run_id>/batal")
def cancel(run_id: int) -> Response:
    """Ask a run to stop."""
    runs.cancel(run_id, person().user, at=db.now())
    notice("run.cancel_asked", "info", run=run_id)
    return redirect(url_for("runs.show", run_id=run_id), 303)


@blueprint.post("/pekerjaan/<int:run_id>/ulang")
def restart(run_id: int) -> Response:
    """Start again what ended without success."""
    settings, run = current_app.config["SETTINGS"], rows.get(run_id)
    who, key, at = person().user, form_key(), db.now()
    if run is not None and run.kind in RESTORE_KINDS:
        return _lead_to(restore_runs.restart(run, who, key, at=at, settings=settings))
    if run is not None and run.kind in MIRROR_KINDS:
        return _lead_to(mirror_runs.restart(run, who, key, at=at, settings=settings))
    if run is not None and run.kind == RunKind.INDEX:
        return _lead_to(copies.restart_index(run, who, key, at=at, settings=settings))
    if run is not None and run.spec.get("emergency_id"):
        return _lead_to(emergencies.restart(run_id, who, key, at=at, settings=settings))
    return _lead_to(keeping.restart(run_id, who, key, at=at, settings=settings))


def _lead_to(run: Run) -> Response:
    return redirect(url_for("runs.show", run_id=run.id), 303)
