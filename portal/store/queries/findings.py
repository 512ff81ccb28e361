"""Read side of the findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from peewee import JOIN

from portal.store.models import Finding, Server, User
from portal.store.queries.paging import Page, page_of


@dataclass(frozen=True, slots=True)
class Filter:
    """What the list is narrowed to; `closed`: those that were dealt with instead of the open ones."""

    words: str = ""
    kind: str = ""
    closed: bool = False


def get(finding_id: int) -> Finding | None:
    """One finding, or None."""
    return Finding.get_or_none(Finding.id == finding_id)


def open_by_key(open_key: str) -> Finding | None:
    """The open finding of this fault, or None."""
    return Finding.get_or_none(Finding.open_key == open_key)


def accepted_run(server_id: int, kind: str, place: str) -> int | None:
    """The run that raised the newest finding of this kind and place which a person has closed, or None."""
    closed = (Finding.server == server_id) & (Finding.kind == kind) & Finding.closed_at.is_null(False)
    query = Finding.select().where(closed).order_by(Finding.id.desc())
    return next((row.run_id for row in query if row.context.get("place") == place), None)


def was_closed(kind: str, place: str) -> bool:
    """Whether a person has closed a finding of this kind at this place: what cannot be undone is told once."""
    closed = Finding.select().where(Finding.kind == kind, Finding.closed_at.is_null(False))
    return any(row.context.get("place") == place for row in closed)


def count_open(server_id: int | None = None) -> int:
    """How many findings wait for somebody, of one server or of all."""
    query = Finding.select().where(Finding.closed_at.is_null())
    if server_id is not None:
        query = query.where(Finding.server == server_id)
    return query.count()


def last_closed(server_id: int, kind: str) -> datetime | None:
    """When a finding of this kind was last dealt with, or None."""
    query = Finding.select().where(
        Finding.server == server_id, Finding.kind == kind, Finding.closed_at.is_null(False)
    )
    last = query.order_by(Finding.closed_at.desc()).first()
    return last.closed_at if last else None


def open_of(server_id: int) -> list[Finding]:
    """The open findings of a server, newest first."""
    query = Finding.select().where(Finding.server == server_id, Finding.closed_at.is_null())
    return list(query.order_by(Finding.id.desc()))


def open_of_run(run_id: int) -> list[Finding]:
    """The open findings that a run has raised, oldest first."""
    query = Finding.select().where(Finding.run == run_id, Finding.closed_at.is_null())
    return list(query.order_by(Finding.id))


def search(wanted: Filter, page: int = 1) -> Page[Finding]:
    """The findings, newest first, with their server and who closed them; `words` in the server's name or the note."""
    query = (
        Finding.select(Finding, Server, User)
        .join(Server, JOIN.LEFT_OUTER)
        .switch(Finding)
        .join(User, JOIN.LEFT_OUTER, on=(Finding.closed_by == User.id))
        .where(Finding.closed_at.is_null(not wanted.closed))
    )
    if wanted.kind:
        query = query.where(Finding.kind == wanted.kind)
    if wanted.words:
        query = query.where(Server.name.contains(wanted.words) | Finding.note.contains(wanted.words))
    return page_of(query.order_by(Finding.id.desc()), page)
