"""The guards of the rule book, judged from the archive and from what was sent along with an action."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.operations import followup_effects
from portal.operations.letters import OFFICE_ZONE
from portal.sop.chain import Facts
from portal.sop.table import Guard, Step
from portal.store.models import BackupRequest
from portal.store.queries import grants
from schemas.decision import Decision
from schemas.followup import RequestKind

POSTPONED_MOST = timedelta(days=366)
"""A request put off for longer than a year is no postponement but a refusal that nobody signed."""
MARKABLE_FIELDS = frozenset(
    {
        "name",
        "nip",
        "phone",
        "email",
        "server_name",
        "application_name",
        "folders",
        "services",
        "frequency",
        "retention_days",
        "reason",
        "attachments",
        "term_months",
        "ends_on",
        "target",
    }
)


def of(backup_request: BackupRequest, decision: Decision | None, now: datetime) -> Facts:
    """The guards that hold now. Without a `decision` only those on the request's own state are judged."""
    holding = _state(backup_request, now)
    if decision:
        holding |= _sent(backup_request, decision, now)
    return Facts(frozenset(holding))


def _state(backup_request: BackupRequest, now: datetime) -> set[Guard]:
    holding = set()
    if backup_request.followed_up_at is None:
        holding.add(Guard.NOT_BEGUN)
    if backup_request.paused_at is not None:
        holding.add(Guard.PAUSED)
        if backup_request.told_at is None:
            holding.add(Guard.UNTOLD)
    if is_proven(backup_request, now):
        holding.add(Guard.PROVEN)
    return holding


def is_proven(backup_request: BackupRequest, now: datetime) -> bool:
    """Whether there is proof of what was asked. It is looked for where it can be reported, and only there."""
    if backup_request.step != Step.EXECUTION:
        return False
    if backup_request.kind != RequestKind.SERVICE:
        return not followup_effects.unproven(backup_request, now)
    return not grants.unproven_folders(backup_request.id)


def _may_be_impossible(backup_request: BackupRequest) -> bool:
    """A restore that cannot be done is reported with its reason; everything else is proven or not reported."""
    begun = backup_request.step == Step.EXECUTION and backup_request.followed_up_at is not None
    return begun and backup_request.kind == RequestKind.RESTORE


def _sent(backup_request: BackupRequest, decision: Decision, now: datetime) -> set[Guard]:
    holding = set()
    if backup_request.form is not None:
        holding.add(Guard.FORM_COMPLETE)
    if decision.marked_fields and MARKABLE_FIELDS.issuperset(decision.marked_fields):
        holding.add(Guard.FIELDS_MARKED)
    if decision.scope is not None or backup_request.kind != RequestKind.SERVICE:
        holding.add(Guard.SCOPE_GIVEN)
    if decision.impossible and decision.note.strip() and _may_be_impossible(backup_request):
        holding.add(Guard.PROVEN)
    until, today = decision.postponed_until, now.astimezone(OFFICE_ZONE).date()
    if until and today < until <= today + POSTPONED_MOST:
        holding.add(Guard.POSTPONE_COMPLETE)
    return holding
