"""Papers as the files that went out, numbers that became void, the office's own texts, replies in the making, scans."""

from peewee import (
    CharField,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    Model,
    TextField,
)


def up(migrator, db):
    class Stub(Model):
        class Meta:
            database = db

    class User(Stub):
        class Meta:
            table_name = "user"

    class BackupRequest(Stub):
        class Meta:
            table_name = "backup_request"

    class Letter(Stub):
        class Meta:
            table_name = "letter"

    class IssuedPaper(Stub):
        subject = CharField(max_length=48)
        edition = IntegerField()
        kind = CharField(max_length=16)
        backup_request = ForeignKeyField(BackupRequest, null=True, on_delete="RESTRICT")
        letter = ForeignKeyField(Letter, null=True, on_delete="RESTRICT")
        code = CharField(max_length=32, unique=True)
        number = CharField(max_length=80, default="")
        dated = DateField()
        post = CharField(max_length=200, default="")
        data = JSONField()
        sha256 = CharField(max_length=64, unique=True, null=True)
        size_bytes = IntegerField(null=True)
        seal = CharField(max_length=64, default="")
        sealed_at = DateTimeField(null=True)
        revision = IntegerField(null=True)
        withdrawn_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            table_name = "issued_paper"
            indexes = ((("subject", "edition"), True),)

    class PaperStyle(Stub):
        version = IntegerField(unique=True)
        content = JSONField()
        made_by = ForeignKeyField(User, on_delete="RESTRICT")
        made_at = DateTimeField(index=True)

        class Meta:
            table_name = "paper_style"

    class ReplyDraft(Stub):
        backup_request = ForeignKeyField(BackupRequest, unique=True, on_delete="RESTRICT")
        drafted = TextField()
        text = TextField()
        written_by = ForeignKeyField(User, on_delete="RESTRICT")
        written_at = DateTimeField()

        class Meta:
            table_name = "reply_draft"

    db.create_tables([IssuedPaper, PaperStyle, ReplyDraft])
    voided_by = ForeignKeyField(User, field=User.id, null=True, on_delete="RESTRICT")
    replaces = ForeignKeyField(Letter, field=Letter.id, null=True, on_delete="RESTRICT")
    scan_of = ForeignKeyField(IssuedPaper, field=IssuedPaper.id, null=True, on_delete="RESTRICT")
    migrator.migrate(
        migrator.add_column("letter", "voided_at", DateTimeField(null=True)),
        migrator.add_column("letter", "void_reason", TextField(default="")),
        migrator.add_column("letter", "voided_by_id", voided_by),
        migrator.add_column("letter", "replaces_id", replaces),
        migrator.add_column("attachment", "scan_of_id", scan_of),
    )


def down(migrator, db):
    migrator.migrate(
        migrator.drop_column("attachment", "scan_of_id"),
        *[
            migrator.drop_column("letter", name)
            for name in ("replaces_id", "voided_by_id", "void_reason", "voided_at")
        ],
        *[migrator.drop_table(name) for name in ("reply_draft", "paper_style", "issued_paper")],
    )
