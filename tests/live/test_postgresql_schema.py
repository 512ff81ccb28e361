"""PostgreSQL's tables after all migrations: those of the models, and those that SQLite has."""

from __future__ import annotations

from pathlib import Path

from playhouse.migrations import Runner

from portal.config import Settings
from portal.store import db
from portal.store.models import (
    TABLES,
    BackupRequest,
    Disposition,
    Finding,
    Letter,
    RoleHolding,
    User,
    VaultRoom,
)
from tests.support.postgresql import Portals

BY_MIGRATIONS_ALONE = {
    ("backup_request", "step,due_at,id,requester_id,unit_id", False),  # of what is paused
    ("backup_request", "search", False),  # words anywhere
    ("backup_request", "number", False),
}
"""Indexes that a model cannot name."""
TO_A_LATER_TABLE = (
    "attachment",
    "FOREIGN KEY (scan_of_id) REFERENCES issued_paper(id) ON DELETE RESTRICT",
)
"""What making the tables from the models leaves out."""
TYPES = """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable
           FROM information_schema.columns WHERE table_schema = 'public'"""
LINKS = "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f'"
OLD = "0011_commands"
"""The last migration of the second release."""
OLD_ROWS = """
INSERT INTO unit (id, code, name, active) VALUES (1, 'PRTRN', 'Pusat Riset', true);
INSERT INTO "user" (id, username, password_hash, name, nip, email, phone, post, unit_id, active, must_change_password,
    failed_sign_ins, created_at)
  VALUES (1, 'sari', 'x', 'Sari', '199003122015042001', 's@x.id', '', '', 1, true, false, 0, '2026-05-04 02:00');
INSERT INTO role_holding (id, user_id, role, since) VALUES (1, 1, 'requester', '2026-05-04 02:00');
INSERT INTO backup_request (id, number, requester_id, unit_id, sop_version, step, revision, step_entered_at, draft,
    marked_fields, draft_key, search, created_at, updated_at)
  VALUES (1, 'PB-2026-000001', 1, 1, '119.002', 'closed', 1, '2026-05-04 02:00', '{}', '[]', 'k', 'srv-web',
    '2026-05-04 02:00', '2026-05-04 02:00');
INSERT INTO disposition (id, backup_request_id, revision, step, action, next_step, actor_id, role, note, instructions,
    data, entered_at, created_at)
  VALUES (1, 1, 0, 'receipt', 'confirm', 'closed', 1, 'requester', '', '[]', '{}', '2026-05-04 02:00',
    '2026-05-04 03:00');
INSERT INTO letter (id, backup_request_id, kind, year, classification, sequence, number, signed_by_id, signed_role,
    content, created_at)
  VALUES (1, 1, 'receipt', 2026, 'X', 1, '1/LUB/2026', 1, 'requester', '{}', '2026-05-04 03:00');
INSERT INTO vault_room (id, day, measured_at, free_bytes, total_bytes)
  VALUES (7, '2026-05-04', '2026-05-04 02:00', 5000000000, 9000000000);
"""


def shape() -> tuple[set[tuple[str, str, bool]], set[tuple[str, str, bool]]]:
    """Every column with whether it may be empty, every index with whether it is unique."""
    names = [table._meta.table_name for table in TABLES]
    columns = {(name, each.name, each.null) for name in names for each in db.database.get_columns(name)}
    indexes = {
        (name, ",".join(each.columns), each.unique)
        for name in names
        for each in db.database.get_indexes(name)
        if each.columns != ["id"]
    }
    return columns, indexes


def details() -> set[tuple[object, ...]]:
    """What PostgreSQL says of columns and of what refers to another table."""
    rows = [*db.database.execute_sql(TYPES).fetchall(), *db.database.execute_sql(LINKS).fetchall()]
    return {row for row in rows if row[0] != "schema_migration"}


def test_its_tables_are_those_of_the_models(served: Settings, postgresql: Portals, tmp_path: Path):
    migrated, told = shape(), details()
    db.database.close()
    db.connect(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    db.migrate()
    with db.connection():
        columns, indexes = shape()
        assert migrated[0] == columns
        assert migrated[1] - BY_MIGRATIONS_ALONE == indexes - BY_MIGRATIONS_ALONE
    db.connect(postgresql.new())
    with db.connection():
        db.database.create_tables(TABLES)
        assert told - {TO_A_LATER_TABLE} == details()
        assert migrated[1] - BY_MIGRATIONS_ALONE == shape()[1]


def test_it_brings_an_older_state_up_to_date(postgresql: Portals, tmp_path: Path):
    for url in (f"sqlite:///{tmp_path / 'old.sqlite3'}", postgresql.new()):
        db.connect(url)
        with db.connection():
            Runner(db.database.obj, str(db.MIGRATIONS)).up(OLD)
            for statement in OLD_ROWS.split(";\n")[:-1]:
                db.database.execute_sql(statement)
            assert db.migrate()[0] == "0012_directory"
            sari, request, room = User.get(), BackupRequest.get(), VaultRoom.get()
            assert (sari.source, sari.mail_rhythm, RoleHolding.get().source) == ("local", "single", "hand")
            assert request.search == "srv-web\nprtrn\npusat riset"
            assert (request.kind, request.about_id, request.number) == ("service", None, "PB-2026-000001")
            assert (Disposition.get().office_seconds, Letter.get().void_reason) == (None, "")
            assert (room.place, room.free_bytes, VaultRoom.create(
                place="second", day="2026-05-04", measured_at=db.now(), free_bytes=1, total_bytes=2).id > room.id
            ) == ("vault", 5_000_000_000, True)  # fmt: skip
            # What an older database asked of a finding, it asks no more.
            assert Finding.create(kind="trail", code="x", severity="bad", open_key="k").server_id is None
        db.database.close()
