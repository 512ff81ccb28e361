"""Read side of a server's databases: how they are reached, what it has shown, what is chosen."""

from __future__ import annotations

from portal.store.models import DatabaseAccess, Run, Server, Source
from schemas.database import AccessSpec, DatabaseName, Engine, Method


def accesses(server_id: int) -> list[DatabaseAccess]:
    """How the engines of a server are signed in to, by engine."""
    return list(
        DatabaseAccess.select().where(DatabaseAccess.server == server_id).order_by(DatabaseAccess.engine)
    )


def access(server_id: int, engine: str) -> DatabaseAccess | None:
    """How one engine of a server is signed in to, or None where nothing was set."""
    return DatabaseAccess.get_or_none(DatabaseAccess.server == server_id, DatabaseAccess.engine == engine)


def access_specs(server_id: int) -> tuple[AccessSpec, ...]:
    """The ways to the engines of a server, as a run's order names them."""
    return tuple(
        AccessSpec(
            engine=Engine(row.engine),
            method=Method(row.method),
            username=row.username,
            host=row.host,
            port=row.port,
        )
        for row in accesses(server_id)
    )


def last_shown(server_id: int) -> Run | None:
    """The newest inquiry that the server answered with its databases, or None."""
    asked = (Run.server == server_id) & (Run.kind == "databases") & (Run.state == "succeeded")
    return Run.select().where(asked).order_by(Run.id.desc()).limit(1).first()


def shown_size(server_id: int, wanted: DatabaseName) -> int | None:
    """The size in bytes of a database as the server last showed it, or None when it did not."""
    run = last_shown(server_id)
    for engine in (run.result or {}).get("engines", ()) if run else ():
        for each in engine["databases"] if engine["engine"] == wanted.engine.value else ():
            if each["name"] == wanted.name:
                return int(each["size_bytes"])
    return None


def chosen(server_id: int) -> list[Source]:
    """The chosen databases of a server, by engine and name."""
    wanted = (Source.server == server_id) & (Source.kind == "database") & (Source.active == True)  # noqa: E712
    return list(Source.select().where(wanted).order_by(Source.path))


def offered() -> list[Source]:
    """The chosen databases of all servers in use, by server: what can be granted."""
    wanted = (Source.kind == "database") & (Source.active == True) & (Server.active == True)  # noqa: E712
    return list(Source.select(Source, Server).join(Server).where(wanted).order_by(Server.name, Source.path))
