"""Keeping the copies of a server: checking the repository part by part, copying it into the second vault."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, url_for
from werkzeug.wrappers import Response

from portal.config import Settings
from portal.operations import keeping as desk
from portal.operations import second_copies
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import findings
from portal.store.queries import keeping as rows
from portal.store.queries import second_copies as second_rows
from portal.web.access import roles
from portal.web.identity import person
from portal.web.keys import form_key

blueprint = Blueprint("keeping", __name__, url_prefix="/server/<int:server_id>/penyimpanan")
KEEP = roles(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
ACCESS = {"keeping.check": KEEP, "keeping.copy": KEEP}


@blueprint.post("/periksa")
def check(server_id: int) -> Response:
    """Start the check of the next part."""
    run = desk.start_integrity(server_id, person().user, form_key(), at=db.now(), settings=_settings())
    return redirect(url_for("runs.show", run_id=run.id), 303)


@blueprint.post("/salin")
def copy(server_id: int) -> Response:
    """Start copying what the second vault lacks."""
    run = second_copies.start(server_id, person().user, form_key(), at=db.now(), settings=_settings())
    return redirect(url_for("runs.show", run_id=run.id), 303)


@blueprint.app_context_processor
def helpers() -> dict[str, object]:
    """What the server's page needs for its part about keeping."""
    return {"keeping_of": keeping_of}


def keeping_of(server_id: int) -> dict[str, object]:
    """How the server's copies are kept."""
    parts = _settings().integrity_parts
    return {
        "state": rows.state_of(server_id),
        "rule": rows.rule_of(server_id),
        "lacking": second_rows.count_lacking(server_id),
        "parts": parts,
        "next_part": desk.next_part(server_id, parts),
        "findings": findings.open_of(server_id),
    }


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
