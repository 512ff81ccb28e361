"""Which copies stay: setting the rule, and holding single copies back."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden, NotFound, StaleStep
from portal.operations import audit
from portal.operations.runs import require
from portal.operations.servers import find
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import LegalHold, RetentionRule, Snapshot, User
from portal.store.queries import keeping
from portal.store.queries import runs as rows
from schemas.keeping import RuleForm


def set_rule(server_id: int, form: RuleForm, user: User, *, at: datetime) -> RetentionRule:
    """Set the rule of a server as a new version; the same rule again changes nothing.

    Raises NotFound, Forbidden('run.role').
    """
    require(user, at, Role.SUBDIVISION_HEAD)
    with transaction():
        rows.hold_server(server_id)
        server, before = find(server_id), keeping.rule_of(server_id)
        counts = form.model_dump()
        if before and all(getattr(before, name) == count for name, count in counts.items()):
            return before
        version = before.version + 1 if before else 1
        rule = RetentionRule.create(server=server, version=version, set_by=user, set_at=at, **counts)
        audit.record(
            "retention:rule_set",
            actor=user,
            subject_type="server",
            subject_id=server_id,
            at=at,
            data={"server": server.name, "version": version, **counts},
        )
        return rule


def hold(server_id: int, snapshot_pk: int, reason: str, user: User, *, at: datetime) -> LegalHold:
    """Let a copy stay whatever the rule says, until the hold is lifted. Holding it twice is the same as once.

    Raises NotFound, Forbidden('run.role'), StaleStep('hold.being_removed') while copies of the server are removed.
    """
    require(user, at, Role.SUBDIVISION_HEAD)
    with transaction():
        snapshot = _present(server_id, snapshot_pk)
        # A removal that begins after this commit sees the hold; one that has begun has looked for holds already.
        rows.hold_server(snapshot.server_id)
        if keeping.is_pruning(snapshot.server_id):
            raise StaleStep("hold.being_removed")
        known = LegalHold.get_or_none(LegalHold.open_key == snapshot_pk)
        if known:
            return known
        placed = LegalHold.create(
            snapshot=snapshot, reason=reason, placed_by=user, placed_at=at, open_key=snapshot_pk
        )
        _record("hold:placed", snapshot, user, at, reason=reason)
        return placed


def lift(server_id: int, snapshot_pk: int, reason: str, user: User, *, at: datetime) -> None:
    """End the hold on a copy. Raises NotFound, Forbidden('run.role')."""
    require(user, at, Role.SUBDIVISION_HEAD)
    with transaction():
        snapshot = _present(server_id, snapshot_pk)
        touched = (
            LegalHold.update(lifted_by=user, lifted_at=at, lift_reason=reason, open_key=None)
            .where(LegalHold.open_key == snapshot_pk)
            .execute()
        )
        if touched:
            _record("hold:lifted", snapshot, user, at, reason=reason)


def _present(server_id: int, snapshot_pk: int) -> Snapshot:
    snapshot = Snapshot.get_or_none(Snapshot.id == snapshot_pk, Snapshot.server == server_id)
    if snapshot is None:
        raise NotFound("snapshot.unknown")
    if snapshot.removed_at is not None:
        raise Forbidden("snapshot.removed")
    return snapshot


def _record(tag: str, snapshot: Snapshot, user: User, at: datetime, **more: str) -> None:
    audit.record(
        tag,
        actor=user,
        subject_type="server",
        subject_id=snapshot.server_id,
        at=at,
        data={"snapshot": snapshot.snapshot_id, **more},
    )
