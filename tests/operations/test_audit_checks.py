"""The chain's checks in pieces: what they read, what they remember, what they raise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.operations import audit, audit_checks, findings
from portal.store import db
from portal.store.models import AuditCheck, AuditEntry, Finding, OutboxEvent

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def write(count: int) -> None:
    with db.transaction():
        for _ in range(count):
            audit.record("test:written", actor=None, subject_type="test", at=NOON, data={"n": 1})


def change(sequence: int) -> None:
    AuditEntry.update(actor_name="Orang lain").where(AuditEntry.sequence == sequence).execute()


def last_check() -> AuditCheck:
    return AuditCheck.select().order_by(AuditCheck.id.desc()).get()


@pytest.fixture(autouse=True)
def small(monkeypatch, database):
    monkeypatch.setattr(audit_checks, "PIECE", 10)
    monkeypatch.setattr(audit_checks, "AT_ONCE", 5)


def rounds(settings, at=NOON, most=20) -> list[int]:
    """Rounds of the clock until nothing is under way."""
    found = []
    for _ in range(most):
        found += audit_checks.keep_up(at, settings)
        if audit_checks.rows.going() is None:
            return found
    raise AssertionError("the check does not end")


def test_the_clock_reads_the_whole_chain_in_pieces_and_remembers_how_far(settings):
    write(25)
    audit_checks.keep_up(NOON, settings)
    assert (last_check().sequence, last_check().finished_at) == (10, None)
    assert audit_checks.standing().verified == 0, "what is not read to its end proves nothing yet"
    rounds(settings)
    check = last_check()
    assert (check.whole, check.sequence, check.finished_at, check.broken_at) == (True, 25, NOON, None)
    assert check.head == AuditEntry.get(AuditEntry.sequence == 25).hash
    assert (settings.var / "audit-head").read_text() == f"25 {check.head}\n"


@pytest.mark.parametrize("left", ["", "25 ", "\x00\x00"])
def test_a_torn_head_is_a_finding_and_the_check_ends(settings, left):
    write(25)
    head = settings.var / "audit-head"
    head.write_text(left)
    assert rounds(settings) == []
    check = last_check()
    assert (check.sequence, check.finished_at, check.broken_at) == (25, NOON, None)
    finding = Finding.get()
    assert (finding.kind, finding.code, finding.server_id) == ("audit_head", "audit.head_lost", None)
    assert head.read_text() == left, "somebody has to look at it first"
    with pytest.raises(audit.UnreadableHead):
        audit.verify_against(head)


def test_it_goes_on_from_where_it_ended_and_once_a_night_from_the_first_entry(settings, monkeypatch):
    write(25)
    rounds(settings)
    write(8)
    walked = []
    walk = audit.walk
    monkeypatch.setattr(audit, "walk", lambda first, *more: walked.append(first) or walk(first, *more))
    rounds(settings, NOON + timedelta(minutes=5))
    assert walked == [], "not so soon"
    rounds(settings, NOON + timedelta(minutes=11))
    assert walked == [25]
    assert (last_check().whole, last_check().sequence) == (False, 33)
    rounds(settings, NOON + timedelta(days=1))
    assert walked[1:] == [0, 10, 20, 30]
    assert AuditCheck.select().where(AuditCheck.whole == False).count() == 0  # noqa: E712


def test_a_changed_entry_is_a_finding_that_names_it_once(settings):
    write(25)
    change(13)
    assert rounds(settings) == [last_check().id]
    finding = Finding.get()
    assert (finding.kind, finding.server_id, finding.context["entry"]) == ("audit_chain", None, 13)
    assert OutboxEvent.get().facts["server"] == ""
    standing = audit_checks.standing()
    assert (standing.broken_at, standing.verified) == (13, 12)
    rounds(settings, NOON + timedelta(days=1))
    assert Finding.select().count() == 1
    Finding.update(closed_at=NOON, open_key=None).execute()
    rounds(settings, NOON + timedelta(days=2))
    assert Finding.select().count() == 1, "a person has closed this one"
    assert audit_checks.standing().broken_at == 13, "but the chain stays broken"


def test_an_entry_changed_behind_the_last_check_is_found_at_night(settings):
    write(25)
    rounds(settings)
    change(3)
    write(8)
    rounds(settings, NOON + timedelta(minutes=11))
    assert audit_checks.standing().broken_at is None
    rounds(settings, NOON + timedelta(days=1))
    assert audit_checks.standing().broken_at == 3


@pytest.mark.parametrize(("kept", "broken"), [(24, 25), (20, 21), (0, 1)])
def test_entries_cut_from_the_end_are_found_at_once(settings, kept, broken):
    write(25)
    rounds(settings)
    AuditEntry.delete().where(AuditEntry.sequence > kept).execute()
    assert audit_checks.standing().broken_at == broken
    rounds(settings, NOON + timedelta(days=1))
    assert last_check().broken_at == broken


def test_a_chain_cut_while_it_is_read_comes_to_an_end(settings):
    write(25)
    audit_checks.keep_up(NOON, settings)
    AuditEntry.delete().where(AuditEntry.sequence > 15).execute()
    rounds(settings)
    assert last_check().broken_at == 16


def test_a_whole_check_that_holds_ends_what_an_earlier_one_found(settings):
    write(25)
    name = AuditEntry.get(AuditEntry.sequence == 3).actor_name
    change(3)
    rounds(settings)
    AuditEntry.update(actor_name=name).where(AuditEntry.sequence == 3).execute()
    assert audit_checks.standing().broken_at == 3
    rounds(settings, NOON + timedelta(days=1))
    assert audit_checks.standing().broken_at is None


def test_what_was_added_since_is_looked_at_when_somebody_looks(settings):
    write(25)
    rounds(settings)
    write(3)
    standing = audit_checks.standing()
    assert (standing.size, standing.verified, standing.broken_at) == (28, 28, None)
    change(27)
    assert audit_checks.standing().broken_at == 27
    write(20)
    standing = audit_checks.standing()
    assert (standing.verified, standing.broken_at) == (25, None), "that is for the clock"


def test_a_person_may_ask_and_it_stands_in_the_trail(settings, cast):
    write(25)
    check = audit_checks.ask(cast["tono"], at=NOON, settings=settings)
    assert (check.via, check.asked_by_id, check.sequence) == ("page", cast["tono"].id, 10)
    again = audit_checks.ask(cast["tono"], at=NOON, settings=settings)
    assert again.id == check.id, "one at a time"
    rounds(settings)
    assert audit_checks.standing().whole.asked_by.name == cast["tono"].name
    assert AuditEntry.select().where(AuditEntry.tag == "audit:check_asked").count() == 2


def test_a_command_writes_its_check_down(settings):
    write(25)
    audit_checks.keep_up(NOON, settings)
    audit_checks.note(audit.verify(), at=NOON)
    assert (last_check().via, last_check().sequence, AuditCheck.select().count()) == ("command", 25, 1)


def test_a_finding_without_a_server_holds_no_servers_removal(settings):
    write(25)
    change(13)
    rounds(settings)
    findings.refuse_while_open(1)
