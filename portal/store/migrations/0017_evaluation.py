"""The evaluation: what was counted and issued, the office time of each decision, and the ways to count by month."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model

INDEXES = (
    ("disposition", ("created_at",)),
    ("run", ("finished_at", "kind", "state")),
    ("run", ("server_id", "kind", "state", "finished_at")),
    ("backup_request", ("submitted_at",)),
    ("backup_request", ("closed_at",)),
    ("grant", ("ends_at",)),
    ("scheduled_run", ("due_at", "state")),
)


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class IssuedPaper(Model):
        class Meta:
            database = db
            table_name = "issued_paper"

    class EvaluationMonth(Model):
        month = CharField(max_length=7)
        scope = CharField(max_length=16)
        rules = IntegerField()
        figures = JSONField()
        counted_at = DateTimeField()

        class Meta:
            database = db
            table_name = "evaluation_month"
            indexes = ((("month", "scope"), True),)

    class EvaluationReport(Model):
        month = CharField(max_length=7)
        edition = IntegerField()
        year = IntegerField()
        sequence = IntegerField()
        number = CharField(max_length=80, unique=True)
        paper = ForeignKeyField(IssuedPaper, unique=True, on_delete="RESTRICT")
        idempotency_key = CharField(max_length=64, unique=True)
        issued_by = ForeignKeyField(User, on_delete="RESTRICT")
        issued_at = DateTimeField(index=True)

        class Meta:
            database = db
            table_name = "evaluation_report"
            indexes = ((("month", "edition"), True), (("year", "sequence"), True))

    db.create_tables([EvaluationMonth, EvaluationReport])
    migrator.migrate(migrator.add_column("disposition", "office_seconds", IntegerField(null=True)))
    migrator.migrate(*[migrator.add_index(table, columns) for table, columns in INDEXES])


def down(migrator, db):
    for table, columns in INDEXES:
        migrator.migrate(migrator.drop_index(table, "_".join((table, *columns))))
    migrator.migrate(migrator.drop_column("disposition", "office_seconds"))
    for table in ("evaluation_report", "evaluation_month"):
        migrator.migrate(migrator.drop_table(table))
