"""What a decision brings about beside the move: each effect of the rule book as one function.

An effect puts its changes to the request's row into `deed.changes`; the desk writes them with the move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from portal.config import Settings
from portal.operations import followup_effects, grants, letters, office, replies, surveys
from portal.sop.table import Effect, Transition
from portal.store.models import BackupRequest, Delegation, User
from portal.store.queries import letters as letter_rows
from portal.store.queries import requests as request_rows
from schemas.decision import Decision
from schemas.followup import RequestKind


@dataclass
class Deed:
    """One decision while it is carried out, by a mandate where one is named. `data` goes into file and
    trail, `details` into the file alone."""

    backup_request: BackupRequest
    decision: Decision
    row: Transition
    actor: User
    at: datetime
    settings: Settings
    delegation: Delegation | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)


def _number(deed: Deed) -> None:
    if deed.backup_request.number is None:
        letter_rows.hold_numbers()
        year = deed.at.astimezone(letters.OFFICE_ZONE).year
        deed.changes["number"] = f"PB-{year}-{request_rows.count_numbered(year) + 1:04d}"
    deed.changes["submitted_at"] = deed.at
    deed.changes["marked_fields"] = []


def _letter(kind: str, words: dict[str, str] | None = None) -> Callable[[Deed], None]:
    def issue(deed: Deed) -> None:
        letter = letters.issue(
            kind,
            deed.backup_request,
            signer=deed.actor,
            role=deed.row.role.value,
            delegation=deed.delegation,
            unit=letters.unit_code(kind, deed.backup_request, deed.settings),
            at=deed.at,
            pattern=deed.settings.letter_pattern,
            content={
                "note": deed.decision.note,
                "instructions": list(deed.decision.instructions),
                "outcome": deed.backup_request.outcome,
                **(words or {}),
            },
        )
        deed.data["letter"] = letter.number

    return issue


def _reply(deed: Deed) -> None:
    """The letter with the words that the Kabag TU has put, or those that the decision gave."""
    drafted = replies.drafted(deed.backup_request, deed.actor, deed.settings, at=deed.at)
    words = replies.written(deed.backup_request, drafted) or drafted
    if words != drafted:
        deed.data["reply_changes"] = replies.changes(drafted, words)
    kind = replies.kind_of(deed.backup_request)
    _letter(kind, {"opening": words[0], "closing": words[1]})(deed)


def _interim_reply(deed: Deed) -> None:
    """The letter that tells of the postponement; the request stays where it lies."""
    _reply(deed)
    until = deed.backup_request.postponed_until
    deed.data["told_until"] = until.astimezone(letters.OFFICE_ZONE).date().isoformat() if until else ""
    deed.changes["told_at"] = deed.at


def _grant(deed: Deed) -> None:
    if deed.backup_request.kind != RequestKind.SERVICE:
        deed.data["approved"] = followup_effects.approve(
            deed.backup_request,
            deed.decision.term_months,
            deed.actor,
            at=deed.at,
            settings=deed.settings,
        )
        return
    grant = grants.grant(deed.backup_request, deed.decision.scope, approver=deed.actor, at=deed.at)
    deed.data["grant"] = {"digest": grant.digest, **grant.scope}


def _outcome(value: str | None) -> Callable[[Deed], None]:
    def apply(deed: Deed) -> None:
        deed.changes["outcome"] = value

    return apply


def _mark_fields(deed: Deed) -> None:
    deed.changes["marked_fields"] = list(deed.decision.marked_fields)
    deed.changes["previous_form"] = deed.backup_request.form
    deed.data["marked_fields"] = list(deed.decision.marked_fields)


def _pause(deed: Deed) -> None:
    """Stop the clock with the office time that is left; a request that lies still already only gets another date."""
    until = deed.decision.postponed_until
    if until is None:
        raise ValueError("the guard postpone_complete lets no postponement without a date pass")
    deed.changes["postponed_until"] = datetime.combine(until, time(7, 30), letters.OFFICE_ZONE)
    deed.data["postponed_until"] = until.isoformat()
    # Whatever was told was of another date or reason.
    deed.changes["told_at"] = None
    if deed.backup_request.paused_at is not None:
        return
    deed.changes["paused_at"] = deed.at
    if deed.backup_request.due_at:
        deed.changes["remaining_seconds"] = office.seconds_left(deed.at, deed.backup_request.due_at)


def _resume(deed: Deed) -> None:
    if deed.backup_request.paused_at is None:
        return
    left = deed.backup_request.remaining_seconds
    if left is not None:
        deed.changes["due_at"] = office.resume(deed.at, left)
    deed.changes.update(paused_at=None, remaining_seconds=None, postponed_until=None, told_at=None)


def _follow_up(deed: Deed) -> None:
    _resume(deed)
    deed.changes["followed_up_at"] = deed.at
    if deed.backup_request.kind != RequestKind.SERVICE:
        deed.data |= followup_effects.carry_out(deed.backup_request, deed.actor, at=deed.at)


def _report(deed: Deed) -> None:
    _resume(deed)
    if deed.decision.impossible and deed.backup_request.kind == RequestKind.RESTORE:
        deed.data["impossible"] = True
    _letter("report")(deed)


def _receipt(deed: Deed) -> None:
    _letter("receipt")(deed)
    surveys.keep(deed.backup_request, deed.decision.survey, deed.actor, at=deed.at)


EFFECTS: dict[Effect, Callable[[Deed], None]] = {
    Effect.NUMBER: _number,
    Effect.NOTA_DINAS: _letter("nota_dinas"),
    Effect.AGENDA: _letter("disposition"),
    Effect.GRANT: _grant,
    Effect.REFUSED: _outcome("refused"),
    Effect.UNREFUSED: _outcome(None),
    Effect.GRANTED: _outcome("granted"),
    Effect.FOLLOW_UP: _follow_up,
    Effect.PAUSE: _pause,
    Effect.RESUME: _resume,
    Effect.REPORT: _report,
    Effect.REPLY: _reply,
    Effect.INTERIM_REPLY: _interim_reply,
    Effect.RECEIPT: _receipt,
    Effect.MARK_FIELDS: _mark_fields,
}
