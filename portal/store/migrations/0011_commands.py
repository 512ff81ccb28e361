"""Commands that run on a server before and after its backup."""

from peewee import TextField


def up(migrator, db):
    migrator.migrate(
        *[migrator.add_column("server", name, TextField(default="")) for name in ("before", "after")]
    )


def down(migrator, db):
    migrator.migrate(*[migrator.drop_column("server", name) for name in ("before", "after")])
