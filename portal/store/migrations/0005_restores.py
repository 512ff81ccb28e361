"""Restores for people."""

from peewee import (
    BigIntegerField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    JSONField,
    Model,
    TextField,
)


def up(migrator, db):
    class Snapshot(Model):
        class Meta:
            database = db
            table_name = "snapshot"

    class Server(Model):
        class Meta:
            database = db
            table_name = "server"

    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Run(Model):
        class Meta:
            database = db
            table_name = "run"

    class Restore(Model):
        snapshot = ForeignKeyField(Snapshot, on_delete="RESTRICT")
        place = JSONField()
        size_bytes = BigIntegerField()
        file_count = BigIntegerField()
        kind = CharField(max_length=16)
        archive = CharField(max_length=8, default="")
        target_server = ForeignKeyField(Server, null=True, on_delete="RESTRICT")
        target_path = CharField(max_length=4096, default="")
        reason = TextField()
        state = CharField(max_length=16, default="requested", index=True)
        idempotency_key = CharField(max_length=64, unique=True)
        requested_by = ForeignKeyField(User, on_delete="RESTRICT")
        requested_at = DateTimeField(index=True)
        decided_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        decided_at = DateTimeField(null=True)
        note = TextField(default="")
        expires_at = DateTimeField(null=True)
        digest = CharField(max_length=64, default="")
        run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        done_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "restore"

    db.create_tables([Restore])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("restore"))
