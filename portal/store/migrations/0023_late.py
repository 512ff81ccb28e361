"""What is late is counted by an index alone."""

COLUMNS = ("due_at", "paused_at", "closed_at")
BEFORE = "backuprequest_due_at"


def up(migrator, db):
    migrator.migrate(
        migrator.drop_index("backup_request", BEFORE),
        migrator.add_index("backup_request", COLUMNS),
    )


def down(migrator, db):
    migrator.migrate(migrator.drop_index("backup_request", "_".join(("backup_request", *COLUMNS))))
    db.execute_sql(f"CREATE INDEX {BEFORE} ON backup_request (due_at)")
