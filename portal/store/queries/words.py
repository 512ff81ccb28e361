"""Words in requests: one function says which requests hold them, on SQLite by a trigram index that triggers keep, on
PostgreSQL by one of pg_trgm where the database has it."""

from __future__ import annotations

from dataclasses import dataclass
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
FEW = 300
"""So many requests are sooner read than the index is asked for a whole word."""
PARTS_MAX = 12
"""Parts of words that are looked at for being rare."""


def of(text: str) -> list[str]:
    """The words of what was typed, as they are looked for."""
    return text.lower().split()[:WORDS_MAX]


@dataclass(frozen=True, slots=True)
class Held:
    """Which requests hold the words: a condition on requests; `common` where so many do that nobody counts them."""

    condition: Any
    common: bool = False


def held(text: str) -> Held:
    """The requests whose number or form holds every word, anywhere in it. The index is asked here and once: what comes
    of it is a list of ids, or that there are many."""
    typed = of(text)
    if not typed:
        return Held(BackupRequest.id.is_null(False))
    known = [word for word in typed if len(word) >= SHORTEST]
    if not known:
        return Held(_all(_newest(), typed))
    found = _indexed(known, typed)
    if found is None:
        return Held(_all(BackupRequest.id.is_null(False), typed), common=True)
    return Held(BackupRequest.id.in_(found))


def holding(text: str) -> Any:
    """`held` as a condition alone."""
    return held(text).condition


def unit_renamed(unit_id: int, code: str, old: str, new: str) -> None:
    """Let the requests of a unit be found by its new name: the line after its code. What a form says stays."""
    before, after = (f"\n{code}\n{name}\n".lower() for name in (old, new))
    changed = fn.REPLACE(BackupRequest.search, before, after)
    BackupRequest.update(search=changed).where(BackupRequest.unit == unit_id).execute()


def _indexed(known: list[str], typed: list[str]) -> list[int] | None:
    """The requests that hold all that was typed, found by the words that the index knows; None where many do."""
    if not is_sqlite():
        found = _ids(_all(BackupRequest.id.is_null(False), typed))
    elif rare := _rare_part(known):
        # A word is looked for in all that holds its parts; where few hold one of them it is read in those few.
        sql = f"(SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ?)"  # nosec B608 (a constant)
        found = _ids(_all(BackupRequest.id.in_(SQL(sql, [rare])), typed))
    else:
        found = _matches(" ".join(map(_quoted, known)))
        if len(known) < len(typed) and len(found) <= MANY:
            found = _ids(_all(BackupRequest.id.in_(found), typed))
    return found if len(found) <= MANY else None


def _rare_part(typed: list[str]) -> str:
    """Three letters out of the words that no more than FEW requests hold, nothing where none were found. Numbers differ
    most at their end, so they are looked for from there."""
    parts = [word[at - SHORTEST : at] for word in typed for at in range(len(word), SHORTEST - 1, -1)]
    return next((asked for asked in map(_quoted, parts[:PARTS_MAX]) if _are_few(asked)), "")


def _are_few(asked: str) -> bool:
    sql = f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} WHERE {TABLE} MATCH ? LIMIT ?)"  # nosec B608 (a constant)
    return bool(database.execute_sql(sql, (asked, FEW + 1)).fetchone()[0] <= FEW)


def _matches(asked: str) -> list[int]:
    sql = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH ? LIMIT ?"  # nosec B608 (a constant)
    return [row_id for (row_id,) in database.execute_sql(sql, (asked, MANY + 1)).fetchall()]


def _ids(condition: Any) -> list[int]:
    query: Any = BackupRequest.select(BackupRequest.id).where(condition)
    return [row_id for (row_id,) in query.limit(MANY + 1).tuples()]


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _newest() -> Any:
    last = BackupRequest.select(BackupRequest.id).order_by(BackupRequest.id.desc()).first()
    return BackupRequest.id > (last.id - NEWEST if last else 0)


def _all(condition: Any, typed: list[str]) -> Any:
    for word in typed:
        condition &= BackupRequest.search.contains(word) | BackupRequest.number.contains(word)
    return condition
