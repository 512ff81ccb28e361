"""The papers that went out, as files; the office's own letterhead and texts; replies in the making."""

from __future__ import annotations

from peewee import CharField, DateField, ForeignKeyField, IntegerField, JSONField, TextField

from portal.store.db import InstantField, Table, now
from portal.store.models.letters import Letter
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class IssuedPaper(Table):
    """A paper as it was signed: `data` says all that it says, frozen in the commit that signed it. The file follows at
    once (operations.issued): `sha256` names its bytes under var/papers, for ever the same.

    `subject` is what it is the paper of (`letter:9`, `request:4`, `run:5`, `cut:3`); what grows over the desks or
    became void has several editions, of which the newest one is handed out. One whose decision was taken back is
    `withdrawn_at`; `revision` is what the request became by that decision. `code` leads from the paper in a hand to
    /verifikasi and cannot be guessed; `post` is the signer's, with Plh. where it was one.
    """

    subject = CharField(max_length=48)
    edition = IntegerField()
    kind = CharField(max_length=16)
    backup_request = ForeignKeyField(BackupRequest, null=True, backref="issued_papers", on_delete="RESTRICT")
    backup_request_id: int | None
    letter = ForeignKeyField(Letter, null=True, backref="issued_papers", on_delete="RESTRICT")
    letter_id: int | None
    code = CharField(max_length=32, unique=True)
    number = CharField(max_length=80, default="")
    dated = DateField()
    post = CharField(max_length=200, default="")
    data = JSONField()
    sha256 = CharField(max_length=64, unique=True, null=True)
    size_bytes = IntegerField(null=True)
    seal = CharField(max_length=64, default="")
    sealed_at = InstantField(null=True)
    revision = IntegerField(null=True)
    withdrawn_at = InstantField(null=True)
    created_at = InstantField(default=now)

    class Meta:
        table_name = "issued_paper"
        indexes = ((("subject", "edition"), True),)


class PaperStyle(Table):
    """A version of the letterhead and the texts that papers are printed with; a paper keeps the one it was signed
    under."""

    version = IntegerField(unique=True)
    content = JSONField()
    made_by = ForeignKeyField(User, on_delete="RESTRICT")
    made_by_id: int
    made_at = InstantField(default=now, index=True)

    class Meta:
        table_name = "paper_style"


class ReplyDraft(Table):
    """The reply that the Kabag TU is writing: `drafted` is what the decision gave, `text` what it has become."""

    backup_request = ForeignKeyField(BackupRequest, unique=True, on_delete="RESTRICT")
    backup_request_id: int
    drafted = TextField()
    text = TextField()
    written_by = ForeignKeyField(User, on_delete="RESTRICT")
    written_by_id: int
    written_at = InstantField(default=now)

    class Meta:
        table_name = "reply_draft"
