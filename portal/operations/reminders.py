"""Reminders are written by the clock, once each and in office hours alone, to whoever holds the desk at that moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.operations import notices, office, outbox
from portal.sop import reminders, worktime
from portal.sop.reminders import Reminder, Waiting
from portal.sop.superiors import ladder
from portal.sop.table import Role, allowance, desk_of
from portal.store.db import transaction
from portal.store.models import BackupRequest, User
from portal.store.queries import outbox as outbox_rows
from portal.store.queries import people
from portal.store.queries import requests as rows


def send_due(at: datetime) -> list[str]:
    """Write every reminder that is due and was not told; return their keys. What is postponed is left in peace."""
    calendar = office.calendar()
    if not worktime.is_open(calendar, at):
        return []
    return [
        found.key
        for request in rows.with_clock()
        if (waiting := _waiting(request))
        for found in reminders.due(calendar, waiting, at)
        if not outbox_rows.is_known(found.key) and _write(request, found, calendar, at)
    ]


def _waiting(request: BackupRequest) -> Waiting | None:
    given = allowance(request.sop_version, request.step)
    if given is None or request.due_at is None or request.paused_at is not None:
        return None
    return Waiting(request.id, request.step, request.step_entered_at, request.due_at, given)


def _write(
    seen: BackupRequest, found: reminders.Due, calendar: worktime.OfficeCalendar, at: datetime
) -> bool:
    """Announce one reminder, if the request still stands as it was seen."""
    with transaction():
        request = rows.lock(seen.id)
        if request is None or (request.revision, request.due_at) != (seen.revision, seen.due_at):
            return False
        desk = desk_of(request.sop_version, request.step) or Role.REQUESTER
        late = max(worktime.elapsed(calendar, request.due_at or at, at).total_seconds(), 0)
        told: dict[str, Any] = notices.facts(request, at) | {
            "reminder": found.reminder.value,
            "desk": desk.value,
            "late_seconds": int(late),
        }
        subject = ("request", request.id)
        if found.reminder is Reminder.ESCALATED:
            superior = superior_of(request, desk, at)
            return superior is not None and outbox.announce(
                "escalation", found.key, subject=subject, at=at, audience=superior,
                facts=told | {"names": [holder.name for holder in _holders(request, desk, at)]},
                unit_id=notices.unit_of(request, superior))  # fmt: skip
        if desk is Role.REQUESTER:
            return outbox.announce("reminder", found.key, subject=subject, facts=told, at=at,
                                   recipient=request.requester)  # fmt: skip
        return outbox.announce("reminder", found.key, subject=subject, facts=told, at=at,
                               audience=desk, unit_id=notices.unit_of(request, desk))  # fmt: skip


def superior_of(request: BackupRequest, desk: Role, at: datetime) -> Role | None:
    """The nearest role above the desk that somebody else holds: nobody is told about themselves."""
    own = {holder.id for holder in _holders(request, desk, at)} | {request.requester_id}
    for role in ladder(desk):
        if {holder.id for holder in _holders(request, role, at)} - own:
            return role
    return None


def _holders(request: BackupRequest, role: Role, at: datetime) -> list[User]:
    if role is Role.REQUESTER:
        return [request.requester]
    return people.holders(role.value, notices.unit_of(request, role), at=at)
