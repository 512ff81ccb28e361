"""May this run start without an approved request? Only as the backup that a broken glass names, and only for a day."""

from __future__ import annotations

from datetime import UTC, datetime

from portal.errors import Forbidden
from portal.sop.table import Role
from portal.store.models import Emergency, Run
from portal.store.queries import people
from schemas.emergency import EmergencyOrder
from schemas.run import RunKind, RunSpec, SourceSpec

OPENERS = (Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
"""Who may break the glass: whoever looks after the servers, by day or night."""


def order_of(emergency: Emergency) -> EmergencyOrder:
    """The order as it stands in the row."""
    return EmergencyOrder(
        key=emergency.idempotency_key,
        server_id=emergency.server_id,
        sources=tuple(SourceSpec.model_validate(source) for source in emergency.sources),
        reason=emergency.reason,
        opened_by=emergency.opened_by_id,
        opened_at=emergency.opened_at.astimezone(UTC),
        expires_at=emergency.expires_at.astimezone(UTC),
    )


def check(emergency: Emergency, *, at: datetime) -> EmergencyOrder:
    """The order that still holds. Raises Forbidden('authority.emergency_…') when the row is not what was sealed, was
    opened by somebody who could not, its review is closed, or its time has run out."""
    order = order_of(emergency)
    if order.digest() != emergency.digest:
        raise Forbidden("authority.emergency_changed", emergency=emergency.id)
    held = people.roles(emergency.opened_by, emergency.opened_at)
    if not held & {role.value for role in OPENERS}:
        raise Forbidden("authority.emergency_opener", emergency=emergency.id)
    if emergency.closed_at is not None:
        raise Forbidden("authority.emergency_closed", emergency=emergency.id)
    if not emergency.opened_at <= at < emergency.expires_at:
        raise Forbidden("authority.emergency_expired", emergency=emergency.id, ends_at=emergency.expires_at)
    return order


def check_run(run: Run, spec: RunSpec, *, at: datetime) -> None:
    """The worker's own check of a run that names an emergency. Raises Forbidden('authority.emergency_…'): nothing but
    a backup, nothing but the sources that were sealed, and only the one run that the row names."""
    emergency = Emergency.get_or_none(Emergency.id == spec.emergency_id)
    if emergency is None:
        raise Forbidden("authority.emergency_unknown", emergency=spec.emergency_id)
    if spec.kind is not RunKind.BACKUP:
        raise Forbidden("authority.emergency_kind", emergency=emergency.id)
    order = check(emergency, at=at)
    said = (spec.grant_digest, spec.server.id, spec.sources, run.id, run.server_id)
    sealed = (order.digest(), order.server_id, order.sources, emergency.run_id, order.server_id)
    if said != sealed:
        raise Forbidden("authority.emergency_changed", emergency=emergency.id)
