"""Words in requests: one function says which requests hold them, on SQLite by a trigram index that triggers keep, on
PostgreSQL by one of pg_trgm where the database has it."""

from __future__ import annotations

from typing import Any

from peewee import SQL, fn

from portal.store.db import database, is_sqlite
from portal.store.models import BackupRequest
from portal.store.request_words import TABLE

SHORTEST = 3
"""Letters of a word that the index knows."""
MANY = 1000
"""Words that more requests hold are met so often that reading the newest first finds a page of them at once."""
NEWEST = 10_000
"""How many of the newest requests are read for words that are all too short for the index."""
WORDS_MAX = 8


def of(text: str) -> list[str]:
    """The words of what was typed, as they are looked for."""
    return text.lower().split()[:WORDS_MAX]


def holding(text: str) -> Any:
    """A condition on requests: number or form holds every word, anywhere in it."""
    typed = of(text)
    if not typed:
        return BackupRequest.id.is_null(False)
    known = [word for word in typed if len(word) >= SHORTEST]
    if known and not _are_many(known):
        return _all(_those(known), [word for word in typed if len(word) < SHORTEST])
    return _all(BackupRequest.id.is_null(False) if known else _newest(), typed)


def are_common(text: str) -> bool:
    """Whether so many requests hold the words that nobody counts them."""
    known = [word for word in of(text) if len(word) >= SHORTEST]
    return bool(known) and _are_many(known)


def unit_renamed(unit_id: int, old: str, new: str) -> None:
    """Let the requests of a unit be found by its new name."""
    changed = fn.REPLACE(BackupRequest.search, old.lower(), new.lower())
    BackupRequest.update(search=changed).where(BackupRequest.unit == unit_id).execute()


def _are_many(typed: list[str]) -> bool:
    """Whether more than MANY requests hold all words."""
    if is_sqlite():
        sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ? LIMIT ?"  # nosec B608 (a constant)
        found = len(database.execute_sql(sql, (_asked(typed), MANY + 1)).fetchall())
    else:
        query = BackupRequest.select(BackupRequest.id).where(_those(typed))
        found = query.limit(MANY + 1).count()
    return found > MANY


def _those(typed: list[str]) -> Any:
    """The requests that hold all words, found by the index."""
    if not is_sqlite():
        return _all(BackupRequest.id.is_null(False), typed)
    sql = f"(SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ?)"  # nosec B608 (a constant)
    return BackupRequest.id.in_(SQL(sql, [_asked(typed)]))


def _asked(typed: list[str]) -> str:
    return " ".join('"' + word.replace('"', '""') + '"' for word in typed)


def _newest() -> Any:
    last = BackupRequest.select(BackupRequest.id).order_by(BackupRequest.id.desc()).first()
    return BackupRequest.id > (last.id - NEWEST if last else 0)


def _all(condition: Any, typed: list[str]) -> Any:
    for word in typed:
        condition &= BackupRequest.search.contains(word) | BackupRequest.number.contains(word)
    return condition
