"""Due times that a change of the calendar moved, whose desk a message is for, and who wants mails in one a day."""

from peewee import CharField, DateTimeField, ForeignKeyField, JSONField, Model


def up(migrator, db):
    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class BackupRequest(Model):
        class Meta:
            database = db
            table_name = "backup_request"

    class DueMove(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        step = CharField(max_length=32)
        entered_at = DateTimeField()
        old_due = DateTimeField()
        new_due = DateTimeField()
        change = JSONField()
        actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        created_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "due_move"

    db.create_tables([DueMove])
    unit = ForeignKeyField(Unit, field=Unit.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("outbox_event", "audience_unit_id", unit),
        migrator.add_column("user", "mail_rhythm", CharField(max_length=8, default="single")),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column("user", "mail_rhythm"),
        migrator.drop_column("outbox_event", "audience_unit_id"),
        migrator.drop_table("due_move"),
    )
