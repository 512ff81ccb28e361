"""Acting officials, and by which mandate a decision was made and a letter signed."""

from peewee import CharField, DateField, DateTimeField, ForeignKeyField, JSONField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Unit(Model):
        class Meta:
            database = db
            table_name = "unit"

    class Delegation(Model):
        kind = CharField(max_length=8)
        role = CharField(max_length=32, index=True)
        unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
        post = CharField(max_length=160)
        holder = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        deputy = ForeignKeyField(User, on_delete="RESTRICT")
        letter_number = CharField(max_length=80)
        letter_date = DateField()
        first_day = DateField()
        last_day = DateField()
        starts_at = DateTimeField(index=True)
        ends_at = DateTimeField(index=True)
        steps = JSONField(default=list)
        granted_by = ForeignKeyField(User, on_delete="RESTRICT")
        granted_at = DateTimeField()
        idempotency_key = CharField(max_length=64, unique=True)
        ended_at = DateTimeField(null=True)
        ended_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        end_reason = TextField(default="")

        class Meta:
            database = db
            table_name = "delegation"

    db.create_tables([Delegation])
    link = {"field": Delegation.id, "null": True, "on_delete": "RESTRICT"}
    migrator.migrate(
        *[
            migrator.add_column(table, "delegation_id", ForeignKeyField(Delegation, **link))
            for table in ("disposition", "letter")
        ]
    )


def down(migrator, db):
    for table in ("disposition", "letter"):
        migrator.migrate(
            migrator.drop_index(table, f"{table}_delegation_id"),
            migrator.drop_column(table, "delegation_id"),
        )
    migrator.migrate(migrator.drop_table("delegation"))
