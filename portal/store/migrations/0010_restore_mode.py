"""Restores of databases: how they come back."""

from peewee import CharField


def up(migrator, db):
    migrator.migrate(migrator.add_column("restore", "mode", CharField(max_length=8, default="")))


def down(migrator, db):
    migrator.migrate(migrator.drop_column("restore", "mode"))
