"""The checks of the trail's chain, findings that are no server's, and the orders in which long lists are read."""

from peewee import BooleanField, CharField, DateTimeField, ForeignKeyField, IntegerField, Model

INDEXES = (
    ("audit_entry", ("at", "sequence")),
    ("audit_entry", ("actor_id", "at", "sequence")),
    ("audit_entry", ("tag", "at", "sequence")),
    ("audit_entry", ("subject_type", "at", "sequence")),
    ("audit_entry", ("subject_type", "subject_id", "at", "sequence")),
    ("backup_request", ("updated_at", "id")),
    ("backup_request", ("requester_id", "updated_at", "id")),
    ("backup_request", ("unit_id", "updated_at", "id")),
    ("backup_request", ("step", "updated_at", "id")),
    ("backup_request", ("step", "due_at", "id")),
)


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class AuditCheck(Model):
        whole = BooleanField()
        via = CharField(max_length=8)
        asked_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        started_at = DateTimeField()
        first = IntegerField()
        sequence = IntegerField()
        head = CharField(max_length=64)
        target = IntegerField()
        finished_at = DateTimeField(null=True, index=True)
        broken_at = IntegerField(null=True)

        class Meta:
            database = db
            table_name = "audit_check"

    db.create_tables([AuditCheck])
    migrator.migrate(
        migrator.drop_not_null("finding", "server_id"),
        *(migrator.add_index(table, columns) for table, columns in INDEXES),
    )


def down(migrator, db):
    for table, columns in INDEXES:
        migrator.migrate(migrator.drop_index(table, f"{table}_{'_'.join(columns)}"))
    migrator.migrate(migrator.drop_table("audit_check"), migrator.add_not_null("finding", "server_id"))
