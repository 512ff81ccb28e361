"""The index of words anywhere in requests, where the database is SQLite: a trigram table that triggers keep.

It is looked after at every start and not by a migration alone: a later migration that changes a column of the requests
makes their table anew, and its triggers are gone without a word.
"""

from __future__ import annotations

from typing import Any

TABLE = "request_words"
TRIGGERS = {
    "request_words_added": """AFTER INSERT ON backup_request BEGIN
        INSERT INTO request_words (rowid, number, search) VALUES (new.id, new.number, new.search); END""",
    "request_words_removed": """AFTER DELETE ON backup_request BEGIN
        INSERT INTO request_words (request_words, rowid, number, search)
        VALUES ('delete', old.id, old.number, old.search); END""",
    "request_words_changed": """AFTER UPDATE OF number, search ON backup_request
        WHEN old.number IS NOT new.number OR old.search IS NOT new.search BEGIN
        INSERT INTO request_words (request_words, rowid, number, search)
        VALUES ('delete', old.id, old.number, old.search);
        INSERT INTO request_words (rowid, number, search) VALUES (new.id, new.number, new.search); END""",
}


def keep(database: Any) -> None:
    """Make what of the index is missing, and fill it anew when something was."""
    named = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'request_words_%'"
    if database.execute_sql(named).fetchone()[0] == len(TRIGGERS):
        return
    with database.atomic("IMMEDIATE"):
        database.execute_sql(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5("
            "number, search, content='backup_request', content_rowid='id', tokenize='trigram')"
        )
        for name, deed in TRIGGERS.items():
            database.execute_sql(f"CREATE TRIGGER IF NOT EXISTS {name} {deed}")
        fill(database)


def fill(database: Any) -> None:
    """Fill the index from the requests as they stand."""
    database.execute_sql(f"INSERT INTO {TABLE} ({TABLE}) VALUES ('rebuild')")  # nosec B608


def rest(database: Any) -> None:
    """Let the index rest while very many requests are brought in; `keep` fills it again."""
    for name in TRIGGERS:
        database.execute_sql(f"DROP TRIGGER IF EXISTS {name}")
