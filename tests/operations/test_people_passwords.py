from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.config import Settings
from portal.errors import InvalidInput
from portal.operations import entering, people, sessions
from portal.operations.sessions import Origin, Terms
from portal.store.models import AuditEntry, User, UserSession
from tests.support.people import PASSWORD

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEW = "kata sandi yang lain sekali"
TERMS = Terms(timedelta(hours=8), timedelta(days=7))


def enter(password: str = PASSWORD) -> str:
    entry = entering.enter("sari", password, Origin("10.0.0.1", "x"), TERMS, AT, Settings())
    return entry.token


def test_it_changes_the_password_and_ends_the_other_sessions(cast):
    other, own = enter(), enter()
    keep = sessions.resume(own, TERMS, AT).id
    assert people.change_password(cast["sari"], PASSWORD, NEW, keep_session_id=keep, at=AT) == 1
    assert sessions.resume(own, TERMS, AT) is not None
    assert sessions.resume(other, TERMS, AT) is None
    assert enter(NEW)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("salah", NEW, "current_password"),
        (PASSWORD, "pendek", "new_password"),
        (PASSWORD, PASSWORD, "new_password"),
    ],
)
def test_it_refuses_on_the_right_field_and_changes_nothing(cast, current, new, field):
    with pytest.raises(InvalidInput) as refused:
        people.change_password(cast["sari"], current, new, keep_session_id=None, at=AT)
    assert set(refused.value.fields) == {field}
    assert enter()


def test_it_gives_a_first_password_that_opens_a_locked_account(cast):
    enter()
    User.update(locked_until=AT + timedelta(minutes=5)).where(User.username == "sari").execute()
    assert people.set_password(cast["sari"], NEW, actor=cast["sri"], at=AT) == 1
    assert UserSession.select().where(UserSession.revoked_at.is_null()).count() == 0
    assert enter(NEW)
    assert User.get(User.username == "sari").must_change_password
    assert NEW not in "".join(str(entry.data) for entry in AuditEntry.select())
