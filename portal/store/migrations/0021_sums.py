"""The decisions of a month added up so far, and what came and went of requests counted by an index alone."""

from peewee import CharField, DateTimeField, IntegerField, JSONField, Model

INDEXES = (
    (("submitted_at",), ("submitted_at", "unit_id")),
    (("closed_at",), ("closed_at", "unit_id", "step", "outcome", "submitted_at")),
)
"""Each with the one that stands in its place."""


def up(migrator, db):
    class EvaluationSum(Model):
        month = CharField(max_length=7)
        scope = CharField(max_length=16)
        rules = IntegerField()
        until = DateTimeField(index=True)
        sums = JSONField()

        class Meta:
            database = db
            table_name = "evaluation_sum"
            indexes = ((("month", "scope"), True),)

    db.create_tables([EvaluationSum])
    for old, new in INDEXES:
        _exchange(migrator, old, new)


def down(migrator, db):
    for old, new in INDEXES:
        _exchange(migrator, new, old)
    migrator.migrate(migrator.drop_table("evaluation_sum"))


def _exchange(migrator, old, new):
    migrator.migrate(
        migrator.drop_index("backup_request", "_".join(("backup_request", *old))),
        migrator.add_index("backup_request", new),
    )
