"""One request: where it stands, its way through the desks, its papers, its runs, and what this person may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import render_template

from portal.operations import (
    disposition,
    followup_effects,
    followups,
    mandates,
    office,
    opening,
    papers,
    restore_wishes,
)
from portal.operations.grants import AVAILABLE_SERVICES
from portal.sop.table import TERMINAL, Action, Effect, Role, Step
from portal.store import db
from portal.store.queries import (
    calendar,
    databases,
    dispositions,
    grants,
    letters,
    runs,
    servers,
    services,
    snapshots,
    surveys,
)
from portal.store.queries import requests as rows
from portal.web.identity import Person, person
from portal.web.requests import desks, followup, timeline
from portal.web.requests.changes import changes
from portal.web.requests.door import blueprint
from schemas.decision import TERM_MONTHS
from schemas.followup import RequestKind

if TYPE_CHECKING:
    from datetime import datetime

    from portal.store.models import BackupRequest, Delegation, Disposition, User

DECIDED = frozenset({Step.REPLY, Step.RECEIPT, Step.CLOSED})
"""Where the outcome stands; before, a refusal of step 4 is still the Kabid's to judge."""


@blueprint.get("/<int:request_id>")
def show(request_id: int) -> str:
    """The request's page."""
    return page(opening.opened(request_id, person().user, at=db.now()))


def page(
    backup_request: BackupRequest,
    *,
    typed: dict[str, Any] | None = None,
    problems: dict[str, str] | None = None,
    sentence: str = "",
) -> str:
    """The page with what was typed into an action that could not be taken, so that nothing is lost."""
    who, at = person(), db.now()
    decisions = dispositions.of_request(backup_request.id)
    moves = desks.moves(backup_request, disposition.available(backup_request, who.user, at))
    granting = any(Effect.GRANT in move.row.effect for move in moves)
    return render_template(
        "requests/show.html",
        backup_request=backup_request,
        form=backup_request.form or {},
        changed=changes(backup_request),
        outcome=backup_request.outcome if backup_request.step in DECIDED else None,
        desk=None if backup_request.step in TERMINAL else desks.of(backup_request),
        stations=timeline.stations(backup_request, dispositions.trail_of(backup_request.id), at),
        parcel=timeline.parcels([backup_request], at)[backup_request.id],
        account=office.account(backup_request, decisions),
        due_moves=calendar.moves_of(backup_request),
        moves=moves,
        before=before(decisions, moves) if any(move.row.role != Role.REQUESTER for move in moves) else None,
        typed=typed or {},
        problems=problems or {},
        sentence=sentence,
        unproven=unproven(backup_request, at),
        survey=surveys.of_request(backup_request.id),
        **around(backup_request, who.user, at),
        grant=grants.of_request(backup_request.id),
        servers=servers.active() if granting else [],
        offered_databases=databases.offered() if granting else [],
        available_services=AVAILABLE_SERVICES,
        term_months=TERM_MONTHS,
        files=rows.attachments(backup_request.id),
        letters={letter.kind: letter for letter in letters.of_request(backup_request.id)},
        papers=papers.available(backup_request),
        runs=runs.of_request(backup_request.id),
        snapshots=snapshots.of_request(backup_request.id),
        can_start=_may_start(backup_request, who),
        acting=_acting(backup_request, who, moves),
        is_requester=backup_request.requester_id == who.id,
    )


def unproven(backup_request: BackupRequest, at: datetime) -> list[str]:
    """What is not proven yet, where it can be reported: folders and databases, or codes of what is asked about a
    service."""
    if backup_request.step != Step.EXECUTION:
        return []
    if backup_request.kind != RequestKind.SERVICE:
        return list(followup_effects.unproven(backup_request, at))
    return grants.unproven_folders(backup_request.id)


def around(backup_request: BackupRequest, user: User, at: datetime) -> dict[str, Any]:
    """What belongs to a service: what was asked about it and can be asked now; or the service that this is about."""
    if backup_request.kind != RequestKind.SERVICE:
        grant = grants.of_request(backup_request.about_id or 0)
        return {
            "about": backup_request.about,
            "about_grant": grant,
            "version": grants.version_of(backup_request.id),
            "wished": restore_wishes.of_request(backup_request.id),
        }
    may_ask = followups.may_ask(backup_request, user, at=at)
    return {
        "follow_ups": services.follow_ups([backup_request.id]),
        "askable": followups.open_for(backup_request, at=at) if may_ask else (),
        "ask_names": followup.NAMES,
    }


def _may_start(backup_request: BackupRequest, who: Person) -> bool:
    """Whether an administrator may start runs of this request: never of an own one, nor of one approved as a deputy."""
    if not who.has(Role.ADMINISTRATOR) or backup_request.requester_id == who.id:
        return False
    return not mandates.approved_as_deputy(backup_request.id, who.user)


def _acting(backup_request: BackupRequest, who: Person, moves: list[desks.Move]) -> Delegation | None:
    """The mandate by which the person would decide now, None for one's own desk."""
    found = (who.acting_as(move.row.role, backup_request.unit_id) for move in moves)
    return next((given for given in found if given is not None), None)


def before(decisions: list[Disposition], moves: list[desks.Move]) -> Disposition | None:
    """What the desk before has said, for whoever decides now; the postponement, for whoever tells the requester."""
    tells = any(move.row.action is Action.INFORM for move in moves)
    passed = [
        row for row in decisions if row.next_step != row.step or (tells and row.action == Action.POSTPONE)
    ]
    last = passed[-1] if passed else None
    return last if last is not None and (last.note or last.instructions) else None
