"""Cuts: the administrator asks for exactly these copies to go, the Kasubbid approves that list, a worker removes it."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.errors import Forbidden, NotFound, StaleStep
from portal.operations import audit, authority, cut_checks, findings, mandates, retention_preview, runs
from portal.operations.runs import require
from portal.operations.servers import find as find_server
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import RetentionCut, Run, User
from portal.store.queries import keeping
from portal.store.queries import runs as rows
from schemas.keeping import list_digest
from schemas.run import RunKind, RunSpec


def request(server_id: int, digest: str, user: User, *, at: datetime) -> RetentionCut:
    """Ask for the removal of what the preview showed; `digest` is that of the list the person saw.

    Raises NotFound, Forbidden('run.role', 'finding.open'), StaleStep('cut.moved_on', 'cut.open', 'cut.nothing').
    """
    require(user, at, Role.ADMINISTRATOR)
    with transaction():
        rows.hold_server(server_id)
        server, rule = find_server(server_id), keeping.rule_of(server_id)
        findings.refuse_while_open(server_id)
        if keeping.open_cut(server_id):
            raise StaleStep("cut.open")
        listed = retention_preview.going(server_id, at)
        if rule is None or not listed:
            raise StaleStep("cut.nothing")
        if list_digest(listed) != digest:
            raise StaleStep("cut.moved_on")
        cut = RetentionCut.create(
            server=server, rule=rule, listed=listed, digest=digest, open_key=server_id, requested_by=user,
            requested_at=at)  # fmt: skip
        _record("requested", cut, user, at, snapshots=listed)
        return cut


def approve(cut_id: int, digest: str, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Approve a cut by the digest of the list that was seen, and start the removal in the same commit.

    Raises NotFound, Forbidden('cut.approver', 'cut.own_request', 'cut.altered', 'cut.stays', …, 'authority.…'),
    StaleStep('cut.moved_on').
    """
    with transaction():
        if known := rows.by_key(key):
            return known
        cut = _decidable(cut_id, user, at)
        if cut.state != "requested" or cut.digest != digest:
            raise StaleStep("cut.moved_on")
        cut_checks.check_list(cut, at)
        RetentionCut.update(state="approved", decided_by=user, decided_at=at).where(
            RetentionCut.id == cut_id
        ).execute()
        _record("approved", cut, user, at)
        run = _start(RetentionCut.get_by_id(cut_id), user, key, at)
    return runs.send(run, settings, at)


def refuse(cut_id: int, note: str, user: User, *, at: datetime) -> None:
    """Call a cut off and say why, also one whose removal has failed.

    Raises NotFound, Forbidden, StaleStep('cut.under_way', 'cut.moved_on').
    """
    with transaction():
        cut = _decidable(cut_id, user, at)
        if cut.run is not None and cut.run.state in ("queued", "running"):
            raise StaleStep("cut.under_way")
        RetentionCut.update(state="refused", decided_by=user, decided_at=at, note=note, open_key=None).where(
            RetentionCut.id == cut_id
        ).execute()
        _record("refused", cut, user, at, note=note)


def restart(run: Run, user: User, key: str, *, at: datetime, settings: Settings) -> Run:
    """Start a removal again that failed: the same approved list, checked anew. Raises as `approve`."""
    require(user, at, Role.ADMINISTRATOR, Role.SUBDIVISION_HEAD)
    with transaction():
        if known := rows.by_key(key):
            return known
        cut = keeping.cut(int(run.spec["cut_id"]))
        if cut is None or cut.state != "approved":
            raise Forbidden("cut.not_approved")
        if cut.run is not None and cut.run.state in ("queued", "running"):
            raise StaleStep("cut.under_way")
        cut_checks.check_list(cut, at)
        again = _start(cut, user, key, at)
    return runs.send(again, settings, at)


def _start(cut: RetentionCut, user: User, key: str, at: datetime) -> Run:
    grant, _ = authority.of_server(cut.server, user.id, at=at)
    spec = RunSpec(
        kind=RunKind.PRUNE,
        server=runs.server_spec(cut.server),
        request_number=grant.backup_request.number,
        grant_digest=grant.digest,
        cut_id=cut.id,
        snapshot_ids=tuple(cut.listed),
        list_digest=cut.digest,
    )
    run = runs.create(spec, cut.server, user, key, at, backup_request=grant.backup_request, grant=grant)
    RetentionCut.update(run=run).where(RetentionCut.id == cut.id).execute()
    return run


def find(server_id: int, cut_id: int) -> RetentionCut:
    """A cut of this server. Raises NotFound('cut.unknown')."""
    cut = keeping.cut(cut_id)
    if cut is None or cut.server_id != server_id:
        raise NotFound("cut.unknown")
    return cut


def may_decide(user: User, at: datetime, asked_by: int | None = None) -> bool:
    """Whether `user` decides on cuts at all, or on one that `asked_by` (a person's id) asked for or began."""
    return mandates.approves(user, at, Role.SUBDIVISION_HEAD, asked_by=(asked_by,))


def _decidable(cut_id: int, user: User, at: datetime) -> RetentionCut:
    """The open cut, if this person may decide it: the Kasubbid, and never whoever asked for it."""
    cut = keeping.cut(cut_id)
    if cut is None:
        raise NotFound("cut.unknown")
    if not may_decide(user, at, cut.requested_by_id):
        raise mandates.refused("cut.approver", user, at, (cut.requested_by_id,))
    rows.hold_server(cut.server_id)
    if cut.requested_by_id == user.id:
        raise Forbidden("cut.own_request")
    if cut.open_key is None:
        raise StaleStep("cut.moved_on")
    return cut


def _record(action: str, cut: RetentionCut, user: User, at: datetime, **more: object) -> None:
    audit.record(
        f"cut:{action}",
        actor=user,
        subject_type="cut",
        subject_id=cut.id,
        at=at,
        data={"server_id": cut.server_id, "digest": cut.digest, "count": len(cut.listed), **more},
    )
