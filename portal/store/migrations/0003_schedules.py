"""Schedules, and what became of each of their due times."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model


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

    class Schedule(Model):
        name = CharField(max_length=80)
        kind = CharField(max_length=24, default="backup")
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        rule = JSONField()
        state = CharField(max_length=8, default="active", index=True)
        revision = IntegerField(default=0)
        begins_at = DateTimeField()
        idempotency_key = CharField(max_length=64, unique=True)
        created_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()
        changed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        changed_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "schedule"

    db.create_tables([Schedule])

    class ScheduledRun(Model):
        schedule = ForeignKeyField(Schedule, on_delete="RESTRICT")
        due_at = DateTimeField()
        state = CharField(max_length=8)
        code = CharField(max_length=64, default="")
        context = JSONField(default=dict)
        run = ForeignKeyField(Run, null=True, unique=True, on_delete="RESTRICT")
        settled_at = DateTimeField()

        class Meta:
            database = db
            table_name = "scheduled_run"
            indexes = ((("schedule", "due_at"), True),)

    db.create_tables([ScheduledRun])


def down(migrator, db):
    for table in ("scheduled_run", "schedule"):
        migrator.migrate(migrator.drop_table(table))
