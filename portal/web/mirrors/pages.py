"""The list of mirrors, and one of them: how old its copy is, its rules, its runs, its quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import render_template, request

from portal.operations import mirrors as desk
from portal.operations import standbys
from portal.store import db
from portal.store.queries import mirrors as rows
from portal.web.addresses import page_number, search_words
from portal.web.identity import person
from portal.web.mirrors.door import blueprint

if TYPE_CHECKING:
    from portal.store.models import Mirror, Run

LIVE = ("queued", "running")
DAY = timedelta(days=1)
LATE_AFTER = 2
"""So many times its interval a copy may be old before the page calls it late."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mirror stands: a state (label mirror_state), its tone, the age of its copy and whether that is too much."""

    state: str
    tone: str
    age: timedelta | None
    late: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What went in one run and still lies in quarantine."""

    run: Run
    place: str
    files: int
    until: datetime


@blueprint.get("/cermin")
def index() -> str:
    """The mirrors, the oldest copy first."""
    words = search_words(request.args.get("cari"))
    found = rows.search(words, page_number(request.args.get("halaman")))
    return render_template(
        "mirrors/index.html", found=found, words=words, standing=standing, waiting=rows.waiting()
    )


@blueprint.get("/cermin/<int:mirror_id>")
def show(mirror_id: int) -> str:
    """One mirror."""
    mirror, who = desk.find(mirror_id), person()
    runs = rows.runs(mirror)
    return render_template(
        "mirrors/show.html",
        mirror=mirror,
        standing=standing(mirror),
        runs=runs,
        passes=rows.passes(mirror_id),
        quarantine=quarantine(mirror, runs),
        may_start=who.has("administrator") and mirror.active,
        may_change=desk.may_decide(who.user, db.now()) and mirror.active and mirror.target_kind != "server",
        may_end=who.has("administrator", "subdivision_head") and (mirror.active or bool(mirror.open_key)),
        may_approve=standbys.is_proposed(mirror)
        and desk.may_decide(who.user, db.now(), mirror.created_by_id)
        and mirror.created_by_id != who.id,
    )


def standing(mirror: Mirror) -> Standing:
    """How a mirror stands now."""
    age = db.now() - mirror.in_step_at if mirror.in_step_at else None
    interval = timedelta(hours=mirror.every_hours) if mirror.every_hours else DAY
    late = mirror.active and (age is None or age > LATE_AFTER * interval)
    state = _state(mirror)
    tones = {"stopped": "bad", "failed": "bad", "incomplete": "warn", "passed": "wait", "going": "info",
             "never": "warn", "proposed": "wait", "ended": "neutral", "in_step": "ok"}  # fmt: skip
    return Standing(state, tones[state], age, late)


def _state(mirror: Mirror) -> str:
    last = mirror.last_run
    if not mirror.active:
        return "proposed" if mirror.open_key else "ended"
    if last is None:
        return "never"
    if last.state in LIVE:
        return "going"
    if last.state == "succeeded":
        return "in_step"
    if last.state == "incomplete":
        return "incomplete"
    if rows.is_stopped(last):
        return "stopped"
    return "passed" if rows.pass_of_run(last.id) else "failed"


def quarantine(mirror: Mirror, runs: list[Run]) -> list[Quarantined]:
    """What still lies in quarantine, by run, the newest first."""
    found = []
    for run in runs:
        place = (run.result or {}).get("quarantine") or ""
        if place and run.finished_at and Path(place).is_dir():
            until = run.finished_at + timedelta(days=mirror.quarantine_days)
            found.append(Quarantined(run, place, int(run.result["quarantined_files"]), until))
    return found


@blueprint.app_context_processor
def helpers() -> dict[str, Any]:
    """What the mirrors' partials need on the pages of servers and requests."""
    return {
        "mirrors_of_server": rows.of_server,
        "mirrors_of_request": rows.of_request,
        "mirror_standing": standing,
    }
