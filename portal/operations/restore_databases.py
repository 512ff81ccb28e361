"""Asking for a database of a copy to be brought back: under a new name, or in the place of the one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import InvalidInput, NotFound
from portal.operations import copies, restores
from portal.store.db import transaction
from portal.store.models import Restore, Snapshot, User
from portal.store.queries import databases
from portal.store.queries import restores as rows
from schemas.database import DatabaseName, is_database, parse
from schemas.restore import DatabaseForm, Mode, Place, RestoreKind

OWN = frozenset(
    {"postgres", "template0", "template1", "mysql", "information_schema", "performance_schema", "sys"}
)
"""The engines' own databases: no restore goes there."""
FAMILY = "lumbung_"
"""How the names begin under which the portal itself loads and keeps databases, and clears them away."""


@dataclass(frozen=True, slots=True)
class Held:
    """A database that a copy holds, as it was counted at the dump. `size_bytes` of the dump."""

    path: str
    engine: str
    name: str
    size_bytes: int
    tables: int
    rows: int


def held(snapshot: Snapshot) -> list[Held]:
    """The databases of a copy, by engine and name."""
    dumps = (snapshot.run.evidence or {}).get("dumps") or ()
    made = {f"{each['engine']}:{each['database']}": each for each in dumps if each["database"]}
    paths = sorted(path for path in snapshot.sources if is_database(path) and path in made)
    return [
        Held(path, *parse(path), made[path]["size_bytes"], len(made[path]["tables"]), made[path]["row_count"])
        for path in paths
    ]


def find(snapshot: Snapshot, path: str) -> Held:
    """One of them. Raises NotFound('restore.no_database')."""
    for each in held(snapshot):
        if each.path == path:
            return each
    raise NotFound("restore.no_database")


def ask(
    server_id: int, snapshot_pk: int, path: str, form: DatabaseForm, user: User, key: str, *, at: datetime
) -> Restore:
    """Ask for a database of a copy. A form sent twice is one wish.

    Raises NotFound('snapshot.unknown', 'restore.no_database'), InvalidInput naming `target_name` or
    `target_server_id`.
    """
    snapshot = copies.find(server_id, snapshot_pk, user, at=at)
    wanted = find(snapshot, path)
    target = _target(form, snapshot, wanted, user, at)
    with transaction():
        if known := rows.by_key(key):
            return known
        restore = Restore.create(
            snapshot=snapshot,
            kind=RestoreKind.DATABASE,
            mode=form.mode.value,
            place=Place(path=wanted.path, entry_kind="database").model_dump(mode="json"),
            size_bytes=wanted.size_bytes,
            file_count=wanted.tables,
            reason=form.reason,
            idempotency_key=key,
            requested_by=user,
            requested_at=at,
            **target,
        )
        told = {
            "server": snapshot.server.name,
            "note": restore.reason,
            "mode": restore.mode,
            "to": restore.target_path,
        }
        restores.record("requested", restore, user, at, told)
        return restore


def _target(form: DatabaseForm, snapshot: Snapshot, wanted: Held, user: User, at: datetime) -> dict[str, Any]:
    """Where it goes. In place there is nothing to choose."""
    servers = {server.id for server in restores.targets(snapshot, user, at=at)}
    server_id = snapshot.server_id if form.mode is Mode.IN_PLACE else form.target_server_id
    name = wanted.name if form.mode is Mode.IN_PLACE else form.target_name
    if server_id not in servers:
        raise InvalidInput(fields={"target_server_id": ("restore.target_server", {})})
    if not name or name in OWN or (form.mode is Mode.NEW and name.lower().startswith(FAMILY)):
        raise InvalidInput(fields={"target_name": ("restore.target_name", {})})
    there = databases.shown_size(server_id, DatabaseName(parse(wanted.path).engine, name)) is not None
    if there and form.mode is Mode.NEW:
        raise InvalidInput(fields={"target_name": ("restore.name_taken", {"database": name})})
    return {"target_server": server_id, "target_path": name}
