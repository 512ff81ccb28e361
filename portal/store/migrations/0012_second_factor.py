"""The second factor of a sign-in: its sealed secret, the codes for when it is lost, and the step before a session."""

from peewee import BigIntegerField, CharField, DateTimeField, ForeignKeyField, IntegerField, Model, TextField


def up(migrator, db):
    class User(Model):
        class Meta:
            database = db
            table_name = "user"

    class SecondFactor(Model):
        user = ForeignKeyField(User, unique=True, on_delete="CASCADE")
        secret = TextField()
        created_at = DateTimeField()
        confirmed_at = DateTimeField(null=True)
        last_step = BigIntegerField(default=0)

        class Meta:
            database = db
            table_name = "second_factor"

    class RecoveryCode(Model):
        user = ForeignKeyField(User, on_delete="CASCADE")
        code_hash = CharField(max_length=64)
        used_at = DateTimeField(null=True)

        class Meta:
            database = db
            table_name = "recovery_code"
            indexes = ((("user", "code_hash"), True),)

    class SignInTicket(Model):
        token_hash = CharField(max_length=64, unique=True)
        user = ForeignKeyField(User, on_delete="CASCADE")
        expires_at = DateTimeField()
        failures = IntegerField(default=0)

        class Meta:
            database = db
            table_name = "sign_in_ticket"

    db.create_tables([SecondFactor, RecoveryCode, SignInTicket])


def down(migrator, db):
    for table in ("sign_in_ticket", "recovery_code", "second_factor"):
        migrator.migrate(migrator.drop_table(table))
