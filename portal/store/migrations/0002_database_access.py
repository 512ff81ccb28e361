"""How the databases of a server are signed in to."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class Server(Model):
        class Meta:
            database = db
            table_name = "server"

    class DatabaseAccess(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        engine = CharField(max_length=16)
        method = CharField(max_length=16)
        username = CharField(max_length=80)
        host = CharField(max_length=253, default="")
        port = IntegerField(default=0)
        sealed = TextField(default="")
        changed_by = ForeignKeyField(User, on_delete="RESTRICT")
        changed_at = DateTimeField()

        class Meta:
            database = db
            table_name = "database_access"
            indexes = ((("server", "engine"), True),)

    db.create_tables([DatabaseAccess])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("database_access"))
