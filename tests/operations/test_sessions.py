from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from portal.config import Settings
from portal.errors import Forbidden, NotFound
from portal.operations import entering, sessions
from portal.operations.sessions import LOCK_AFTER, LOCK_FOR, Origin, Terms
from portal.store.models import AuditEntry, User, UserSession
from tests.support.people import PASSWORD

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HERE = Origin("10.1.2.3", "Firefox")
TERMS = Terms(idle=timedelta(hours=8), absolute=timedelta(days=7))


def enter(username: str = "sari", password: str = PASSWORD, at: datetime = AT):
    entry = entering.enter(username, password, HERE, TERMS, at, Settings())
    return entry.user, entry.token


def fail(username: str = "sari", at: datetime = AT) -> str:
    with pytest.raises(Forbidden) as refused:
        enter(username, "bukan kata sandinya", at)
    return str(refused.value)


def test_it_opens_a_session_and_keeps_only_the_hash_of_its_token(cast):
    user, token = enter()
    row = UserSession.get()
    assert user == cast["sari"]
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row.__data__)
    assert row.expires_at == AT + TERMS.absolute


def test_it_takes_the_user_name_in_any_case(cast):
    user, _ = enter(" Sari ")
    assert user == cast["sari"]


def test_it_says_the_same_for_an_unknown_name_a_wrong_password_and_a_closed_account(cast):
    User.update(active=False).where(User.username == "wulan").execute()
    with pytest.raises(Forbidden) as closed:
        enter("wulan")
    assert fail("sari") == fail("tidak-ada") == str(closed.value) == "sign_in.refused"


def test_it_does_not_write_an_unknown_name_down(cast):
    fail("katasandi-salah-kolom")
    entry = AuditEntry.get(AuditEntry.tag == "session:refused")
    assert entry.subject_id is None
    assert "katasandi" not in str(entry.__data__)


def test_it_locks_after_ten_failures_and_opens_after_fifteen_minutes(cast):
    for _ in range(LOCK_AFTER):
        fail()
    with pytest.raises(Forbidden):
        enter(at=AT + LOCK_FOR - timedelta(seconds=1))
    user, _ = enter(at=AT + LOCK_FOR)
    assert user == cast["sari"]
    assert AuditEntry.select().where(AuditEntry.tag == "user:locked").count() == 1


def test_it_forgets_failures_at_a_success(cast):
    for _ in range(LOCK_AFTER - 1):
        fail()
    enter()
    fail()
    user, _ = enter()
    assert user == cast["sari"]


def test_it_resumes_until_idle_or_expired(cast):
    _, token = enter()
    idle = TERMS.idle - timedelta(seconds=1)
    assert sessions.resume(token, TERMS, AT + idle).user == cast["sari"]
    assert sessions.resume(token, TERMS, AT + 2 * idle) is not None, "being seen keeps it open"
    assert sessions.resume(token, TERMS, AT + 2 * idle + TERMS.idle) is None
    _, token = enter()
    at = AT
    while at < AT + TERMS.absolute - idle:
        at += idle
        assert sessions.resume(token, TERMS, at) is not None
    assert sessions.resume(token, TERMS, AT + TERMS.absolute) is None


def test_it_resumes_nothing_for_a_token_that_was_made_up(cast):
    enter()
    assert sessions.resume("made-up", TERMS, AT) is None


def test_it_ends_with_the_account(cast):
    _, token = enter()
    User.update(active=False).where(User.username == "sari").execute()
    assert sessions.resume(token, TERMS, AT) is None


def test_it_signs_out_for_good(cast):
    _, token = enter()
    sessions.sign_out(UserSession.get().id, AT)
    assert sessions.resume(token, TERMS, AT) is None


def test_it_lets_nobody_end_another_ones_session(cast):
    _, token = enter()
    with pytest.raises(NotFound):
        sessions.revoke(cast["wulan"], UserSession.get().id, AT)
    assert sessions.resume(token, TERMS, AT) is not None
    sessions.revoke(cast["sari"], UserSession.get().id, AT)
    assert sessions.resume(token, TERMS, AT) is None
