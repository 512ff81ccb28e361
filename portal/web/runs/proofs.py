"""What a run leaves for others to check: its evidence, and the manifest of its snapshot."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Response, current_app, make_response, send_file

from portal.errors import NotFound
from portal.operations import certificates
from portal.store import db
from portal.store.queries import snapshots
from portal.web.identity import person
from portal.web.runs.door import blueprint
from portal.web.runs.pages import find


@blueprint.get("/pekerjaan/<int:run_id>/bukti.json")
def evidence(run_id: int) -> Response:
    """The evidence as JSON. Raises NotFound('run.no_evidence')."""
    run = find(run_id)
    if not run.evidence:
        raise NotFound("run.no_evidence")
    kept = {name: value for name, value in run.evidence.items() if name != "path"}
    response = make_response(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    response.mimetype = "application/json"
    response.headers["Content-Disposition"] = f'attachment; filename="pekerjaan-{run_id}-bukti.json"'
    return response


@blueprint.get("/pekerjaan/<int:run_id>/sertifikat.pdf")
def certificate(run_id: int) -> Response:
    """The sealed certificate of a restore test. Raises NotFound('certificate.none'), TransitionRefused."""
    settings = current_app.config["SETTINGS"]
    document = certificates.take(run_id, person().user, at=db.now(), settings=settings)
    shown = f'inline; filename="sertifikat-uji-pemulihan-{run_id}.pdf"'
    return Response(document, content_type="application/pdf", headers={"Content-Disposition": shown})


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """How the certificates of restore tests stand, for the pages that link to them."""
    settings = current_app.config["SETTINGS"]
    return {
        "certificate_standing": lambda run: certificates.standing(run, at=db.now(), settings=settings),
        "certificate_ends": lambda run: certificates.ends_at(run, settings),
    }


@blueprint.get("/pekerjaan/<int:run_id>/manifest.jsonl")
def manifest(run_id: int) -> Response:
    """Every entry of the snapshot that the run made, one a line. Raises NotFound('run.no_evidence')."""
    made = snapshots.of_run(find(run_id).id)
    path = Path(made.manifest_path).resolve() if made else None
    # The path comes from the database; nothing outside the portal's own evidence is ever sent.
    kept = (current_app.config["SETTINGS"].var / "evidence").resolve()
    if path is None or not path.is_relative_to(kept) or not path.is_file():
        raise NotFound("run.no_evidence")
    return send_file(
        path,
        mimetype="application/jsonl",
        as_attachment=True,
        download_name=f"pekerjaan-{run_id}-manifest.jsonl",
        max_age=0,
    )
