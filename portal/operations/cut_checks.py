"""May exactly these copies go? Asked when a cut is requested, approved, and by the worker before it removes."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden
from portal.operations import findings, retention_preview
from portal.store.models import RetentionCut, Snapshot
from portal.store.queries import keeping, second_copies
from schemas.keeping import list_digest
from schemas.run import RunKind, RunSpec


def check_list(cut: RetentionCut, at: datetime) -> None:
    """The list is the sealed one, nothing wrong is known of the server's copies, and each listed copy would go today:
    not held, granted no longer, not the last proven. Raises Forbidden('cut.altered', 'finding.open',
    'cut.rule_changed', 'cut.stays')."""
    if list_digest(cut.listed) != cut.digest:
        raise Forbidden("cut.altered")
    findings.refuse_while_open(cut.server_id)
    rule = keeping.rule_of(cut.server_id)
    if rule is None or rule.id != cut.rule_id:
        raise Forbidden("cut.rule_changed")
    going = retention_preview.select(cut.server_id, at).going_ids
    listed = Snapshot.select().where(Snapshot.server == cut.server_id, Snapshot.snapshot_id.in_(cut.listed))
    # What an interrupted removal has taken out already stays listed and is gone.
    staying = [row for row in listed if row.removed_at is None and row.id not in going]
    if staying or listed.count() != len(cut.listed):
        raise Forbidden("cut.stays", count=max(1, len(staying)))


def check_upkeep(spec: RunSpec, at: datetime) -> None:
    """What a run on the repository removes is what was approved. Raises as the check of its kind."""
    if spec.kind is RunKind.PRUNE:
        check_run(spec, at)
    elif spec.kind is RunKind.COPY:
        check_second(spec)


def check_run(spec: RunSpec, at: datetime) -> None:
    """A removal's order is an approved cut, to the letter. Raises as `check_list`, Forbidden('cut.not_approved')."""
    cut = keeping.cut(spec.cut_id)
    if cut is None or cut.state != "approved" or cut.server_id != spec.server.id:
        raise Forbidden("cut.not_approved")
    if tuple(cut.listed) != spec.snapshot_ids or cut.digest != spec.list_digest:
        raise Forbidden("cut.altered")
    check_list(cut, at)


def check_second(spec: RunSpec) -> None:
    """Only what an approved cut has taken out of the vault is taken out of the second one, and nothing while something
    is wrong. Raises Forbidden('second.not_removed', 'finding.open')."""
    if not spec.snapshot_ids:
        return
    findings.refuse_while_open(spec.server.id)
    if not set(spec.snapshot_ids) <= second_copies.removed_ids(spec.server.id):
        raise Forbidden("second.not_removed")
