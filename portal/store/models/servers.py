"""The catalogue: keys, servers, their sources, and the authority that an approved request gives."""

from __future__ import annotations

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    ForeignKeyField,
    IntegerField,
    JSONField,
    TextField,
)

from portal.store.db import InstantField, Table, now
from portal.store.models.people import User
from portal.store.models.requests import BackupRequest


class SshKey(Table):
    """A key pair of the portal. The private half lies in <secrets>/ssh/<id>, 0600, never here."""

    name = CharField(max_length=80, unique=True)
    public_key = CharField(max_length=800)
    fingerprint = CharField(max_length=80)
    created_by = ForeignKeyField(User, on_delete="RESTRICT")
    created_by_id: int
    created_at = InstantField(default=now)


class Server(Table):
    """A machine of the office. `host_key_state`: none, proposed, approved or changed; the person who approves
    is never the one who proposed. `probe` is what the last probe found. `before` and `after`: the commands around its
    backups, one a line; they run as a grant has sealed them, not as they stand here."""

    name = CharField(max_length=80, unique=True)
    address = CharField(max_length=253)
    port = IntegerField(default=22)
    username = CharField(max_length=32)
    key = ForeignKeyField(SshKey, null=True, on_delete="RESTRICT")
    key_id: int | None
    host_key = CharField(max_length=1200, default="")
    host_key_fingerprint = CharField(max_length=80, default="")
    host_key_state = CharField(max_length=16, default="none")
    host_key_proposed_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    host_key_proposed_by_id: int | None
    host_key_approved_by = ForeignKeyField(User, null=True, on_delete="RESTRICT")
    host_key_approved_by_id: int | None
    host_key_approved_at = InstantField(null=True)
    probe = JSONField(null=True)
    probed_at = InstantField(null=True)
    active = BooleanField(default=True)
    before = TextField(default="")
    after = TextField(default="")
    created_by = ForeignKeyField(User, on_delete="RESTRICT")
    created_by_id: int
    created_at = InstantField(default=now)


class Source(Table):
    """A folder (later: a database) of a server, chosen to be kept."""

    server = ForeignKeyField(Server, backref="sources", on_delete="RESTRICT")
    server_id: int
    kind = CharField(max_length=16, default="folder")
    path = CharField(max_length=4096)
    size_bytes = BigIntegerField(null=True)
    file_count = BigIntegerField(null=True)
    measured_at = InstantField(null=True)
    active = BooleanField(default=True)
    created_by = ForeignKeyField(User, on_delete="RESTRICT")
    created_by_id: int
    created_at = InstantField(default=now)

    class Meta:
        indexes = ((("server", "kind", "path"), True),)


class Grant(Table):
    """The authority that an approved request gives (SOP step 4): this server, these folders, these services,
    for this term. `digest` seals `scope` (schemas.grant.GrantScope) and is checked by the worker."""

    backup_request = ForeignKeyField(BackupRequest, unique=True, backref="grants", on_delete="RESTRICT")
    backup_request_id: int
    server = ForeignKeyField(Server, backref="grants", on_delete="RESTRICT")
    server_id: int
    scope = JSONField()
    digest = CharField(max_length=64)
    starts_at = InstantField(default=now)
    ends_at = InstantField(index=True)
    revoked_at = InstantField(null=True)
    approved_by = ForeignKeyField(User, on_delete="RESTRICT")
    approved_by_id: int
    created_at = InstantField(default=now)


class GrantVersion(Table):
    """What a grant was, or is to be, and the request by whose approval. The first is what was granted; each later one
    differs in its end alone. It is approved with its seal at step 4 and holds from `effective_at` on; the grant's own
    row is the version that holds."""

    grant = ForeignKeyField(Grant, backref="versions", on_delete="RESTRICT")
    grant_id: int
    number = IntegerField()
    kind = CharField(max_length=16)
    backup_request = ForeignKeyField(
        BackupRequest, unique=True, backref="grant_versions", on_delete="RESTRICT"
    )
    backup_request_id: int
    scope = JSONField()
    digest = CharField(max_length=64)
    starts_at = InstantField()
    ends_at = InstantField()
    approved_by = ForeignKeyField(User, on_delete="RESTRICT")
    approved_by_id: int
    approved_at = InstantField(default=now)
    effective_at = InstantField(null=True)

    class Meta:
        table_name = "grant_version"
        indexes = ((("grant", "number"), True),)
