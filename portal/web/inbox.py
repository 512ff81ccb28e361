"""The inbox: what waits for the roles a person holds, soonest due first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Role
from portal.store import db
from portal.store.queries import requests as rows
from portal.web.access import roles
from portal.web.identity import person
from portal.web.navigation import STEPS_OF

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

blueprint = Blueprint("inbox", __name__)
OFFICIALS = (
    Role.UNIT_HEAD,
    Role.CENTER_HEAD,
    Role.DIVISION_HEAD,
    Role.SUBDIVISION_HEAD,
    Role.ADMINISTRATOR,
    Role.ADMIN_AFFAIRS_HEAD,
)
ACCESS = {"inbox.index": roles(*OFFICIALS)}


@blueprint.get("/kotak-masuk")
def index() -> str:
    """The requests on this person's desks, grouped by due: late, today, later, postponed."""
    words = request.args.get("cari", "").strip()[:200]
    waiting = [row for row in rows.on_desks(person().roles, STEPS_OF, person().id) if _holds(row, words)]
    groups = grouped(waiting, db.now())
    return render_template("inbox/index.html", groups=groups, total=len(waiting), words=words)


def grouped(waiting: list[BackupRequest], at: datetime) -> dict[str, list[BackupRequest]]:
    """The requests by how urgent they are; empty groups are left out."""
    midnight = at.astimezone(OFFICE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        days=1
    )
    groups: dict[str, list[BackupRequest]] = {"late": [], "today": [], "later": [], "paused": []}
    for row in waiting:
        if row.paused_at is not None:
            groups["paused"].append(row)
        elif row.due_at is not None and row.due_at < at:
            groups["late"].append(row)
        elif row.due_at is not None and row.due_at < midnight:
            groups["today"].append(row)
        else:
            groups["later"].append(row)
    return {name: found for name, found in groups.items() if found}


def _holds(row: BackupRequest, words: str) -> bool:
    text = f"{row.number} {row.search} {row.unit.name} {row.unit.code}".lower()
    return all(word in text for word in words.lower().split())
