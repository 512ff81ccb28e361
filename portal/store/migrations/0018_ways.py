"""The ways by which the desks read decisions and what waits, however many there are."""

INDEXES = (
    ("disposition", ("backup_request_id", "actor_id")),
    ("disposition", ("actor_id", "created_at", "id")),
    ("backup_request", ("step", "due_at", "paused_at", "requester_id", "unit_id")),
)
PAUSED = (
    "CREATE INDEX backup_request_paused ON backup_request (step, due_at, id, requester_id, unit_id)"
    " WHERE paused_at IS NOT NULL"
)


def up(migrator, db):
    migrator.migrate(*(migrator.add_index(table, columns) for table, columns in INDEXES))
    db.execute_sql(PAUSED)


def down(migrator, db):
    for table, columns in INDEXES:
        migrator.migrate(migrator.drop_index(table, f"{table}_{'_'.join(columns)}"))
    db.execute_sql("DROP INDEX backup_request_paused")
