"""How the portal signs in to the databases of a server, and which of them are kept."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.errors import InvalidInput, NotFound
from portal.operations import sealing
from portal.operations.runs import INQUIRERS, require
from portal.operations.servers import find, record
from portal.store.db import transaction
from portal.store.models import DatabaseAccess, Source, User
from portal.store.queries import databases as rows
from schemas.database import DatabaseName, Method
from schemas.server import AccessForm


def set_access(
    server_id: int, form: AccessForm, user: User, *, at: datetime, settings: Settings
) -> DatabaseAccess:
    """Note how an engine of a server is signed in to. The password is sealed; left empty, the one that is there stays.

    Raises NotFound, Forbidden('run.role'), InvalidInput naming `password`.
    """
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        known = rows.access(server_id, form.engine.value)
        sealed = ""
        if form.method is Method.PASSWORD:
            kept = known is not None and known.sealed and known.username == form.username
            if not form.password and not kept:
                raise InvalidInput(fields={"password": ("field.required", {})})
            sealed = known.sealed if known is not None and kept and not form.password else ""
            sealed = sealed or sealing.seal(form.password, _purpose(server_id, form.engine.value), settings)
        values = {"method": form.method.value, "username": form.username, "host": form.host, "port": form.port,
                  "sealed": sealed, "changed_by": user, "changed_at": at}  # fmt: skip
        if known is None:
            DatabaseAccess.create(server=server, engine=form.engine.value, **values)
        else:
            DatabaseAccess.update(**values).where(DatabaseAccess.id == known.id).execute()
        shown: dict[str, object] = {"engine": form.engine.value, "method": form.method.value, "username": form.username,
                 "host": form.host, "port": form.port, "new_password": bool(form.password)}  # fmt: skip
        record("database_access", server_id, user, at, shown)
        return DatabaseAccess.get(DatabaseAccess.server == server, DatabaseAccess.engine == form.engine.value)


def password(server_id: int, engine: str, settings: Settings) -> str:
    """The password of an engine of a server, for the worker. Raises Forbidden('seal.broken'), NotFound."""
    known = rows.access(server_id, engine)
    if known is None or not known.sealed:
        raise NotFound("database.no_password", engine=engine)
    return sealing.unseal(known.sealed, _purpose(server_id, engine), settings)


def choose(server_id: int, wanted: DatabaseName, user: User, *, at: datetime) -> Source:
    """Put a database that the server has shown on the list of what is kept. Raises NotFound, Forbidden('run.role')."""
    require(user, at, *INQUIRERS)
    with transaction():
        server = find(server_id)
        size = rows.shown_size(server_id, wanted)
        if size is None:
            raise NotFound("database.not_shown", database=wanted.name)
        known = Source.get_or_none(
            Source.server == server, Source.kind == "database", Source.path == wanted.path
        )
        if known is not None and known.active:
            return known
        if known is None:
            known = Source.create(
                server=server, kind="database", path=wanted.path, created_by=user, created_at=at
            )
        Source.update(active=True, size_bytes=size, measured_at=at).where(Source.id == known.id).execute()
        record("source_added", server_id, user, at, {"source": known.id, "path": wanted.path})
        return Source.get_by_id(known.id)


def _purpose(server_id: int, engine: str) -> str:
    return f"database-password:{server_id}:{engine}"
