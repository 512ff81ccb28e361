"""Which machine it is: a host key is proposed by one person and approved by another before anything is sent to it."""

from __future__ import annotations

from datetime import datetime

from portal.errors import Forbidden, InvalidInput, StaleStep
from portal.operations import audit, mandates
from portal.operations.runs import INQUIRERS, require
from portal.operations.servers import NO_HOST_KEY, find
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Server, User
from portal.store.queries import runs as rows

APPROVERS = frozenset({Role.SUBDIVISION_HEAD, Role.DIVISION_HEAD})


def propose(server_id: int, run_id: int, user: User, *, at: datetime) -> Server:
    """Propose the host key that the scan `run_id` found. It comes from the scan's own row, never from a form.

    Raises NotFound, Forbidden('run.role'), StaleStep('host_key.scan_outdated') for a scan of another address,
    StaleStep('host_key.already_approved') where one is approved and holds.
    """
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        run = rows.get(run_id)
        if run is None or (run.server_id, run.kind, run.state) != (server_id, "host_key_scan", "succeeded"):
            raise StaleStep("host_key.scan_outdated")
        scanned = run.spec["server"]
        if (scanned["address"], scanned["port"]) != (server.address, server.port) or not run.result:
            raise StaleStep("host_key.scan_outdated")
        if server.host_key_state == "approved":
            raise StaleStep("host_key.already_approved")
        if server.host_key_state == "proposed" and server.host_key == run.result["host_key"]:
            return server
        Server.update(
            **NO_HOST_KEY
            | {
                "host_key": run.result["host_key"],
                "host_key_fingerprint": run.result["fingerprint"],
                "host_key_state": "proposed",
                "host_key_proposed_by": user,
            }
        ).where(Server.id == server_id).execute()
        _record("host_key_proposed", server, user, at, run.result["fingerprint"])
        return find(server_id)


def approve(server_id: int, fingerprint: str, user: User, *, at: datetime) -> Server:
    """Trust the proposed host key. `fingerprint` is the one that the person saw and compared.

    Raises NotFound, Forbidden('host_key.approver') without the role or as administrator, Forbidden
    ('host_key.own_proposal'), StaleStep('host_key.moved_on') when another key or none is proposed by now.
    """
    with transaction():
        server = _decidable(server_id, fingerprint, user, at)
        if server.host_key_proposed_by_id == user.id:
            raise Forbidden("host_key.own_proposal")
        _decide(
            server, {"host_key_state": "approved", "host_key_approved_by": user, "host_key_approved_at": at}
        )
        _record("host_key_approved", server, user, at, fingerprint)
        return find(server_id)


def refuse(server_id: int, fingerprint: str, note: str, user: User, *, at: datetime) -> Server:
    """Do not trust the proposed host key; the server waits for another scan. Raises as `approve`, and InvalidInput
    (field `note`) without a reason."""
    with transaction():
        server = _decidable(server_id, fingerprint, user, at)
        if not note:
            raise InvalidInput(fields={"note": ("field.required", {})})
        _decide(server, NO_HOST_KEY)
        _record("host_key_refused", server, user, at, fingerprint, note=note)
        return find(server_id)


def may_decide(user: User, at: datetime, proposed_by: int | None = None) -> bool:
    """Whether `user` may approve host keys at all, or one that `proposed_by` (a person's id) proposed."""
    return mandates.approves(user, at, *APPROVERS, asked_by=(proposed_by,))


def _decidable(server_id: int, fingerprint: str, user: User, at: datetime) -> Server:
    server = find(server_id)
    if not may_decide(user, at, server.host_key_proposed_by_id):
        raise mandates.refused("host_key.approver", user, at, (server.host_key_proposed_by_id,))
    if server.host_key_state != "proposed" or server.host_key_fingerprint != fingerprint:
        raise StaleStep("host_key.moved_on", server=server.name)
    return server


def _decide(server: Server, changes: dict[str, object]) -> None:
    """Write the decision on the very key that was judged: of two at once only the first finds it."""
    judged = (Server.id == server.id) & (Server.host_key_state == "proposed")
    touched = Server.update(**changes).where(judged, Server.host_key == server.host_key).execute()
    if touched != 1:
        raise StaleStep("host_key.moved_on", server=server.name)


def _record(action: str, server: Server, user: User, at: datetime, fingerprint: str, **more: str) -> None:
    audit.record(
        f"server:{action}",
        actor=user,
        subject_type="server",
        subject_id=server.id,
        at=at,
        data={"server": server.name, "fingerprint": fingerprint, **more},
    )
