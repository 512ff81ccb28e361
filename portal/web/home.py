"""The front page: what waits for me, what I asked for, what is late."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, current_app, render_template

from portal.operations import vault
from portal.sop.table import OFFICIALS, TERMINAL, Role, Step
from portal.store import db
from portal.store.queries import findings, keeping, runs, waiting
from portal.store.queries import requests as rows
from portal.web import outbox, storage
from portal.web.access import SIGNED_IN
from portal.web.identity import Person, person
from portal.web.inbox import Line, acting, moment_of, urgency
from portal.web.navigation import desk_of_person, restores_count, reviews_count, unread_policies
from portal.web.requests import desks, timeline

if TYPE_CHECKING:
    from portal.store.models import BackupRequest

blueprint = Blueprint("home", __name__)
ACCESS = {"home.index": SIGNED_IN}
SHOWN = 5
MINE = frozenset({Step.RETURNED, Step.RECEIPT})
"""The steps at which a request that was sent waits for its requester again."""


@blueprint.get("/")
def index() -> str:
    """The signed-in person's front page."""
    who, at = person(), db.now()
    return render_template(
        "home/index.html",
        **_desk(who, at),
        **_own(who, at),
        **_runs(who),
        **_findings(who),
        restores=restores_count(who),
        alarms=outbox.alarms(who),
        notices_off=outbox.is_off(who),
        unread_policies=unread_policies(who),
        cuts=_cuts(who),
        **_outlook(who, at),
        reviews=reviews_count(who),
    )


def _desk(who: Person, at: datetime) -> dict[str, Any]:
    """What waits on the person's desks."""
    desk, moment = desk_of_person(who), moment_of(at)
    return {
        "official": who.sits_at(*OFFICIALS),
        "waiting": [
            Line(row, acting=acting(who, row)) for _, row in waiting.page(desk, who.id, moment, most=SHOWN)
        ],
        "total": waiting.total(desk, who.id),
        "counts": waiting.counts(desk, who.id, moment),
    }


def _own(who: Person, at: datetime) -> dict[str, Any]:
    """What the person asked for and has not ended; what waits for the person comes first."""
    everything = rows.own_open(who.id, TERMINAL)
    drafts = [row for row in everything if row.step == Step.SUBMISSION]
    own = sorted((row for row in everything if row not in drafts), key=lambda row: row.step not in MINE)
    mine = [row for row in own if row.step in MINE]
    return {
        "drafts": drafts[:SHOWN],
        "drafts_total": len(drafts),
        "own": [(row, _whose(row)) for row in own[:SHOWN]],
        "parcels": timeline.parcels(own[:SHOWN], at),
        "own_total": len(own),
        "for_me": len(drafts) + len(mine),
        "in_process": len(own) - len(mine),
        "own_late": len([row for row in own if row.step not in MINE and urgency(row, at) == "late"]),
        "ended": rows.count_ended(who.id, TERMINAL),
    }


def _whose(row: BackupRequest) -> desks.Desk | None:
    return None if row.step in MINE else desks.of(row)


def _findings(who: Person) -> dict[str, Any]:
    """How much is wrong with the copies, for those who must know."""
    if not who.has(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD):
        return {"findings": None}
    return {"findings": findings.count_open()}


def _outlook(who: Person, at: datetime) -> dict[str, Any]:
    """How the vault fills, for those who must see to it."""
    if not who.has(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD):
        return {"outlook": None}
    found = vault.outlook(current_app.config["SETTINGS"], at)
    return {"outlook": found, "vault_tone": storage.tone(found)}


def _cuts(who: Person) -> list[Any]:
    """The removals that wait for the person's decision."""
    if not who.has(Role.SUBDIVISION_HEAD):
        return []
    return [cut for cut in keeping.waiting_cuts() if cut.requested_by_id != who.id]


def _runs(who: Person) -> dict[str, Any]:
    """What the workers are busy with, for those who look after it."""
    if not who.has(Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD):
        return {"runs": None, "going": []}
    going = [run for state in ("running", "queued") for run in runs.search(runs.Filter(state=state)).rows]
    return {"runs": runs.counts_by_state(), "going": going[:SHOWN]}
