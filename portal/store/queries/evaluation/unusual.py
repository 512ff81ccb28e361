"""What asks for a person: work without approval, approval without work, what expired, what cannot be reached."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from portal.store.models import BackupRequest, Emergency, Grant, Run, Schedule, ScheduledRun, Server
from portal.store.queries.evaluation.servers import COPYING, holds, instant, of_unit
from portal.store.queries.evaluation.work import UNSTARTED
from schemas.evaluation import Unusual
from schemas.run import RunKind

MOST = 200
"""Of each kind; whoever has more has another trouble than the list's length."""
GRACE = timedelta(days=1)
"""So long an approved request may wait for its first run."""
REACHING = (
    *COPYING,
    RunKind.PROBE.value,
    RunKind.LISTING.value,
    RunKind.MEASURE.value,
    RunKind.DATABASES.value,
)
UNREACHABLE = tuple(
    f"ssh.{name}"
    for name in ("unknown_host", "refused", "unreachable", "no_banner", "closed", "timeout", "auth_refused",
                 "host_key_changed", "key_missing", "too_old", "failed")
)  # fmt: skip


def found(begins: datetime, as_of: datetime, unit_id: int | None = None) -> list[Unusual]:
    """All of it, kind by kind."""
    return [
        *_unauthorised(begins, as_of, unit_id),
        *_emergencies(begins, as_of, unit_id),
        *_never_run(as_of, unit_id),
        *_expired(begins, as_of, unit_id),
        *_unreachable(begins, as_of, unit_id),
        *_missed(begins, as_of, unit_id),
    ]


def _unauthorised(begins: datetime, as_of: datetime, unit_id: int | None) -> list[Unusual]:
    """Copying runs that hang on nothing: the desks and the worker refuse them, so one is a sign of a bypass."""
    query = Run.select(Run, Server).join(Server).where(
        Run.queued_at >= begins, Run.queued_at < as_of, Run.kind.in_(COPYING), Run.backup_request.is_null()
    )  # fmt: skip
    query = _server_of_unit(query, unit_id)
    known = {row.id for row in Emergency.select(Emergency.id)}
    return [
        Unusual(kind="unauthorised", at=run.queued_at, server_id=run.server_id, server=run.server.name,
                run_id=run.id, state=run.state)
        for run in query.order_by(Run.id).limit(MOST)
        if run.spec.get("emergency_id") not in known
    ]  # fmt: skip


def _emergencies(begins: datetime, as_of: datetime, unit_id: int | None) -> list[Unusual]:
    query = (
        Emergency.select(Emergency, Server)
        .join(Server)
        .where(Emergency.opened_at >= begins, Emergency.opened_at < as_of)
    )
    query = _server_of_unit(query, unit_id)
    return [
        Unusual(kind="emergency", at=row.opened_at, server_id=row.server_id, server=row.server.name,
                emergency_id=row.id, run_id=row.run_id, state=row.verdict or "open")
        for row in query.order_by(Emergency.id).limit(MOST)
    ]  # fmt: skip


def _never_run(as_of: datetime, unit_id: int | None) -> list[Unusual]:
    ran = Run.select(Run.id).where(
        Run.backup_request == Grant.backup_request, Run.kind.in_(COPYING), Run.queued_at < as_of
    )
    query = _grants(unit_id).where(holds(as_of), Grant.created_at <= as_of - GRACE, ~fn.EXISTS(ran))
    return [
        _of_grant("never_run", grant, grant.created_at, until=grant.backup_request.postponed_until)
        for grant in query.order_by(Grant.created_at).limit(MOST)
    ]


def _expired(begins: datetime, as_of: datetime, unit_id: int | None) -> list[Unusual]:
    """Approvals that ended in the month, where no other one holds for the server."""
    other = Grant.alias()
    newer = other.select(other.id).where(
        other.server == Grant.server, other.starts_at <= as_of, other.ends_at > as_of, other.revoked_at.is_null()
    )  # fmt: skip
    query = _grants(unit_id).where(
        Grant.ends_at >= begins, Grant.ends_at <= as_of, Grant.revoked_at.is_null(), ~fn.EXISTS(newer)
    )
    return [_of_grant("expired", grant, grant.ends_at) for grant in query.order_by(Grant.ends_at).limit(MOST)]


def _unreachable(begins: datetime, as_of: datetime, unit_id: int | None) -> list[Unusual]:
    """Servers in use whose last run of the month that went there did not get in."""
    last: Any = (
        Run.select(fn.MAX(Run.id))
        .where(Run.finished_at >= begins, Run.finished_at < as_of, Run.kind.in_(REACHING))
        .group_by(Run.server)
    )
    query = Run.select(Run, Server).join(Server).where(
        Run.id.in_(last), Run.code.in_(UNREACHABLE), Server.active == True  # noqa: E712
    )  # fmt: skip
    return [
        Unusual(kind="unreachable", at=run.finished_at, server_id=run.server_id, server=run.server.name,
                run_id=run.id, code=run.code)
        for run in _server_of_unit(query, unit_id).order_by(Run.id).limit(MOST)
    ]  # fmt: skip


def _missed(begins: datetime, as_of: datetime, unit_id: int | None) -> list[Unusual]:
    """Schedules that did not start at some of their due times."""
    query: Any = (
        ScheduledRun.select(
            Schedule.id,
            Schedule.name,
            Server.id,
            Server.name,
            fn.COUNT(ScheduledRun.id),
            fn.MAX(ScheduledRun.due_at),
            fn.MAX(ScheduledRun.code),
        )
        .join(Schedule)
        .join(Server)
        .where(ScheduledRun.due_at >= begins, ScheduledRun.due_at < as_of, ScheduledRun.state.in_(UNSTARTED))
    )
    query = _server_of_unit(query, unit_id).group_by(Schedule.id, Schedule.name, Server.id, Server.name)
    return [
        Unusual(kind="missed", at=instant(at) or as_of, server_id=server_id, server=server,
                schedule_id=schedule_id, schedule=name, count=int(count), code=code or "")
        for schedule_id, name, server_id, server, count, at, code in query.limit(MOST).tuples()
    ]  # fmt: skip


def _grants(unit_id: int | None) -> Any:
    query = (
        Grant.select(Grant, BackupRequest, Server)
        .join(BackupRequest)
        .switch(Grant)
        .join(Server, on=(Grant.server == Server.id))
    )
    return query if unit_id is None else query.where(BackupRequest.unit == unit_id)


def _of_grant(kind: str, grant: Grant, at: datetime, until: datetime | None = None) -> Unusual:
    return Unusual(kind=kind, at=at, server_id=grant.server_id, server=grant.server.name, until=until,
                   request_id=grant.backup_request_id, number=grant.backup_request.number or "")  # fmt: skip


def _server_of_unit(query: Any, unit_id: int | None) -> Any:
    return query if unit_id is None else query.where(Server.id.in_(of_unit(unit_id)))
