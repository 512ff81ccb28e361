"""The room of each place where copies lie: the vault, the machine of the repositories, the second vault."""

from peewee import BigIntegerField, CharField, DateTimeField, Model

FIELDS = ("day", "measured_at", "free_bytes", "total_bytes")


def up(migrator, db):
    class VaultRoom(Model):
        place = CharField(max_length=16, default="vault")
        day = CharField(max_length=10)
        measured_at = DateTimeField()
        free_bytes = BigIntegerField()
        total_bytes = BigIntegerField()

        class Meta:
            database = db
            table_name = "vault_room"
            indexes = ((("place", "day"), True),)

    _made_anew(db, VaultRoom, {"place": "vault"})


def down(migrator, db):
    class VaultRoom(Model):
        day = CharField(max_length=10, unique=True)
        measured_at = DateTimeField()
        free_bytes = BigIntegerField()
        total_bytes = BigIntegerField()

        class Meta:
            database = db
            table_name = "vault_room"

    db.execute_sql("DELETE FROM vault_room WHERE place <> 'vault'")
    _made_anew(db, VaultRoom, {})


def _made_anew(db, model, more):
    rows = db.execute_sql(f"SELECT {', '.join(FIELDS)} FROM vault_room").fetchall()  # nosec B608
    db.drop_tables([model])
    db.create_tables([model])
    for row in rows:
        model.insert(**dict(zip(FIELDS, row, strict=True)), **more).execute()
