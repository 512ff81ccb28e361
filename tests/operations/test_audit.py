from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from portal.operations import audit
from portal.store import db
from portal.store.models import AuditEntry

AT = datetime(2026, 11, 23, 2, 0, 0, 123456, tzinfo=UTC)


DATA = {"nama": "Sari “S”", "n": (1, 2.5), 3: None}


def write(count: int, actor=None) -> None:
    for number in range(count):
        at = AT + timedelta(seconds=number)
        with db.transaction():
            audit.record(
                "test:written", actor=actor, subject_type="test", subject_id=number, data=DATA, at=at
            )


def test_it_verifies_what_it_wrote(cast):
    write(5, cast["sari"])
    found = audit.verify()
    assert (found.ok, found.entries, found.broken_at) == (True, 5, None)
    assert found.head == AuditEntry.get(AuditEntry.sequence == 5).hash


def test_it_verifies_an_empty_trail(database):
    assert audit.verify() == audit.Verification(True, 0, None, audit.GENESIS)


def test_it_reads_a_trail_longer_than_one_piece(database, monkeypatch):
    monkeypatch.setattr("portal.store.queries.audit._CHUNK", 3)
    write(9)
    assert audit.verify().entries == 9


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-11-23 02:00:09'",
        "actor_name = 'Orang lain'",
        "actor_id = NULL",
        "tag = 'test:other'",
        "subject_type = 'x'",
        "subject_id = 99",
        "data = '{}'",
        "previous = hash",
        "hash = 'ff'",
        "sequence = 30",
    ],
)
def test_it_finds_a_row_changed_by_raw_sql(cast, change):
    write(5, cast["sari"])
    db.database.execute_sql(f"UPDATE audit_entry SET {change} WHERE sequence = 3")
    found = audit.verify()
    assert (found.ok, found.entries, found.broken_at) == (False, 2, 3)


def test_it_finds_a_row_rewritten_with_a_hash_of_its_own(database):
    write(5)
    entry = AuditEntry.get(AuditEntry.sequence == 3)
    entry.tag = "test:forged"
    entry.hash = audit._digest(audit._said_by(entry))
    entry.save()
    assert audit.verify().broken_at == 4


def test_it_finds_a_missing_row_in_the_middle(database):
    write(5)
    db.database.execute_sql("DELETE FROM audit_entry WHERE sequence = 2")
    assert audit.verify().broken_at == 2


def test_it_finds_rows_cut_from_the_end_by_the_head_kept_elsewhere(database, tmp_path):
    kept = tmp_path / "head"
    write(5)
    assert audit.verify_against(kept).ok
    assert kept.stat().st_mode & 0o777 == 0o600
    db.database.execute_sql("DELETE FROM audit_entry WHERE sequence = 5")
    assert audit.verify().ok, "a shorter chain is sound in itself"
    found = audit.verify_against(kept)
    assert (found.ok, found.broken_at) == (False, 5)
    write(1)
    assert audit.verify_against(kept).broken_at == 5, "a new last row does not hide it"


def test_it_moves_the_kept_head_forward(database, tmp_path):
    kept = tmp_path / "head"
    write(2)
    audit.verify_against(kept)
    write(2)
    assert audit.verify_against(kept).ok
    assert kept.read_text().startswith("4 ")


def test_a_power_cut_while_the_head_is_kept_leaves_the_old_one(database, tmp_path, monkeypatch):
    kept = tmp_path / "head"
    write(2)
    audit.verify_against(kept)
    write(2)
    with monkeypatch.context() as cut:
        cut.setattr("os.fsync", lambda descriptor: (_ for _ in ()).throw(OSError("no power")))
        with pytest.raises(OSError, match="no power"):
            audit.verify_against(kept)
    assert kept.read_text().startswith("2 ")
    assert audit.verify_against(kept).ok
    assert kept.stat().st_mode & 0o777 == 0o600


def test_it_refuses_to_write_outside_a_transaction(database):
    with pytest.raises(RuntimeError):
        audit.record("test:loose", actor=None, subject_type="test", at=AT)


def test_it_disappears_with_the_change_it_tells(database):
    def fail() -> None:
        with db.transaction():
            audit.record("test:undone", actor=None, subject_type="test", at=AT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert audit.verify().entries == 0


def test_it_keeps_one_chain_under_concurrent_writers(database):
    def work() -> None:
        with db.connection():
            write(10)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = audit.verify()
    assert (found.ok, found.entries) == (True, 60)
