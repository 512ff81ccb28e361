"""The policy in versions, and break-glass with its review."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Server(Model):
        class Meta:
            database = db
            table_name = "server"

    class Run(Model):
        class Meta:
            database = db
            table_name = "run"

    class PolicyVersion(Model):
        number = IntegerField(unique=True)
        terms = JSONField()
        digest = CharField(max_length=64)
        note = TextField()
        valid_from = DateTimeField(index=True)
        published_by = ForeignKeyField(User, on_delete="RESTRICT")
        published_at = DateTimeField()
        seen_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        seen_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "policy_version"

    class Emergency(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        sources = JSONField()
        reason = TextField()
        digest = CharField(max_length=64)
        idempotency_key = CharField(max_length=64, unique=True)
        opened_by = ForeignKeyField(User, on_delete="RESTRICT")
        opened_at = DateTimeField(index=True)
        expires_at = DateTimeField()
        run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        verdict = CharField(max_length=16, default="")
        note = TextField(default="")
        closed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        closed_at = DateTimeField(null=True, index=True)

        class Meta:
            database = db
            table_name = "emergency"

    db.create_tables([PolicyVersion, Emergency])


def down(migrator, db):
    for table in ("emergency", "policy_version"):
        migrator.migrate(migrator.drop_table(table))
