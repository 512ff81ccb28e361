"""Mirrors, and what was let pass their guard."""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    TextField,
)


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Server(Model):
        class Meta:
            database = db
            table_name = "server"

    class BackupRequest(Model):
        class Meta:
            database = db
            table_name = "backup_request"

    class Run(Model):
        class Meta:
            database = db
            table_name = "run"

    class Mirror(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        path = CharField(max_length=4096)
        target_kind = CharField(max_length=16, default="vault")
        target_server = ForeignKeyField(Server, null=True, on_delete="RESTRICT")
        target_path = CharField(max_length=4096, default="")
        max_count = IntegerField()
        max_share = IntegerField()
        sentinel = CharField(max_length=255, default="")
        quarantine_days = IntegerField()
        every_hours = IntegerField(default=0)
        mount = JSONField(null=True)
        in_step_at = DateTimeField(null=True, index=True)
        in_step_run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        last_run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        entry_count = BigIntegerField(null=True)
        total_bytes = BigIntegerField(null=True)
        active = BooleanField(default=True)
        open_key = CharField(max_length=64, unique=True, null=True)
        created_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "mirror"

    db.create_tables([Mirror])

    class MirrorPass(Model):
        mirror = ForeignKeyField(Mirror, on_delete="RESTRICT")
        stopped_run = ForeignKeyField(Run, unique=True, on_delete="RESTRICT")
        digest = CharField(max_length=64)
        note = TextField()
        allowed_by = ForeignKeyField(User, on_delete="RESTRICT")
        allowed_at = DateTimeField()
        expires_at = DateTimeField()
        used_by = ForeignKeyField(Run, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "mirror_pass"

    db.create_tables([MirrorPass])


def down(migrator, db):
    for table in ("mirror_pass", "mirror"):
        migrator.migrate(migrator.drop_table(table))
