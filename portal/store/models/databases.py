"""How the databases of a server are signed in to."""

from __future__ import annotations

from peewee import CharField, ForeignKeyField, IntegerField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.servers import Server


class DatabaseAccess(Table):
    """The way to one engine of a server (schemas.database.AccessSpec). `sealed` holds the password, sealed with a key
    that lies in <secrets> (operations.sealing); empty where the account of the operating system is enough."""

    server = ForeignKeyField(Server, backref="database_accesses", on_delete="RESTRICT")
    server_id: int
    engine = CharField(max_length=16)
    method = CharField(max_length=16)
    username = CharField(max_length=80)
    host = CharField(max_length=253, default="")
    port = IntegerField(default=0)
    sealed = TextField(default="")
    changed_by = ForeignKeyField(User, on_delete="RESTRICT")
    changed_by_id: int
    changed_at = InstantField(default=now)

    class Meta:
        table_name = "database_access"
        indexes = ((("server", "engine"), True),)
