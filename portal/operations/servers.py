"""The catalogue: servers are enrolled, changed, given a key, and their folders chosen."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.errors import InvalidInput, NotFound
from portal.operations import audit, keys
from portal.operations.runs import INQUIRERS, require
from portal.store.db import transaction
from portal.store.models import Server, Source, SshKey, User
from portal.store.queries import runs as run_rows
from portal.store.queries import servers as rows
from schemas.server import KeyChoice, ServerForm

SAME_FORM = timedelta(minutes=10)
NO_HOST_KEY: dict[str, object] = {
    "host_key": "",
    "host_key_fingerprint": "",
    "host_key_state": "none",
    "host_key_proposed_by": None,
    "host_key_approved_by": None,
    "host_key_approved_at": None,
}


def enrol(form: ServerForm, choice: KeyChoice, user: User, *, at: datetime, settings: Settings) -> Server:
    """Take a server into the catalogue with a new or a chosen key. A form sent twice by the same person is one server.

    Raises Forbidden('run.role'), InvalidInput naming `name`, `key_name` or `key_id`.
    """
    require(user, at, *INQUIRERS)
    with transaction():
        if same := _sent_before(form, user, at):
            return same
        if rows.by_name(form.name):
            raise InvalidInput(fields={"name": ("server.name_taken", {"name": form.name})})
        key = _key(choice, form.name, user, at, settings)
        server = Server.create(**form.model_dump(), key=key, created_by=user, created_at=at)
        record("enrolled", server.id, user, at, {**form.model_dump(), "key": key.id})
        return server


def change(server_id: int, form: ServerForm, user: User, *, at: datetime) -> Server:
    """Correct a server's entry. Another address or port may be another machine: its host key must be approved anew.

    Raises NotFound, Forbidden('run.role'), InvalidInput naming `name`.
    """
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        other = rows.by_name(form.name)
        if other is not None and other.id != server_id:
            raise InvalidInput(fields={"name": ("server.name_taken", {"name": form.name})})
        new = form.model_dump()
        old = {name: getattr(server, name) for name in new}
        if new == old:
            return server
        moved = (form.address, form.port) != (server.address, server.port)
        changes = new | (NO_HOST_KEY | {"probe": None, "probed_at": None} if moved else {})
        Server.update(**changes).where(Server.id == server_id).execute()
        record("changed", server_id, user, at, {"old": old, "new": new, "host_key_reset": moved})
        return find(server_id)


def choose_key(server_id: int, choice: KeyChoice, user: User, *, at: datetime, settings: Settings) -> Server:
    """Give a server another key; the old one stays where it is. Raises as `enrol`."""
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        key = _key(choice, server.name, user, at, settings)
        if server.key_id == key.id:
            return server
        Server.update(key=key, probe=None, probed_at=None).where(Server.id == server_id).execute()
        record("key_chosen", server_id, user, at, {"key": key.id, "fingerprint": key.fingerprint})
        return find(server_id)


def set_active(server_id: int, active: bool, user: User, *, at: datetime) -> Server:
    """Put a server to rest (nothing runs on it any more, its copies stay) or take it up again."""
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        if server.active != active:
            Server.update(active=active).where(Server.id == server_id).execute()
            record("activated" if active else "deactivated", server_id, user, at, {})
        return find(server_id)


def add_source(
    server_id: int, path: str, user: User, *, at: datetime, measured_by: int | None = None
) -> Source:
    """Choose a folder to be kept; one that was removed comes back. `path` is clean (schemas.server.SourceForm).

    `measured_by`: the measuring run whose size is noted with it. Raises NotFound, Forbidden('run.role').
    """
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        source = Source.get_or_none(Source.server == server, Source.kind == "folder", Source.path == path)
        if source is not None and source.active:
            return source
        if source is None:
            source = Source.create(server=server, path=path, created_by=user, created_at=at)
        Source.update(active=True, **_measured(measured_by, server_id, path)).where(
            Source.id == source.id
        ).execute()
        record("source_added", server_id, user, at, {"source": source.id, "path": path})
        return Source.get_by_id(source.id)


def remove_source(server_id: int, source_id: int, user: User, *, at: datetime) -> Source:
    """Take a folder off the list; its copies stay. Removing twice is the same as once. Raises NotFound."""
    require(user, at, *INQUIRERS)
    with transaction():
        source = Source.get_or_none(Source.id == source_id, Source.server == server_id)
        if source is None:
            raise NotFound("source.unknown")
        if source.active:
            Source.update(active=False).where(Source.id == source_id).execute()
            record("source_removed", server_id, user, at, {"source": source_id, "path": source.path})
        return source


def find(server_id: int) -> Server:
    """The server. Raises NotFound('server.unknown')."""
    server = rows.get(server_id)
    if server is None:
        raise NotFound("server.unknown")
    return server


def _sent_before(form: ServerForm, user: User, at: datetime) -> Server | None:
    known = rows.by_name(form.name)
    if known is None or known.created_by_id != user.id or at - known.created_at > SAME_FORM:
        return None
    same = all(getattr(known, name) == value for name, value in form.model_dump().items())
    return known if same else None


def _key(choice: KeyChoice, server_name: str, user: User, at: datetime, settings: Settings) -> SshKey:
    if choice.key_choice == "new":
        return keys.generate(
            choice.key_name or rows.free_key_name(server_name), user, at=at, settings=settings
        )
    key = SshKey.get_or_none(SshKey.id == choice.key_id)
    if key is None:
        raise InvalidInput(fields={"key_id": ("key.unknown", {})})
    return key


def _measured(run_id: int | None, server_id: int, path: str) -> dict[str, object]:
    run = run_rows.get(run_id) if run_id else None
    if run is None or (run.kind, run.state, run.server_id) != ("measure", "succeeded", server_id):
        return {}
    if run.result is None or run.spec["path"] != path:
        return {}
    found = run.result
    return {
        "size_bytes": found["size_bytes"],
        "file_count": found["file_count"],
        "measured_at": run.finished_at,
    }


def record(action: str, server_id: int, user: User, at: datetime, data: dict[str, object]) -> None:
    """Note in the trail what was done to an entry of the catalogue."""
    audit.record(
        f"server:{action}", actor=user, subject_type="server", subject_id=server_id, at=at, data=data
    )
