"""When a letter told a requester that the work is postponed."""

from peewee import DateTimeField


def up(migrator, db):
    migrator.migrate(migrator.add_column("backup_request", "told_at", DateTimeField(null=True)))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("backup_request", "told_at"))
