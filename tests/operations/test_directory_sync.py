"""Accounts brought up to date with a real slapd, and moved to it and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from office.ldap import PracticeDirectory
from office.sshd import free_port
from portal.config import Settings
from portal.errors import Busy, Forbidden, TransitionRefused
from portal.operations import directory_sync, entering, people
from portal.operations.sessions import Origin, Terms
from portal.sop.table import Role
from portal.store.models import AuditEntry, User, UserSession
from portal.store.queries import people as rows
from tests.support import directories
from tests.support.directories import KEEPERS, PASSWORD
from tests.support.people import PASSWORD as LOCAL

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
HERE, TERMS = Origin("10.1.2.3", "Firefox"), Terms(timedelta(hours=8), timedelta(days=7))


@pytest.fixture
def slapd(tmp_path) -> Iterator[PracticeDirectory]:
    served = PracticeDirectory(tmp_path / "d", free_port())
    served.start()
    directories.fill(served)
    yield served
    served.stop()


@pytest.fixture
def asked(settings, slapd) -> Settings:
    return directories.settings(settings, slapd)


def enter(settings: Settings, username: str = "maya", password: str = PASSWORD) -> User:
    return entering.enter(username, password, HERE, TERMS, AT, settings).user


def held(user: User) -> set[tuple[str, str]]:
    return {
        (row.role, row.source) for row in rows.holdings(user.id) if row.until is None or row.until > LATER
    }


def synchronise(settings: Settings) -> directory_sync.Outcome:
    return directory_sync.synchronise(actor=None, at=LATER, settings=settings)


def dn(uid: str) -> str:
    return f"uid={uid},ou=pegawai,dc=kantor,dc=example"


def test_a_role_ends_without_a_sign_in(cast, asked, slapd):
    maya = enter(asked)
    slapd.change(KEEPERS, member=[dn("budi")])
    assert synchronise(asked) == directory_sync.Outcome(found=1)
    assert held(maya) == {("unit_head", "ldap")}
    assert UserSession.get().revoked_at is None, "who is still there stays in"


def test_who_is_gone_loses_what_the_directory_gave_and_the_sessions(cast, asked, slapd):
    maya, _ = enter(asked), enter(asked, "budi")
    people.grant_role(maya, Role.AUDITOR, actor=cast["sri"], at=AT)
    slapd.remove(dn("maya"))
    assert synchronise(asked) == directory_sync.Outcome(found=1, gone=["maya"])
    assert held(maya) == {("auditor", "hand")}
    assert UserSession.get(UserSession.user == maya).revoked_at == LATER
    entry = AuditEntry.get(AuditEntry.tag == "user:left_directory")
    assert entry.data == {"username": "maya", "sessions_ended": 1}
    told = AuditEntry.get(AuditEntry.tag == "user:synchronised").data
    assert told == {"accounts": 1, "gone": ["maya"], "refused_entries": []}


def test_a_directory_that_knows_nobody_is_not_believed(cast, asked):
    maya = enter(asked)
    wrong = asked.model_copy(update={"ldap_base": "ou=kelompok,dc=kantor,dc=example"})
    with pytest.raises(Busy, match=r"directory\.nobody_found"):
        synchronise(wrong)
    assert len(held(maya)) == 2


def test_with_the_directory_away_nothing_is_changed(cast, asked, slapd):
    maya = enter(asked)
    slapd.stop()
    with pytest.raises(Busy):
        synchronise(asked)
    assert len(held(maya)) == 2


def test_an_entry_that_became_useless_changes_nothing(cast, asked, slapd):
    maya = enter(asked)
    slapd.change(dn("maya"), mail=[])
    assert synchronise(asked) == directory_sync.Outcome(refused=["maya"])
    assert len(held(maya)) == 2


def test_local_accounts_are_not_asked_for(cast, asked):
    assert synchronise(asked) == directory_sync.Outcome()
    assert AuditEntry.select().count() == 0


def hand_over(cast, user: User, asked: Settings, actor: str = "sri") -> None:
    directory_sync.hand_over(user.id, actor=cast[actor], at=AT, settings=asked)


def test_an_account_moves_to_the_directory_and_back_by_a_hand(cast, asked):
    sari = cast["sari"]
    enter(asked, "sari", LOCAL)
    hand_over(cast, sari, asked)
    assert UserSession.get().revoked_at == AT
    with pytest.raises(Forbidden):
        enter(asked, "sari", LOCAL)
    assert enter(asked, "sari", PASSWORD).id == sari.id
    assert ("requester", "hand") in held(sari)
    first = directory_sync.take_back(sari.id, actor=cast["sri"], at=LATER)
    with pytest.raises(Forbidden):
        enter(asked, "sari", PASSWORD)
    assert enter(asked, "sari", first).must_change_password
    assert {entry.tag for entry in AuditEntry.select()} >= {"user:to_directory", "user:to_portal"}


def test_the_directorys_roles_do_not_outlive_the_way_back(cast, asked):
    maya = enter(asked)
    directory_sync.take_back(maya.id, actor=cast["sri"], at=LATER)
    assert held(maya) == set()
    with pytest.raises(TransitionRefused, match=r"directory\.is_local"):
        directory_sync.take_back(maya.id, actor=cast["sri"], at=LATER)


def test_nobody_moves_who_is_not_there_nor_oneself(cast, asked, settings):
    for asked_of in (asked, settings):
        with pytest.raises(TransitionRefused, match=r"directory\.not_there"):
            hand_over(cast, cast["wulan"], asked_of)
    with pytest.raises(Forbidden):
        hand_over(cast, cast["sari"], asked, actor="sari")


def test_one_local_system_administrator_always_stays(cast, asked, slapd):
    slapd.add_person("sri", PASSWORD, cn="Sri", mail="sri@example.go.id")
    people.grant_role(cast["wulan"], Role.SYSTEM_ADMIN, actor=None, at=AT)
    hand_over(cast, cast["sri"], asked, actor="wulan")
    slapd.add_person("wulan", PASSWORD, cn="Wulan", mail="wulan@example.go.id")
    with pytest.raises(TransitionRefused, match=r"directory\.last_local"):
        hand_over(cast, cast["wulan"], asked, actor="sri")
