"""The inbox: what waits for the roles a person holds, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request

from portal.operations import disposition
from portal.operations.letters import OFFICE_ZONE
from portal.sop.table import Action, Role, desk_of
from portal.store import db
from portal.store.queries import requests as rows
from portal.web.access import roles
from portal.web.addresses import page_number, search_words
from portal.web.identity import Person, person
from portal.web.navigation import STEPS_OF
from portal.web.requests import desks

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
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A request that waits; `quick` is the move that needs no more than a note, to be made from the list."""

    row: BackupRequest
    quick: desks.Move | None = None


@blueprint.get("/kotak-masuk")
def index() -> str:
    """The requests on this person's desks, grouped by due: late, today, later, postponed."""
    who, at = person(), db.now()
    words, role = search_words(request.args.get("cari")), request.args.get("peran", "")
    everything = rows.on_desks(who.roles, STEPS_OF, who.id)
    counts = by_role(everything)
    found = [row for row in everything if _holds(row, words) and (role not in counts or _role(row) == role)]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(page_number(request.args.get("halaman")), pages) or 1
    ordered = [row for group in grouped(found, at).values() for row in group]
    shown = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "inbox/index.html",
        groups={
            name: [Line(row, _quick(row, who, at)) for row in group]
            for name, group in grouped(shown, at).items()
        },
        sizes={name: len(group) for name, group in grouped(found, at).items()},
        counts=counts,
        role=role if role in counts else "",
        total=len(everything),
        found=len(found),
        page=page,
        pages=pages,
        words=words,
    )


def grouped(waiting: list[BackupRequest], at: datetime) -> dict[str, list[BackupRequest]]:
    """The requests by how urgent they are; empty groups are left out."""
    groups: dict[str, list[BackupRequest]] = {"late": [], "today": [], "later": [], "paused": []}
    for row in waiting:
        groups[urgency(row, at)].append(row)
    return {name: found for name, found in groups.items() if found}


def urgency(row: BackupRequest, at: datetime) -> str:
    """late, today (due before midnight), later, or paused."""
    if row.paused_at is not None:
        return "paused"
    if row.due_at is None:
        return "later"
    if row.due_at < at:
        return "late"
    today = at.astimezone(OFFICE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return "today" if row.due_at < today + timedelta(days=1) else "later"


def by_role(waiting: list[BackupRequest]) -> dict[str, int]:
    """How many wait for each role, in the SOP's order."""
    found = [_role(row) for row in waiting]
    return {role.value: found.count(role) for role in OFFICIALS if role in found}


def _role(row: BackupRequest) -> str:
    return desk_of(row.sop_version, row.step) or ""


def _quick(row: BackupRequest, who: Person, at: datetime) -> desks.Move | None:
    moves = desks.moves(row, disposition.available(row, who.user, at))
    return next((move for move in moves if move.row.action is Action.FORWARD), None)


def _holds(row: BackupRequest, words: str) -> bool:
    text = f"{row.number} {row.search} {row.unit.name} {row.unit.code}".lower()
    return all(word in text for word in words.lower().split())
