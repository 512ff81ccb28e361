"""Which copies also lie in the second vault, how the vault fills, and why a hold was lifted."""

from peewee import BigIntegerField, CharField, DateTimeField, Model, TextField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("snapshot", "second_at", DateTimeField(null=True)),
        migrator.add_column("legal_hold", "lift_reason", TextField(default="")),
    )

    class VaultRoom(Model):
        day = CharField(max_length=10, unique=True)
        measured_at = DateTimeField()
        free_bytes = BigIntegerField()
        total_bytes = BigIntegerField()

        class Meta:
            database = db
            table_name = "vault_room"

    db.create_tables([VaultRoom])


def down(migrator, db):
    migrator.migrate(
        migrator.drop_table("vault_room"),
        migrator.drop_column("legal_hold", "lift_reason"),
        migrator.drop_column("snapshot", "second_at"),
    )
