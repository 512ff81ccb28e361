"""Read side of the catalogue: servers, keys, chosen folders, and what touches a server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from portal.store.models import AuditEntry, BackupRequest, Grant, Run, Server, Snapshot, Source, SshKey, User
from portal.store.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class Line:
    """A server in the list. `sources` counts the chosen folders and databases; the instants are those of the last good
    backup and of the newest restore test that found a copy whole."""

    server: Server
    sources: int
    last_backup: datetime | None
    last_proof: datetime | None


def get(server_id: int) -> Server | None:
    """One server, or None."""
    return Server.get_or_none(Server.id == server_id)


def by_name(name: str) -> Server | None:
    """The server of this name, whatever its capitals, or None."""
    return Server.get_or_none(fn.LOWER(Server.name) == name.lower())


def search(words: str = "", state: str = "", page: int = 1) -> Page[Line]:
    """The servers whose name or address holds `words` and whose host key is in `state` (all), by name."""
    query = Server.select()
    if words:
        query = query.where(Server.name.contains(words) | Server.address.contains(words))
    if state:
        query = query.where(Server.host_key_state == state)
    found = page_of(query.order_by(Server.active.desc(), fn.LOWER(Server.name)), page)
    ids = [server.id for server in found.rows]
    sources = _by_server(Source, fn.COUNT(Source.id), ids, Source.active == True)  # noqa: E712
    kept = Run.select(Run.id).where(Run.state.in_(("succeeded", "incomplete")))
    backups = _by_server(Snapshot, fn.MAX(Snapshot.created_at), ids, Snapshot.run.in_(kept))
    proofs = _by_server(Snapshot, fn.MAX(Snapshot.proven_at), ids)
    lines = [Line(row, sources.get(row.id, 0), backups.get(row.id), proofs.get(row.id)) for row in found.rows]
    return Page(lines, found.total, found.page, found.pages)


def active() -> list[Server]:
    """The servers in use, by name."""
    return list(Server.select().where(Server.active == True).order_by(fn.LOWER(Server.name)))  # noqa: E712


def everyone() -> list[Server]:
    """All servers, by name."""
    return list(Server.select().order_by(fn.LOWER(Server.name)))


def counts_by_state() -> dict[str, int]:
    """How many servers there are for each state of the host key."""
    rows: Any = Server.select(Server.host_key_state, fn.COUNT(Server.id)).group_by(Server.host_key_state)
    return {str(state): int(count) for state, count in rows.tuples()}


def sources(server_id: int) -> list[Source]:
    """The chosen folders of a server, by path."""
    chosen = (Source.server == server_id) & (Source.kind == "folder") & (Source.active == True)  # noqa: E712
    return list(Source.select().where(chosen).order_by(Source.path))


def source_paths(server_id: int) -> set[str]:
    """The paths of the chosen folders."""
    return {source.path for source in sources(server_id)}


def keys() -> list[SshKey]:
    """The portal's key pairs, newest first."""
    return list(SshKey.select().order_by(SshKey.id.desc()))


def key_by_name(name: str) -> SshKey | None:
    """The key of this name, whatever its capitals, or None."""
    return SshKey.get_or_none(fn.LOWER(SshKey.name) == name.lower())


def free_key_name(server_name: str) -> str:
    """A name that no key has yet, made from the server's."""
    name, number = server_name[:72], 1
    while key_by_name(name):
        number += 1
        name = f"{server_name[:72]} ({number})"
    return name


def key_users(key_id: int) -> list[Server]:
    """The servers that use a key."""
    return list(Server.select().where(Server.key == key_id).order_by(fn.LOWER(Server.name)))


def grants(server_id: int) -> list[Grant]:
    """What approved requests allow on a server, newest first, with the request and who asked."""
    return list(
        Grant.select(Grant, BackupRequest, User)
        .join(BackupRequest)
        .join(User, on=(BackupRequest.requester == User.id))
        .where(Grant.server == server_id)
        .order_by(Grant.created_at.desc())
    )


def host_key_history(server_id: int) -> list[AuditEntry]:
    """What was decided about a server's host key, newest first."""
    return list(
        AuditEntry.select()
        .where(
            AuditEntry.subject_type == "server",
            AuditEntry.subject_id == server_id,
            AuditEntry.tag.startswith("server:host_key_"),
        )
        .order_by(AuditEntry.sequence.desc())
        .limit(20)
    )


def last_approved(server_id: int) -> AuditEntry | None:
    """The newest approval of a host key of a server, or None; its data hold the fingerprint."""
    approved = (AuditEntry.subject_type == "server") & (AuditEntry.subject_id == server_id)
    query = AuditEntry.select().where(approved, AuditEntry.tag == "server:host_key_approved")
    return query.order_by(AuditEntry.sequence.desc()).first()


def last_inquiry(server_id: int, kind: str) -> Run | None:
    """The newest inquiry of a kind on a server, or None."""
    return (
        Run.select().where(Run.server == server_id, Run.kind == kind).order_by(Run.id.desc()).limit(1).first()
    )


def _by_server(
    model: type[Source] | type[Snapshot], value: Any, ids: Iterable[int], *where: Any
) -> dict[int, Any]:
    query: Any = model.select(model.server, value).where(model.server.in_(list(ids)), *where)
    return dict(query.group_by(model.server).tuples())
