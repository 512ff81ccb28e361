"""Where an account and a role came from: this office, or the directory (LDAP)."""

from peewee import CharField


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("user", "source", CharField(max_length=8, default="local")),
        migrator.add_column("role_holding", "source", CharField(max_length=8, default="hand")),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column("role_holding", "source"),
        migrator.drop_column("user", "source"),
    )
