"""When a person put the introduction to the portal away."""

from peewee import DateTimeField


def up(migrator, db):
    migrator.migrate(migrator.add_column("user", "welcomed_at", DateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("user", "welcomed_at"))
