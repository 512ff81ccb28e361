"""The inbox: what waits for the roles a person holds, soonest due first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for

from portal.operations import disposition, selection, undoing
from portal.operations.letters import OFFICE_ZONE
from portal.sop import onetap
from portal.sop.selection import STAGE_OF
from portal.sop.table import OFFICIALS, Action
from portal.store import db
from portal.store.queries import dispositions, remarks, waiting
from portal.web.access import when
from portal.web.addresses import page_number, search_words
from portal.web.identity import Person, person
from portal.web.navigation import STEPS_OF, TELLS_AT, desk_of_person
from portal.web.requests import desks

if TYPE_CHECKING:
    from portal.operations.selection import Judged
    from portal.store.models import BackupRequest, Delegation, Disposition

blueprint = Blueprint("inbox", __name__)
ACCESS = {"inbox.index": when(lambda who: who.sits_at(*OFFICIALS))}
PER_PAGE = 25
ROLE_OF = {step: role for role, steps in STEPS_OF.items() for step in steps}
"""Whose desk a step is."""
UNDO_MOST = 5
FILTERS = ("cari", "peran", "halaman")


@dataclass(frozen=True, slots=True)
class Line:
    """A request that waits; `quick` is the move that one press makes, with the standard `instructions`; `bulk` tells
    whether it may be passed on together with others; `judged` are the policy's rules where it is selected; `acting` is
    the mandate by which it waits for this person; `tells`: it waits for a letter that tells of its postponement."""

    row: BackupRequest
    quick: desks.Move | None = None
    instructions: tuple[str, ...] = ()
    bulk: bool = False
    judged: Judged | None = None
    acting: Delegation | None = None
    tells: bool = False


@blueprint.get("/kotak-masuk")
def index() -> str:
    """The requests on this person's desks, grouped by due: late, today, later, postponed."""
    return render_template("inbox/index.html", **context(person(), db.now()), preview="")


def context(who: Person, at: datetime, focus: int | None = None) -> dict[str, Any]:
    """What the inbox shows for the address's filters; `focus` is the request whose line is to be gone on from."""
    desk, moment, words = desk_of_person(who), moment_of(at), _words()
    counts, role = by_role(desk, who.id), request.args.get("peran", "")
    chosen = _chosen(desk, counts)
    most = waiting.MOST_HELD if words else waiting.MOST
    sizes = waiting.counts(chosen, who.id, moment, words, most)
    found = sum(min(size, most) for size in sizes.values())
    pages = max(1, -(-found // PER_PAGE))
    page = min(page_number(request.args.get("halaman")), pages) or 1
    shown = waiting.page(chosen, who.id, moment, words=words, skip=(page - 1) * PER_PAGE, most=PER_PAGE)
    lines: dict[str, list[Line]] = {}
    for group, row in shown:
        lines.setdefault(group, []).append(line(row, who, at))
    return {
        "groups": lines,
        "questions": remarks.standing([row.id for _, row in shown]),
        "sizes": sizes,
        "counts": counts,
        "role": role if role in counts else "",
        "total": waiting.total(desk, who.id),
        "found": found,
        "all_counted": all(size <= most for size in sizes.values()),
        "most_counted": most,
        "page": page,
        "pages": pages,
        "words": words,
        "query": query(),
        "focus": focus,
        "shown_at": at,
        "recent": recent(who, at),
        "bulk": sum(line.bulk for group in lines.values() for line in group),
    }


def order(who: Person, at: datetime) -> list[int]:
    """The ids of what the address's filters show, the most urgent first, over all pages that are shown."""
    desk = desk_of_person(who)
    return waiting.order(_chosen(desk, by_role(desk, who.id)), who.id, moment_of(at), _words())


def query() -> str:
    """The address's filters, to go on with in another address of the inbox."""
    kept = [(name, request.args[name]) for name in FILTERS if request.args.get(name)]
    return f"?{urlencode(kept)}" if kept else ""


def address() -> str:
    """The inbox as it is filtered now."""
    return url_for("inbox.index") + query()


def recent(who: Person, at: datetime) -> list[tuple[BackupRequest, Disposition]]:
    """What the person has decided and can still take back, the newest first."""
    found = dispositions.last_by(who.id, UNDO_MOST)
    return [
        (row.backup_request, row)
        for row in found
        if undoing.refusal(row.backup_request, row, who.user, at) is None
    ]


def line(row: BackupRequest, who: Person, at: datetime) -> Line:
    """A request as a line, with what may be done from it."""
    moves = desks.moves(row, disposition.available(row, who.user, at))
    judged = selection.of_request(row, at=at)
    quick = next((move for move in moves if onetap.in_one_press(move.row)), None)
    if quick and not (may_press(row, judged) and undoing.can_be(row, quick.row)):
        quick = None
    usual = onetap.instructions(row.step, quick.row.action) if quick else ()
    bulk = any(onetap.in_bulk(move.row) for move in moves)
    tells = any(move.row.action is Action.INFORM for move in moves)
    return Line(row, quick, usual, bulk, judged, acting(who, row), tells)


def may_press(row: BackupRequest, judged: Judged | None) -> bool:
    """Whether nothing has to be looked at first: at a selection there is a policy, and no rule of it is broken. What
    nobody knows yet stands in the line itself."""
    if row.step not in STAGE_OF:
        return True
    return judged is not None and not judged.altered and not judged.count("not_met")


def moment_of(at: datetime) -> waiting.Moment:
    """Now and the end of the office's day."""
    today = at.astimezone(OFFICE_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return waiting.Moment(at, (today + timedelta(days=1)).astimezone(UTC))


def acting(who: Person, row: BackupRequest) -> Delegation | None:
    """The mandate by which a request lies on this person's desk, None where the desk is their own."""
    roles = [ROLE_OF.get(row.step, ""), *(teller for teller, steps in TELLS_AT.items() if row.step in steps)]
    sits_at = (role for role in roles if who.sits_at(role))
    found: Delegation | None = who.acting_as(next(sits_at, ""), row.unit_id)
    return found


def urgency(row: BackupRequest, at: datetime) -> str:
    """late, today (due before midnight), later, or paused."""
    if row.paused_at is not None:
        return "paused"
    if row.due_at is None:
        return "later"
    if row.due_at < at:
        return "late"
    return "today" if row.due_at < moment_of(at).day_ends else "later"


def by_role(desk: list[waiting.Part], user_id: int) -> dict[str, int]:
    """How many wait for each role, in the SOP's order."""
    counted = {
        role.value: waiting.total([part for part in desk if _role_of(part) == role], user_id)
        for role in OFFICIALS
    }
    return {role: count for role, count in counted.items() if count}


def _role_of(part: waiting.Part) -> str:
    """Whose desk a part is of."""
    tells = (role for role, steps in TELLS_AT.items() if part.untold and part.step in steps)
    return next(tells, ROLE_OF[part.step])


def _chosen(desk: list[waiting.Part], counts: dict[str, int]) -> list[waiting.Part]:
    """What the address asks for: the desk of one role, or all."""
    role = request.args.get("peran", "")
    return [part for part in desk if role not in counts or _role_of(part) == role]


def _words() -> str:
    return search_words(request.args.get("cari"))
