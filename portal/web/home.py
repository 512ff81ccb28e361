"""The front page: what waits, what was asked for, what is late."""

from __future__ import annotations

from flask import Blueprint, render_template

from portal.sop.table import TERMINAL, Role
from portal.store import db
from portal.store.queries import requests as rows
from portal.store.queries import runs
from portal.web.access import SIGNED_IN
from portal.web.identity import person
from portal.web.inbox import OFFICIALS, grouped
from portal.web.navigation import STEPS_OF

blueprint = Blueprint("home", __name__)
ACCESS = {"home.index": SIGNED_IN}
SHOWN = 5


@blueprint.get("/")
def index() -> str:
    """The signed-in person's front page."""
    who, at = person(), db.now()
    waiting = rows.on_desks(who.roles, STEPS_OF, who.id)
    return render_template(
        "home/index.html",
        official=who.has(*OFFICIALS),
        waiting=waiting[:SHOWN],
        counts={name: len(found) for name, found in grouped(waiting, at).items()},
        total=len(waiting),
        own=rows.own_open(who.id, TERMINAL),
        for_me=[
            row
            for row in rows.own_open(who.id, TERMINAL)
            if row.step in ("returned", "receipt", "submission")
        ],
        runs=runs.counts_by_state() if who.has(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD) else {},
    )
