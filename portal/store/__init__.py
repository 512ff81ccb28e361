"""The archive: models, the read side (`queries/`) and migrations. The only place that knows peewee."""
