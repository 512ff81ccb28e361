"""Restores for people: asked for with a reason, decided by the Kasubbid, who never decides on an own wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, copies, mandates
from portal.operations.restore_authority import order_of
from portal.sop.table import Role
from portal.store import contents
from portal.store.db import transaction
from portal.store.models import Restore, Snapshot, User
from portal.store.queries import people
from portal.store.queries import restores as rows
from schemas.restore import Place, RestoreForm, RestoreKind, ToServerForm

VALID = timedelta(days=7)
"""How long an approval may be used: what was agreed to last month is not what is wanted today."""
RESTORABLE = ("file", "folder")
TOGETHER_MAX = contents.PER_PAGE
"""How many entries one download takes together: as many as a page shows."""


def ask(
    server_id: int,
    snapshot_pk: int,
    entry_ids: Sequence[int],
    form: RestoreForm,
    user: User,
    key: str,
    *,
    at: datetime,
    settings: Settings,
) -> Restore:
    """Ask for entries of a copy to be brought back: one, or several in one download. A form sent twice is one wish.

    Raises NotFound('snapshot.unknown', 'contents.unknown'), InvalidInput naming `kind` or `target_server_id`.
    """
    snapshot = copies.find(server_id, snapshot_pk, user, at=at)
    wanted = chosen(snapshot, entry_ids, settings)
    fields = _asked(form, snapshot, wanted.place, user, at)
    with transaction():
        if known := rows.by_key(key):
            return known
        restore = Restore.create(
            snapshot=snapshot,
            place=wanted.place.model_dump(mode="json"),
            size_bytes=wanted.size_bytes,
            file_count=wanted.files,
            reason=form.reason,
            idempotency_key=key,
            requested_by=user,
            requested_at=at,
            **fields,
        )
        record("requested", restore, user, at, {"server": snapshot.server.name, "note": restore.reason})
        return restore


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen of a copy, with the sums of all that is in it."""

    place: Place
    size_bytes: int
    files: int


def chosen(snapshot: Snapshot, entry_ids: Sequence[int], settings: Settings) -> Chosen:
    """The entries with these numbers in the copy's list of contents; one that lies in another goes with that.

    Raises NotFound('contents.unknown') where one of them is no file or folder there, or they are none or too many.
    """
    with contents.opened(settings.var, snapshot.manifest_sha256) as opened:
        entries = [opened.entry(number) for number in dict.fromkeys(entry_ids)] if opened else []
        if opened is None or not 0 < len(entries) <= TOGETHER_MAX:
            raise NotFound("contents.unknown")
        found: dict[bytes, contents.Entry] = {}
        for entry in entries:
            if entry is None or entry.kind not in RESTORABLE:
                raise NotFound("contents.unknown")
            found[contents.path_to(opened.way(entry))] = entry
    place = Place.of_all([Place.of(path, entry.kind) for path, entry in found.items()])
    kept = [found[path] for path in place.tops()]
    return Chosen(place, sum(entry.size_bytes for entry in kept), sum(entry.files for entry in kept))


def _asked(form: RestoreForm, snapshot: Snapshot, place: Place, user: User, at: datetime) -> dict[str, Any]:
    """What the kind of restore brings along."""
    if isinstance(form, ToServerForm):
        if place.parts:
            raise InvalidInput(fields={"kind": ("restore.one_to_server", {})})
        _check_target(form, snapshot, user, at)
        return {
            "kind": RestoreKind.TO_SERVER,
            "target_server": form.target_server_id,
            "target_path": form.target_path,
        }
    archive = "" if place.entry_kind == "file" else form.archive.value
    return {"kind": RestoreKind.DOWNLOAD, "archive": archive}


def _check_target(form: ToServerForm, snapshot: Snapshot, user: User, at: datetime) -> None:
    """Whoever sees only own copies may have them back only on the server that they came from."""
    known = {server.id for server in targets(snapshot, user, at=at)}
    if form.target_server_id not in known:
        raise InvalidInput(fields={"target_server_id": ("restore.target_server", {})})


def targets(snapshot: Snapshot, user: User, *, at: datetime) -> list[Any]:
    """The servers to which `user` may ask a copy to be brought: those in use whose host key is approved."""
    own = copies.whose(user, at) is not None
    found = rows.target_servers()
    return [server for server in found if not own or server.id == snapshot.server_id]


def find(restore_id: int, user: User, *, at: datetime) -> Restore:
    """A restore that concerns `user`. Raises NotFound('restore.unknown'), also for one that does not."""
    restore = rows.get(restore_id)
    if restore is None or not (restore.requested_by_id == user.id or sees_all(user, at)):
        raise NotFound("restore.unknown")
    return restore


def sees_all(user: User, at: datetime) -> bool:
    """Whether `user` sees everybody's restores: the catalogue's readers and the auditor."""
    held = people.roles(user, at)
    return bool(held & {role.value for role in (*copies.READERS, Role.AUDITOR)})


def may_decide(user: User, at: datetime, asked_by: int | None = None) -> bool:
    """Whether `user` decides on restores at all, or on one that `asked_by` (a person's id) asked for or began."""
    return mandates.approves(user, at, Role.SUBDIVISION_HEAD, asked_by=(asked_by,))


def approve(restore_id: int, user: User, *, at: datetime, by_request: bool = False) -> Restore:
    """Allow the restore for VALID, sealing what was seen; `by_request`: as the decision on a request that asks for it,
    which was judged already by the right that counts at its step.

    Raises NotFound, Forbidden('restore.approver') without the role and to administrators, ('restore.own_wish'),
    StaleStep('restore.decided') when somebody has decided already."""
    with transaction():
        restore = _decidable(restore_id, user, at, by_request)
        until = at + VALID
        digest = order_of(restore, user.id, until).digest()
        _decide(restore, user, at, {"state": "approved", "expires_at": until, "digest": digest})
        record("approved", restore, user, at, {"digest": digest, "ends_at": until.isoformat()})
        return Restore.get_by_id(restore_id)


def refuse(restore_id: int, note: str, user: User, *, at: datetime) -> Restore:
    """Do not allow it, and say why. Raises as `approve`, and InvalidInput (field `note`) without a reason."""
    with transaction():
        restore = _decidable(restore_id, user, at)
        if not note:
            raise InvalidInput(fields={"note": ("field.required", {})})
        _decide(restore, user, at, {"state": "refused", "note": note})
        record("refused", restore, user, at, {"note": note})
        return Restore.get_by_id(restore_id)


def _decidable(restore_id: int, user: User, at: datetime, by_request: bool = False) -> Restore:
    restore = rows.get(restore_id)
    if restore is None:
        raise NotFound("restore.unknown")
    if by_request and mandates.decides(user, at, Role.ADMINISTRATOR):
        raise Forbidden("restore.approver")
    if not by_request and not may_decide(user, at, restore.requested_by_id):
        raise mandates.refused("restore.approver", user, at, (restore.requested_by_id,))
    if restore.requested_by_id == user.id:
        raise Forbidden("restore.own_wish")
    if restore.state != "requested":
        raise StaleStep("restore.decided")
    return restore


def _decide(restore: Restore, user: User, at: datetime, changes: dict[str, Any]) -> None:
    """Write the decision: of two at once only the first finds it undecided."""
    undecided = (Restore.id == restore.id) & (Restore.state == "requested")
    if Restore.update(decided_by=user, decided_at=at, **changes).where(undecided).execute() != 1:
        raise StaleStep("restore.decided")


def record(action: str, restore: Restore, user: User, at: datetime, data: dict[str, Any]) -> None:
    """Tell the trail what became of a restore, inside the caller's transaction."""
    audit.record(
        f"restore:{action}",
        actor=user,
        subject_type="restore",
        subject_id=restore.id,
        at=at,
        data={"restore_kind": restore.kind, "path": restore.place["path"], **data},
    )
