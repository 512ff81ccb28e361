"""Findings, the check in parts, retention with its holds and cuts, and when a copy was removed."""

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

    class Run(Model):
        class Meta:
            database = db
            table_name = "run"

    class Snapshot(Model):
        class Meta:
            database = db
            table_name = "snapshot"

    removed_by = ForeignKeyField(Run, field=Run.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("snapshot", "removed_at", DateTimeField(null=True)),
        migrator.add_column("snapshot", "removed_by_id", removed_by),
    )

    class Finding(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        kind = CharField(max_length=24, index=True)
        severity = CharField(max_length=8, default="bad")
        code = CharField(max_length=64)
        context = JSONField(default=dict)
        run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        last_proven = ForeignKeyField(Snapshot, null=True, on_delete="RESTRICT")
        open_key = CharField(max_length=160, unique=True, null=True)
        raised_at = DateTimeField(index=True)
        closed_at = DateTimeField(null=True)
        closed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        note = TextField(default="")

        class Meta:
            database = db
            table_name = "finding"

    db.create_tables([Finding])

    class VaultState(Model):
        server = ForeignKeyField(Server, unique=True, on_delete="RESTRICT")
        parts = IntegerField()
        next_part = IntegerField(default=1)
        circle_began_at = DateTimeField(null=True)
        circle_clean = BooleanField(default=True)
        circle_completed_at = DateTimeField(null=True)
        checked_at = DateTimeField(null=True)
        repository_bytes = BigIntegerField(null=True)
        measured_at = DateTimeField(null=True)
        second_copied_at = DateTimeField(null=True)
        second_bytes = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "vault_state"

    db.create_tables([VaultState])

    class RetentionRule(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        version = IntegerField()
        last = IntegerField()
        daily = IntegerField()
        weekly = IntegerField()
        monthly = IntegerField()
        yearly = IntegerField()
        set_by = ForeignKeyField(User, on_delete="RESTRICT")
        set_at = DateTimeField()

        class Meta:
            database = db
            table_name = "retention_rule"
            indexes = ((("server", "version"), True),)

    db.create_tables([RetentionRule])

    class LegalHold(Model):
        snapshot = ForeignKeyField(Snapshot, on_delete="RESTRICT")
        reason = TextField()
        placed_by = ForeignKeyField(User, on_delete="RESTRICT")
        placed_at = DateTimeField()
        lifted_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        lifted_at = DateTimeField(null=True)
        open_key = IntegerField(unique=True, null=True)

        class Meta:
            database = db
            table_name = "legal_hold"

    db.create_tables([LegalHold])

    class RetentionCut(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        rule = ForeignKeyField(RetentionRule, on_delete="RESTRICT")
        listed = JSONField()
        digest = CharField(max_length=64)
        state = CharField(max_length=16, default="requested")
        open_key = IntegerField(unique=True, null=True)
        requested_by = ForeignKeyField(User, on_delete="RESTRICT")
        requested_at = DateTimeField()
        decided_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        decided_at = DateTimeField(null=True)
        note = TextField(default="")
        run = ForeignKeyField(Run, null=True, on_delete="RESTRICT")
        done_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "retention_cut"

    db.create_tables([RetentionCut])


def down(migrator, db):
    for table in ("retention_cut", "legal_hold", "retention_rule", "vault_state", "finding"):
        migrator.migrate(migrator.drop_table(table))
    migrator.migrate(
        migrator.drop_column("snapshot", "removed_by_id"), migrator.drop_column("snapshot", "removed_at")
    )
