"""The units' names among what a request is found by, and on PostgreSQL the index of words anywhere in it."""

from peewee import DatabaseError, PostgresqlDatabase

UNITS = """UPDATE backup_request SET search = search || chr(10) || (
    SELECT lower(unit.code) || chr(10) || lower(unit.name) FROM unit WHERE unit.id = backup_request.unit_id)"""


def up(migrator, db):
    if isinstance(db, PostgresqlDatabase):
        _on_postgresql(db)
        return
    # The index itself is kept by portal.store.request_words.
    db.execute_sql(UNITS.replace("chr(", "char("))


def _on_postgresql(db):
    db.execute_sql(UNITS)
    try:
        with db.savepoint():
            db.execute_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError:
        # Not installed, or not for this account: words are looked for row by row until an administrator adds it.
        return
    for column in ("search", "number"):
        db.execute_sql(
            f"CREATE INDEX backup_request_{column}_words ON backup_request USING gin ({column} gin_trgm_ops)"
        )


def down(migrator, db):
    if isinstance(db, PostgresqlDatabase):
        for column in ("search", "number"):
            db.execute_sql(f"DROP INDEX IF EXISTS backup_request_{column}_words")
