"""Requests about a service that exists, the versions of a grant, and what requesters say of the service."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class BackupRequest(Model):
        class Meta:
            database = db
            table_name = "backup_request"

    class Grant(Model):
        class Meta:
            database = db
            table_name = "grant"

    migrator.migrate(
        migrator.add_column("backup_request", "kind", CharField(max_length=16, default="service")),
        migrator.add_column(
            "backup_request",
            "about_id",
            ForeignKeyField(BackupRequest, field=BackupRequest.id, null=True, on_delete="RESTRICT"),
        ),
    )

    class GrantVersion(Model):
        grant = ForeignKeyField(Grant, on_delete="RESTRICT")
        number = IntegerField()
        kind = CharField(max_length=16)
        backup_request = ForeignKeyField(BackupRequest, unique=True, on_delete="RESTRICT")
        scope = JSONField()
        digest = CharField(max_length=64)
        starts_at = DateTimeField()
        ends_at = DateTimeField()
        approved_by = ForeignKeyField(User, on_delete="RESTRICT")
        approved_at = DateTimeField()
        effective_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "grant_version"
            indexes = ((("grant", "number"), True),)

    class Survey(Model):
        backup_request = ForeignKeyField(BackupRequest, unique=True, on_delete="RESTRICT")
        user = ForeignKeyField(User, on_delete="RESTRICT")
        ease = IntegerField(null=True)
        speed = IntegerField(null=True)
        result = IntegerField(null=True)
        remark = TextField(default="")
        created_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "survey"

    db.create_tables([GrantVersion, Survey])


def down(migrator, db):
    migrator.migrate(
        migrator.drop_table("survey"),
        migrator.drop_table("grant_version"),
        migrator.drop_column("backup_request", "about_id"),
        migrator.drop_column("backup_request", "kind"),
    )
