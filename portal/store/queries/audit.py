"""Read side of the trail."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from portal.store.db import database, is_sqlite
from portal.store.models import AuditEntry, BackupRequest, IssuedPaper, Letter, Run, Server, User

# Any number that no other advisory lock of the portal uses.
_CHAIN_LOCK = 119_002
_CHUNK = 1000
DIGITS_MAX = 10
REACH = 50_000
"""Words stand anywhere in an entry, so they are looked for in so many entries at a time and no more."""


def hold_chain() -> None:
    """Let one transaction at a time add to the chain, until its commit. SQLite's writers are one at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_CHAIN_LOCK,))


def last() -> AuditEntry | None:
    """The newest entry, or None."""
    return AuditEntry.select().order_by(AuditEntry.sequence.desc()).first()


def size() -> int:
    """How many entries there are: the number of the last one, as the chain's check holds them against each other."""
    found = last()
    return found.sequence if found else 0


def hash_of(sequence: int) -> str:
    """The hash that an entry carries; nothing where there is no such entry."""
    found = AuditEntry.select(AuditEntry.hash).where(AuditEntry.sequence == sequence).first()
    return found.hash if found else ""


def stream(after: int = -1, most: int | None = None) -> Iterator[AuditEntry]:
    """Every entry after `after` in order, at most `most` of them, a thousand at a time, so that a long trail needs no
    memory."""
    # An entry that was given the number 0 would hide before the first one.
    seen, left = after or -1, most
    while left is None or left > 0:
        size = _CHUNK if left is None else min(_CHUNK, left)
        rows = list(
            AuditEntry.select().where(AuditEntry.sequence > seen).order_by(AuditEntry.sequence).limit(size)
        )
        yield from rows
        if len(rows) < size:
            return
        seen, left = rows[-1].sequence, None if left is None else left - len(rows)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on: after the entry of this time and number, towards older ones."""

    at: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Filter:
    """What the trail is narrowed to: `words` in actor, event or data; a person (`actors`, ids; None among them is the
    portal itself), an event (`tag`), one kind of subject and its number, from `since` on and before `until`; what is
    empty narrows nothing."""

    words: str = ""
    actors: tuple[int | None, ...] = ()
    tag: str = ""
    subject_type: str = ""
    subject_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of the trail, newest first. `older` is where it goes on, or None at its end; `looked` says how far words
    were looked for when that was not to the end."""

    rows: list[AuditEntry]
    older: Place | None
    looked: AuditEntry | None = None


def search(wanted: Filter, after: Place | None = None, most: int = 50) -> Found:
    """The entries that are asked for, newest first, `most` at a time: what stands before a piece is never counted or
    skipped over, so that the last piece comes as fast as the first."""
    if wanted.words:
        return _search_words(wanted, after, most)
    rows = _piece(wanted, after, most + 1)
    return Found(rows[:most], _place(rows[most - 1]) if len(rows) > most else None)


def everything(wanted: Filter, until: int) -> Iterator[AuditEntry]:
    """All that is asked for up to entry `until`, newest first, for exports; a thousand in memory at a time. Without a
    filter it is the chain in its own order, from the first entry."""
    if wanted == Filter():
        yield from stream(0, until)
        return
    plain, words, after = replace(wanted, words=""), wanted.words.lower().split()[:8], None
    while True:
        rows = _piece(plain, after, _CHUNK)
        yield from (row for row in rows if row.sequence <= until and _says(row, words))
        if len(rows) < _CHUNK:
            return
        after = _place(rows[-1])


def of_request(request_id: int, until: int) -> Iterator[AuditEntry]:
    """The entries about a request, its runs, letters and papers up to entry `until`, in the chain's order, a thousand
    at a time."""
    about = (AuditEntry.subject_type == "request") & (AuditEntry.subject_id == request_id)
    for name, model in (("run", Run), ("letter", Letter), ("paper", IssuedPaper)):
        own = model.select(model.id).where(model.backup_request == request_id)
        about |= (AuditEntry.subject_type == name) & AuditEntry.subject_id.in_(own)
    seen = 0
    while True:
        query = AuditEntry.select().where(about, AuditEntry.sequence > seen, AuditEntry.sequence <= until)
        rows = list(query.order_by(AuditEntry.sequence).limit(_CHUNK))
        yield from rows
        if len(rows) < _CHUNK:
            return
        seen = rows[-1].sequence


def people(name: str) -> list[int | None]:
    """Whose entries are meant by a name or part of one; None is the portal itself."""
    found: list[int | None] = [
        user.id
        for user in User.select(User.id).where(User.name.contains(name) | (User.username == name)).limit(20)
    ]
    return [*found, None] if name.lower() == "lumbung" else found


def names() -> list[str]:
    """Everybody's name, for whoever types one."""
    return [user.name for user in User.select(User.name).order_by(User.name).limit(500)]


def request_id(number: str) -> int | None:
    """The request that carries a number, or None."""
    found = BackupRequest.select(BackupRequest.id).where(BackupRequest.number == number.upper()).first()
    return found.id if found else None


def server_id(name: str) -> int | None:
    """The server that carries a name, or None."""
    found = Server.select(Server.id).where(Server.name == name).first()
    return found.id if found else None


def numbers(request_ids: Iterable[int]) -> dict[int, str]:
    """The numbers of requests by their ids; drafts have none."""
    rows = BackupRequest.select(BackupRequest.id, BackupRequest.number)
    return {row.id: row.number for row in rows.where(BackupRequest.id.in_(list(request_ids))) if row.number}


def server_names(server_ids: Iterable[int]) -> dict[int, str]:
    """The names of servers by their ids."""
    rows = Server.select(Server.id, Server.name).where(Server.id.in_(list(server_ids)))
    return {row.id: row.name for row in rows}


def _search_words(wanted: Filter, after: Place | None, most: int) -> Found:
    """The same with words: in REACH entries, and where to go on from there."""
    plain = replace(wanted, words="")
    edge = _ordered(_narrowed(plain, after)).offset(REACH - 1).first()
    query = _narrowed(plain, after)
    if edge is not None:
        query = query.where(_not_before(edge))
    for word in wanted.words.split()[:8]:
        query = query.where(_holds(word))
    rows = list(_ordered(query).limit(most + 1))
    if len(rows) > most:
        return Found(rows[:most], _place(rows[most - 1]))
    return Found(rows, _place(edge), edge) if edge is not None else Found(rows, None)


def _piece(wanted: Filter, after: Place | None, most: int) -> list[AuditEntry]:
    """The next `most` entries. Those of several people are read one by one, each in the order of an index."""
    if len(wanted.actors) < 2:
        return list(_ordered(_narrowed(wanted, after)).limit(most))
    rows: list[AuditEntry] = []
    for actor in wanted.actors:
        rows.extend(_ordered(_narrowed(replace(wanted, actors=(actor,)), after)).limit(most))
    return sorted(rows, key=lambda row: (row.at, row.sequence), reverse=True)[:most]


def _narrowed(wanted: Filter, after: Place | None) -> Any:
    query = AuditEntry.select()
    if wanted.actors:
        theirs = (
            AuditEntry.actor.is_null() if actor is None else AuditEntry.actor == actor
            for actor in wanted.actors
        )
        query = query.where(reduce(or_, theirs))
    if wanted.tag:
        query = query.where(AuditEntry.tag == wanted.tag)
    if wanted.subject_type:
        query = query.where(AuditEntry.subject_type == wanted.subject_type)
    if wanted.subject_id is not None:
        query = query.where(AuditEntry.subject_id == wanted.subject_id)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    if after:
        older = (AuditEntry.at < after.at) | (AuditEntry.sequence < after.sequence)
        query = query.where(AuditEntry.at <= after.at, older)
    return query


def _ordered(query: Any) -> Any:
    return query.order_by(AuditEntry.at.desc(), AuditEntry.sequence.desc())


def _place(entry: AuditEntry) -> Place:
    return Place(entry.at, entry.sequence)


def _not_before(edge: AuditEntry) -> Any:
    return (AuditEntry.at > edge.at) | ((AuditEntry.at == edge.at) & (AuditEntry.sequence >= edge.sequence))


def _holds(word: str) -> Any:
    found = AuditEntry.actor_name.contains(word) | AuditEntry.tag.contains(word)
    if _is_number(word):
        return found | (AuditEntry.sequence == int(word)) | (AuditEntry.subject_id == int(word))
    # What an entry tells is JSON; a number or a name in it is found as it is written there.
    # SQLite keeps it with what is not ASCII escaped.
    data = AuditEntry.data.cast("TEXT")
    for form in {word, json.dumps(word)[1:-1]}:
        found |= data.contains(form)
    return found


def _says(entry: AuditEntry, words: list[str]) -> bool:
    """The same as `_holds` for entries that were read anyway."""
    said = f"{entry.actor_name}\n{entry.tag}".lower()
    data = json.dumps(entry.data, ensure_ascii=False).lower()
    numbers = (entry.sequence, entry.subject_id)
    return all(word in said or (int(word) in numbers if _is_number(word) else word in data) for word in words)


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) < DIGITS_MAX
