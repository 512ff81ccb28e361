"""The catalogue at an instant: what each server had by then, and which approved requests were in force."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from peewee import fn

from portal.store.models import AuditEntry, BackupRequest, Grant, Run, Server, Snapshot, Unit
from schemas.evaluation_rows import InForce, ServerRow, Switch
from schemas.run import MIRROR_KINDS, RunKind

COPYING = (RunKind.BACKUP.value, *MIRROR_KINDS)
"""The kinds of runs that bring a server's data into safety."""
SWITCHES = {"server:activated": True, "server:deactivated": False}


def rows(as_of: datetime, unit_id: int | None = None) -> list[ServerRow]:
    """The servers that were in the catalogue by then, with their last whole copies and last proof before it; of a unit
    those that its requests were ever approved for. Each instant is one step down an index, whatever the number of
    runs."""
    last = [_last(kind, as_of).alias(f"last_{kind}") for kind in (*COPYING, RunKind.RESTORE_TEST.value)]
    query: Any = Server.select(Server.id, Server.name, Server.active, _held(as_of).alias("held"), *last)
    query = query.where(Server.created_at < as_of)
    if unit_id is not None:
        query = query.where(Server.id.in_(of_unit(unit_id)))
    return [
        ServerRow(id=number, name=name, active=bool(active), held=bool(held), proven_at=instant(proof),
                  copies=tuple(at for at in map(instant, copies) if at))
        for number, name, active, held, *copies, proof in query.tuples()
    ]  # fmt: skip


def in_force(as_of: datetime, unit_id: int | None = None) -> list[InForce]:
    """What approved requests gave at that instant, by server, unit and rhythm."""
    frequency = Grant.scope["frequency"].as_text()
    query: Any = (
        Grant.select(Grant.server, Unit.id, Unit.code, frequency)
        .join(BackupRequest)
        .join(Unit, on=(BackupRequest.unit == Unit.id))
        .where(holds(as_of))
        .group_by(Grant.server, Unit.id, Unit.code, frequency)
    )
    if unit_id is not None:
        query = query.where(Unit.id == unit_id)
    return [
        InForce(server_id=server, unit_id=unit, unit_code=code, frequency=rhythm or "")
        for server, unit, code, rhythm in query.tuples()
    ]


def holds(as_of: datetime) -> Any:
    """The grants in force at an instant, as a condition on grants joined with their requests."""
    revoked = Grant.revoked_at.is_null(False) & (Grant.revoked_at <= as_of)
    withdrawn = (BackupRequest.step == "withdrawn") & (BackupRequest.closed_at <= as_of)
    return (Grant.starts_at <= as_of) & (Grant.ends_at > as_of) & ~revoked & ~withdrawn


def switched_since(as_of: datetime) -> list[Switch]:
    """The servers that were put to rest or taken up again from then on, as the trail has it."""
    entries = AuditEntry.select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.tag)
    entries = entries.where(AuditEntry.tag.in_(list(SWITCHES)), AuditEntry.at >= as_of)
    return [
        Switch(server_id=entry.subject_id, at=entry.at, on=SWITCHES[entry.tag])
        for entry in entries.order_by(AuditEntry.sequence)
    ]


def of_unit(unit_id: int) -> Any:
    """The servers that a unit's requests were ever approved for, as a subquery."""
    return Grant.select(Grant.server).join(BackupRequest).where(BackupRequest.unit == unit_id)


def instant(value: Any) -> datetime | None:
    """An instant as the database gives it from a function: text or without a zone, always UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value if isinstance(value, datetime) else None


def _last(kind: str, as_of: datetime) -> Any:
    whole = (Run.server == Server.id) & (Run.kind == kind) & (Run.state == "succeeded")
    return Run.select(fn.MAX(Run.finished_at)).where(whole, Run.finished_at < as_of)


def _held(as_of: datetime) -> Any:
    there = Snapshot.removed_at.is_null() | (Snapshot.removed_at > as_of)
    return Snapshot.select(fn.MIN(Snapshot.id)).where(
        Snapshot.server == Server.id, Snapshot.created_at < as_of, there
    )
