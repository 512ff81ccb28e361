"""What people are told: an event is written in the commit of what happened; the postman makes messages of it later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.errors import Forbidden, NotFound, TransitionRefused
from portal.operations import audit, office
from portal.sop import worktime
from portal.sop.table import Role
from portal.store import db
from portal.store.db import transaction
from portal.store.models import Emergency, Finding, OutboxEvent, OutboxMessage, Run, User
from portal.store.queries import outbox as rows
from portal.store.queries import people
from portal.store.queries import runs as run_rows
from schemas.run import DATA_KINDS

KEEPERS = (Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD, Role.SYSTEM_ADMIN)
"""Who looks after the messages."""
RUN_EVENTS = {"failed": "run_failed", "interrupted": "run_failed", "incomplete": "run_incomplete"}
"""How runs end that administrators must hear of. A cancelled one was somebody's wish."""
AUDIENCE = {
    "run_failed": Role.ADMINISTRATOR,
    "run_incomplete": Role.ADMINISTRATOR,
    "run_missed": Role.ADMINISTRATOR,
    "finding": Role.SUBDIVISION_HEAD,
    "digest": Role.SUBDIVISION_HEAD,
    "emergency": Role.DIVISION_HEAD,
}
QUIET = timedelta(hours=20)
"""How long a failure that repeats itself is not told again; a nightly one is told every night."""
MISSED = "schedule_missed"
"""The findings of this kind tell of backups that did not begin: those who start backups hear of them too."""
OFFICE_HOURS = frozenset({"reminder", "escalation", "bundle"})
"""What reaches people in office hours alone: written or held up in the night, it waits until the office opens."""
UNDONE = "undone"
"""What is told to whoever was told of a decision that was taken back, and to nobody else."""
BUNDLED = frozenset({"news", "desk", UNDONE, "reminder", "escalation", "postponement"})
"""What whoever wants one mail a day gets in it; alarms about the copies never wait for a day."""
OVERDUE = "emergency"
"""The findings of this kind tell of a review that is late: whoever is to close it hears of it too."""


def announce(
    kind: str,
    key: str,
    *,
    subject: tuple[str, int | None],
    facts: dict[str, Any],
    at: datetime,
    recipient: User | None = None,
    several: Iterable[User] = (),
    audience: Role | None = None,
    unit_id: int | None = None,
) -> bool:
    """Write an event inside the caller's transaction; the same `key` is told once, a second time gives False.

    It is for the `recipient`, for each of `several` people (one event, so that a receiver is told once), or for whoever
    holds `audience` (the kind's own where none is named) of that unit; what is UNDONE for those whom the events that it
    names were told to.

    Raises RuntimeError outside a transaction: a message about a change that was rolled back would be a lie.
    """
    if not db.database.in_transaction():
        raise RuntimeError("an event belongs in the transaction of what it tells")
    if rows.is_known(key):
        return False
    named = list(dict.fromkeys(person.id for person in several))
    event = OutboxEvent.insert(
        kind=kind, key=key, subject_type=subject[0], subject_id=subject[1],
        facts=facts | {"people": named} if named else facts, recipient=recipient,
        audience="" if recipient or named or kind == UNDONE else (audience or AUDIENCE[kind]).value,
        audience_unit=unit_id, created_at=at)  # fmt: skip
    event.on_conflict_ignore().execute()
    return True


def held(at: datetime) -> frozenset[str]:
    """The kinds that are not handed over at `at`, because the office is closed."""
    return frozenset() if worktime.is_open(office.calendar(), at) else OFFICE_HOURS


def run_ended(run: Run, at: datetime) -> None:
    """Announce that a run that moves data failed, broke off or left something out."""
    kind = RUN_EVENTS.get(run.state)
    if kind is None or run.kind not in DATA_KINDS:
        return
    facts = {
        "run": run.id,
        "run_kind": run.kind,
        "work": _work_of(run),
        "state": run.state,
        "server": run.server.name,
        "request": run.backup_request.number if run.backup_request else "",
        "code": run.code,
        "at": at.isoformat(),
    }
    if run.started_by_id is None and _is_told(kind, run, facts, at):
        return
    announce(kind, f"run:{run.id}:{run.state}", subject=("run", run.id), facts=facts, at=at)


def _is_told(kind: str, run: Run, facts: dict[str, Any], at: datetime) -> bool:
    """Whether the same failure of the same work was told within QUIET, with no success since: what the portal tries by
    itself every hour must not fill the mailboxes. The digest counts every one of them."""
    same = ("server", "run_kind", "work", "state", "code")
    told = [
        event.created_at
        for event in rows.written(kind, since=at - QUIET, until=at)
        if all(event.facts.get(name) == facts[name] for name in same)
    ]
    return bool(told) and not any(
        _work_of(better) == facts["work"]
        for better in run_rows.succeeded_since(run.server_id, run.kind, max(told))
    )


def _work_of(run: Run) -> str:
    """What tells the work of a run from other work of its kind on the server: its request and what it is about."""
    about = [run.backup_request_id, sorted(source["path"] for source in run.spec.get("sources", ()))]
    return hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]


def finding_raised(finding: Finding, at: datetime) -> None:
    """Announce that something is wrong with the copies of a server."""
    facts = {
        "finding": finding.id,
        "finding_kind": finding.kind,
        "severity": finding.severity,
        "server": finding.server.name if finding.server else "",
        "code": finding.code,
        "run": finding.run_id,
        "measures": finding.context.get("measures", []),
        "at": at.isoformat(),
    }
    subject = ("finding", finding.id)
    announce("finding", f"finding:{finding.id}", subject=subject, facts=facts, at=at)
    if finding.kind == MISSED:
        told = {name: finding.context.get(name, "") for name in ("schedule", "count")}
        announce("run_missed", f"missed:{finding.id}", subject=subject, facts=facts | told, at=at)
    if finding.kind == OVERDUE:
        told = {"by": finding.context["by"], "late": True}
        subject = ("emergency", finding.context["emergency"])
        announce("emergency", f"emergency-late:{finding.id}", subject=subject, facts=facts | told, at=at)


def emergency_opened(emergency: Emergency, at: datetime) -> None:
    """Announce to the Kabid that data are copied without an approved request: there is a review to close."""
    facts = {
        "server": emergency.server.name,
        "by": emergency.opened_by.name,
        "late": False,
        "at": at.isoformat(),
    }
    subject = ("emergency", emergency.id)
    announce("emergency", f"emergency:{emergency.id}", subject=subject, facts=facts, at=at)


def test(user: User, key: str, *, at: datetime, settings: Settings) -> None:
    """Send a message to try the channels out: a mail to whoever asks, and one post to the receiver. A form sent twice
    is one message. Raises Forbidden('outbox.role'), TransitionRefused('outbox.off')."""
    _require(user, at)
    if not settings.channels:
        raise TransitionRefused("outbox.off")
    with transaction():
        facts = {"name": user.name, "at": at.isoformat()}
        made = announce("test", f"test:{key}", subject=("test", None), facts=facts, at=at, recipient=user)
        if made:
            data = {"channels": list(settings.channels)}
            audit.record("outbox:tested", actor=user, subject_type="outbox", data=data, at=at)


def send_again(message_id: int, user: User, *, at: datetime) -> OutboxMessage:
    """Let a message that was given up be tried anew. Raises Forbidden('outbox.role'), NotFound('outbox.unknown'),
    TransitionRefused('outbox.not_failed')."""
    _require(user, at)
    with transaction():
        message = rows.get(message_id)
        if message is None:
            raise NotFound("outbox.unknown")
        given_up = (OutboxMessage.id == message_id) & (OutboxMessage.state == "failed")
        again = OutboxMessage.update(state="pending", attempts=0, queued_at=at, next_try_at=at)
        if again.where(given_up).execute() != 1:
            raise TransitionRefused("outbox.not_failed")
        audit.record("outbox:sent_again", actor=user, subject_type="outbox", subject_id=message_id,
                     data={"kind": message.event.kind, "channel": message.channel}, at=at)  # fmt: skip
        return message


def _require(user: User, at: datetime) -> None:
    if not people.roles(user, at) & {role.value for role in KEEPERS}:
        raise Forbidden("outbox.role")
