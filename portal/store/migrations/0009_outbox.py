"""The outbox of notifications, and how its channels are."""

from peewee import CharField, DateTimeField, ForeignKeyField, IntegerField, JSONField, Model


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class OutboxEvent(Model):
        kind = CharField(max_length=32, index=True)
        key = CharField(max_length=120, unique=True)
        subject_type = CharField(max_length=16)
        subject_id = IntegerField(null=True)
        facts = JSONField()
        audience = CharField(max_length=32, default="")
        recipient = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        created_at = DateTimeField(index=True)
        spread_at = DateTimeField(null=True, index=True)

        class Meta:
            database = db
            table_name = "outbox_event"

    db.create_tables([OutboxEvent])

    class OutboxMessage(Model):
        event = ForeignKeyField(OutboxEvent, on_delete="RESTRICT")
        channel = CharField(max_length=8, index=True)
        recipient = ForeignKeyField(User, null=True, on_delete="RESTRICT")
        key = CharField(max_length=160, unique=True)
        state = CharField(max_length=8, default="pending", index=True)
        attempts = IntegerField(default=0)
        queued_at = DateTimeField()
        next_try_at = DateTimeField(index=True)
        claimed_until = DateTimeField(null=True)
        sent_at = DateTimeField(null=True)
        code = CharField(max_length=64, default="")
        context = JSONField()

        class Meta:
            database = db
            table_name = "outbox_message"

    db.create_tables([OutboxMessage])

    class ChannelCheck(Model):
        channel = CharField(max_length=8, unique=True)
        checked_at = DateTimeField()
        ok_at = DateTimeField(null=True)
        failed_at = DateTimeField(null=True)
        failures = IntegerField(default=0)
        code = CharField(max_length=64, default="")
        context = JSONField()

        class Meta:
            database = db
            table_name = "channel_check"

    db.create_tables([ChannelCheck])


def down(migrator, db):
    for table in ("channel_check", "outbox_message", "outbox_event"):
        migrator.migrate(migrator.drop_table(table))
