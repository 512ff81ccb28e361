"""The first tables."""

from peewee import (
    BigIntegerField,
    BooleanField,
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
    class Unit(Model):
        code = CharField(unique=True, max_length=20)
        name = CharField(max_length=160)
        active = BooleanField(default=True)

        class Meta:
            database = db
            table_name = "unit"

    db.create_tables([Unit])

    class User(Model):
        username = CharField(unique=True, max_length=64)
        password_hash = CharField()
        name = CharField(max_length=120)
        nip = CharField(max_length=18)
        email = CharField(max_length=254)
        phone = CharField(max_length=32, default="")
        post = CharField(max_length=160, default="")
        unit = ForeignKeyField(Unit, on_delete="RESTRICT")
        active = BooleanField(default=True)
        must_change_password = BooleanField(default=False)
        failed_sign_ins = IntegerField(default=0)
        locked_until = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "user"

    db.create_tables([User])

    class BackupRequest(Model):
        number = CharField(unique=True, null=True, max_length=40)
        requester = ForeignKeyField(User, on_delete="RESTRICT")
        unit = ForeignKeyField(Unit, on_delete="RESTRICT")
        sop_version = CharField(max_length=16)
        step = CharField(index=True, max_length=32)
        revision = IntegerField(default=0)
        step_entered_at = DateTimeField()
        due_at = DateTimeField(index=True, null=True)
        paused_at = DateTimeField(null=True)
        remaining_seconds = IntegerField(null=True)
        postponed_until = DateTimeField(null=True)
        followed_up_at = DateTimeField(null=True)
        outcome = CharField(null=True, max_length=16)
        draft = JSONField(default=dict)
        form = JSONField(null=True)
        marked_fields = JSONField(default=list)
        previous_form = JSONField(null=True)
        draft_key = CharField(unique=True, max_length=64)
        search = TextField(default="")
        created_at = DateTimeField(index=True)
        updated_at = DateTimeField()
        submitted_at = DateTimeField(null=True)
        closed_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "backup_request"

    db.create_tables([BackupRequest])

    class Attachment(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        filename = CharField(max_length=200)
        media_type = CharField(max_length=100)
        size_bytes = IntegerField()
        sha256 = CharField(max_length=64)
        uploaded_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()
        removed_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "attachment"

    db.create_tables([Attachment])

    class AuditEntry(Model):
        sequence = IntegerField(unique=True)
        at = DateTimeField(index=True)
        actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        actor_name = CharField(max_length=120)
        tag = CharField(index=True, max_length=64)
        subject_type = CharField(max_length=32)
        subject_id = IntegerField(null=True)
        data = JSONField(default=dict)
        previous = CharField(max_length=64)
        hash = CharField(unique=True, max_length=64)

        class Meta:
            database = db
            table_name = "audit_entry"
            indexes = ((("subject_type", "subject_id"), False),)

    db.create_tables([AuditEntry])

    class CalendarDay(Model):
        date = DateField(unique=True)
        kind = CharField(max_length=16)
        name = CharField(max_length=160)
        hours = JSONField(null=True)

        class Meta:
            database = db
            table_name = "calendar_day"

    db.create_tables([CalendarDay])

    class CalendarPeriod(Model):
        name = CharField(max_length=80)
        first = DateField()
        last = DateField()
        weekly = JSONField()

        class Meta:
            database = db
            table_name = "calendar_period"

    db.create_tables([CalendarPeriod])

    class Disposition(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        revision = IntegerField()
        step = CharField(max_length=32)
        action = CharField(max_length=32)
        next_step = CharField(max_length=32)
        actor = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        role = CharField(max_length=32)
        note = TextField(default="")
        instructions = JSONField(default=list)
        data = JSONField(default=dict)
        entered_at = DateTimeField()
        due_at = DateTimeField(null=True)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "disposition"
            indexes = ((("backup_request", "revision"), True),)

    db.create_tables([Disposition])

    class SshKey(Model):
        name = CharField(unique=True, max_length=80)
        public_key = CharField(max_length=800)
        fingerprint = CharField(max_length=80)
        created_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "ssh_key"

    db.create_tables([SshKey])

    class Server(Model):
        name = CharField(unique=True, max_length=80)
        address = CharField(max_length=253)
        port = IntegerField(default=22)
        username = CharField(max_length=32)
        key = ForeignKeyField(SshKey, null=True, on_delete="RESTRICT")
        host_key = CharField(max_length=1200, default="")
        host_key_fingerprint = CharField(max_length=80, default="")
        host_key_state = CharField(max_length=16, default="none")
        host_key_proposed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        host_key_approved_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        host_key_approved_at = DateTimeField(null=True)
        probe = JSONField(null=True)
        probed_at = DateTimeField(null=True)
        active = BooleanField(default=True)
        created_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "server"

    db.create_tables([Server])

    class Grant(Model):
        backup_request = ForeignKeyField(BackupRequest, unique=True, on_delete="RESTRICT")
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        scope = JSONField()
        digest = CharField(max_length=64)
        starts_at = DateTimeField()
        ends_at = DateTimeField()
        revoked_at = DateTimeField(null=True)
        approved_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "grant"

    db.create_tables([Grant])

    class Letter(Model):
        backup_request = ForeignKeyField(BackupRequest, on_delete="RESTRICT")
        kind = CharField(max_length=16)
        year = IntegerField()
        classification = CharField(max_length=16)
        sequence = IntegerField()
        number = CharField(unique=True, max_length=80)
        signed_by = ForeignKeyField(User, on_delete="RESTRICT")
        signed_role = CharField(max_length=32)
        content = JSONField(default=dict)
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "letter"
            indexes = ((("year", "classification", "sequence"), True),)

    db.create_tables([Letter])

    class RoleHolding(Model):
        user = ForeignKeyField(User, on_delete="RESTRICT")
        role = CharField(index=True, max_length=32)
        unit = ForeignKeyField(Unit, null=True, on_delete="RESTRICT")
        since = DateTimeField()
        until = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "role_holding"

    db.create_tables([RoleHolding])

    class Run(Model):
        kind = CharField(index=True, max_length=24)
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        backup_request = ForeignKeyField(BackupRequest, null=True, on_delete="RESTRICT")
        grant = ForeignKeyField(Grant, null=True, on_delete="RESTRICT")
        parent = ForeignKeyField("self", null=True, on_delete="RESTRICT")
        spec = JSONField()
        spec_digest = CharField(max_length=64)
        state = CharField(index=True, max_length=16, default="queued")
        phase = CharField(max_length=32, default="")
        progress = JSONField(default=dict)
        code = CharField(max_length=64, default="")
        context = JSONField(default=dict)
        result = JSONField(null=True)
        evidence = JSONField(null=True)
        log_sha256 = CharField(max_length=64, default="")
        idempotency_key = CharField(unique=True, max_length=64)
        started_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        queued_at = DateTimeField(index=True)
        enqueued_at = DateTimeField(null=True)
        started_at = DateTimeField(null=True)
        finished_at = DateTimeField(null=True)
        cancel_requested_at = DateTimeField(null=True)
        cancel_requested_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        lease_token = IntegerField(default=0)
        lease_owner = CharField(max_length=120, default="")
        lease_expires_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "run"

    db.create_tables([Run])

    class RunStep(Model):
        run = ForeignKeyField(Run, on_delete="CASCADE")
        position = IntegerField()
        name = CharField(max_length=32)
        state = CharField(max_length=16)
        started_at = DateTimeField()
        finished_at = DateTimeField(null=True)
        detail = TextField(default="")

        class Meta:
            database = db
            table_name = "run_step"
            indexes = ((("run", "position"), True),)

    db.create_tables([RunStep])

    class Snapshot(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        run = ForeignKeyField(Run, unique=True, on_delete="RESTRICT")
        snapshot_id = CharField(unique=True, max_length=64)
        sources = JSONField(default=list)
        file_count = BigIntegerField()
        total_bytes = BigIntegerField()
        added_bytes = BigIntegerField()
        manifest_path = CharField(max_length=1024)
        manifest_sha256 = CharField(max_length=64)
        created_at = DateTimeField(index=True)
        proven_at = DateTimeField(null=True)
        proven_by = ForeignKeyField(Run, null=True, on_delete="RESTRICT")

        class Meta:
            database = db
            table_name = "snapshot"

    db.create_tables([Snapshot])

    class Source(Model):
        server = ForeignKeyField(Server, on_delete="RESTRICT")
        kind = CharField(max_length=16, default="folder")
        path = CharField(max_length=4096)
        size_bytes = BigIntegerField(null=True)
        file_count = BigIntegerField(null=True)
        measured_at = DateTimeField(null=True)
        active = BooleanField(default=True)
        created_by = ForeignKeyField(User, on_delete="RESTRICT")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "source"
            indexes = ((("server", "kind", "path"), True),)

    db.create_tables([Source])

    class UserSession(Model):
        token_hash = CharField(unique=True, max_length=64)
        user = ForeignKeyField(User, on_delete="CASCADE")
        created_at = DateTimeField()
        seen_at = DateTimeField()
        expires_at = DateTimeField()
        revoked_at = DateTimeField(null=True)
        address = CharField(max_length=64, default="")
        agent = CharField(default="")

        class Meta:
            database = db
            table_name = "user_session"

    db.create_tables([UserSession])


def down(migrator, db):
    migrator.migrate(migrator.drop_table("user_session"))
    migrator.migrate(migrator.drop_table("source"))
    migrator.migrate(migrator.drop_table("snapshot"))
    migrator.migrate(migrator.drop_table("run_step"))
    migrator.migrate(migrator.drop_table("run"))
    migrator.migrate(migrator.drop_table("role_holding"))
    migrator.migrate(migrator.drop_table("letter"))
    migrator.migrate(migrator.drop_table("grant"))
    migrator.migrate(migrator.drop_table("server"))
    migrator.migrate(migrator.drop_table("ssh_key"))
    migrator.migrate(migrator.drop_table("disposition"))
    migrator.migrate(migrator.drop_table("calendar_period"))
    migrator.migrate(migrator.drop_table("calendar_day"))
    migrator.migrate(migrator.drop_table("audit_entry"))
    migrator.migrate(migrator.drop_table("attachment"))
    migrator.migrate(migrator.drop_table("backup_request"))
    migrator.migrate(migrator.drop_table("user"))
    migrator.migrate(migrator.drop_table("unit"))
