"""Who opened a request first at its present desk, decisions that were taken back, notes and questions."""

from peewee import CharField, DateTimeField, ForeignKeyField, JSONField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class BackupRequest(Model):
        class Meta:
            database = db
            table_name = "backup_request"

    class Remark(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        kind = CharField(max_length=16)
        step = CharField(max_length=32)
        text = TextField()
        author = ForeignKeyField(User, on_delete="RESTRICT")
        idempotency_key = CharField(max_length=64, unique=True)
        created_at = DateTimeField()
        answer = TextField(default="")
        answered_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        answered_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "remark"

    db.create_tables([Remark])
    opened_by = ForeignKeyField(User, field=User.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("backup_request", "opened_at", DateTimeField(null=True)),
        migrator.add_column("backup_request", "opened_by_id", opened_by),
        migrator.add_column("disposition", "before", JSONField(null=True)),
        migrator.add_column("disposition", "undone_at", DateTimeField(null=True)),
        migrator.add_column("letter", "withdrawn_at", DateTimeField(null=True)),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column("letter", "withdrawn_at"),
        migrator.drop_column("disposition", "undone_at"),
        migrator.drop_column("disposition", "before"),
        migrator.drop_column("backup_request", "opened_by_id"),
        migrator.drop_column("backup_request", "opened_at"),
        migrator.drop_table("remark"),
    )
