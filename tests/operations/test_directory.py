"""Signing in by the directory, against a real slapd."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from office.ldap import PracticeDirectory
from office.sshd import free_port
from portal import directory
from portal.config import ConfigurationError, Settings
from portal.errors import Busy, Forbidden
from portal.operations import accounts, directory_accounts, entering, people
from portal.operations.sessions import LOCK_AFTER, Origin, Terms
from portal.sop.table import Role
from portal.store.models import AuditEntry, RoleHolding, User, UserSession
from portal.store.queries import people as rows
from portal.web import messages
from schemas.directory import attributes, group_roles
from tests.support import directories
from tests.support.directories import HEADS, KEEPERS, PASSWORD
from tests.support.people import PASSWORD as LOCAL

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
HERE, TERMS = Origin("10.1.2.3", "Firefox"), Terms(timedelta(hours=8), timedelta(days=7))


@pytest.fixture(scope="module")
def slapd(tmp_path_factory) -> Iterator[PracticeDirectory]:
    served = PracticeDirectory(tmp_path_factory.mktemp("slapd") / "d", free_port())
    served.start()
    directories.fill(served)
    yield served
    served.stop()


@pytest.fixture
def asked(settings, slapd) -> Settings:
    return directories.settings(settings, slapd)


@pytest.fixture
def groups(slapd) -> Iterator[PracticeDirectory]:
    """The directory, whose groups and people may be changed by the test."""
    yield slapd
    maya, budi = (directory_dn(slapd, uid) for uid in ("maya", "budi"))
    slapd.change(KEEPERS, member=[maya])
    slapd.change(HEADS, member=[budi, maya])
    slapd.change(maya, cn=["Maya Lestari, S.T."], mail=["maya@example.go.id"], departmentNumber=["PRTRN"])


def directory_dn(slapd: PracticeDirectory, uid: str) -> str:
    return f"uid={uid},ou=pegawai,dc=kantor,dc=example"


def enter(settings: Settings, username: str = "maya", password: str = PASSWORD, at: datetime = AT) -> User:
    return entering.enter(username, password, HERE, TERMS, at, settings).user


def refused(settings: Settings, username: str, password: str) -> str:
    with pytest.raises(Forbidden) as found:
        enter(settings, username, password)
    return found.value.code


def held(user: User, at: datetime = AT) -> set[tuple[str, str]]:
    current = [row for row in rows.holdings(user.id) if row.until is None or row.until > at]
    return {(row.role, row.source) for row in current}


def test_the_first_sign_in_makes_the_account_with_the_roles_of_its_groups(cast, asked):
    user = enter(asked, " Maya ")
    assert (user.username, user.name, user.nip, user.unit.code) == (
        "maya", "Maya Lestari, S.T.", "199203142016022001", "PRTRN",
    )  # fmt: skip
    assert (user.source, user.password_hash, user.must_change_password) == ("ldap", "", False)
    assert held(user) == {("administrator", "ldap"), ("unit_head", "ldap")}
    assert ("unit_head", user.unit_id) in rows.roles_held(user, AT)
    told = [(entry.tag, entry.data.get("group", "")) for entry in AuditEntry.select().order_by(AuditEntry.id)]
    assert [tag for tag, _ in told] == ["user:created", "role:granted", "role:granted", "session:signed_in"]
    assert all(group.lower().startswith("cn=") for tag, group in told if tag == "role:granted")


def test_a_second_sign_in_changes_nothing(cast, asked):
    first, count = enter(asked).id, AuditEntry.select().count()
    assert enter(asked, at=LATER).id == first
    assert AuditEntry.select().count() == count + 1, "only that she signed in"


def test_an_entry_without_a_real_nip_or_unit_still_comes_in(cast, asked):
    user = enter(asked, "budi")
    assert (user.nip, user.unit.code) == ("", "PPIKSN")


def test_an_entry_that_says_too_little_makes_no_account(cast, asked):
    assert refused(asked, "tanpa", PASSWORD) == "directory.incomplete"
    assert rows.user_by_username("tanpa") is None
    assert AuditEntry.get(AuditEntry.tag == "session:refused").data["code"] == "directory.incomplete"
    asked = asked.model_copy(update={"ldap_unit": "", "ldap_attributes": "username=uid,name=cn,email=mail"})
    assert refused(asked, "budi", PASSWORD) == "directory.no_unit"


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("maya", ""),
        ("maya", "salah"),
        ("maya", PASSWORD + "\0"),
        ("siapa", PASSWORD),
        ("", PASSWORD),
        ("ma*", PASSWORD),
        ("*", PASSWORD),
        ("maya)(uid=*", PASSWORD),
        ("maya)(|(uid=maya", PASSWORD),
        ("m\\61ya", PASSWORD),
        ("x" * 300, PASSWORD),
    ],
)
def test_it_lets_nobody_in_by_an_empty_password_or_a_clever_name(cast, asked, username, password):
    assert refused(asked, username, password) == "sign_in.refused"
    assert User.select().where(User.source == "ldap").count() == 0
    assert UserSession.select().count() == 0


def test_the_servers_empty_password_would_have_let_them_in(asked, slapd):
    """What the guard is for: this slapd takes an empty password for an anonymous bind and says yes."""
    dn = directory_dn(slapd, "maya").encode()
    bind = b"\x02\x01\x03\x04" + bytes([len(dn)]) + dn + b"\x80\x00"
    message = b"\x02\x01\x01\x60" + bytes([len(bind)]) + bind
    with socket.create_connection(("127.0.0.1", slapd.port), 5) as raw:
        raw.sendall(b"\x30" + bytes([len(message)]) + message)
        answer = raw.recv(100)
    assert b"\x61\x07\x0a\x01\x00" in answer, "BindResponse, success"


def test_a_local_account_is_never_taken_over(cast, asked):
    assert refused(asked, "sari", PASSWORD) == "sign_in.refused"
    assert enter(asked, "sari", LOCAL) == cast["sari"]
    # Nor by a filter that finds the entry under another name.
    by_mail = asked.model_copy(update={"ldap_user_filter": "(mail={username})"})
    assert refused(by_mail, "palsu@example.go.id", PASSWORD) == "directory.local_account"
    assert User.get_by_id(cast["sari"].id).name == "Sari Wulandari, S.Kom."


def test_what_changes_there_changes_here_and_is_told(cast, asked, groups):
    user = enter(asked)
    groups.change(directory_dn(groups, "maya"), cn=["Maya Lestari, M.T."], departmentNumber=["PPIKSN"])
    after = enter(asked, at=LATER)
    assert (after.id, after.name, after.unit.code) == (user.id, "Maya Lestari, M.T.", "PPIKSN")
    entry = AuditEntry.get(AuditEntry.tag == "user:changed")
    assert entry.data["old"] == {"name": "Maya Lestari, S.T.", "unit": "PRTRN"}
    assert entry.data["new"] == {"name": "Maya Lestari, M.T.", "unit": "PPIKSN"}
    heads = [row.unit.code for row in rows.holdings(user.id) if row.role == "unit_head" and row.until is None]
    assert heads == ["PPIKSN"], "the head of the old unit no more"


def test_it_ends_what_the_directory_gave_and_never_what_a_hand_gave(cast, asked, groups):
    user = enter(asked)
    people.grant_role(user, Role.AUDITOR, actor=cast["sri"], at=AT)
    groups.change(KEEPERS, member=[directory_dn(groups, "budi")])
    enter(asked, at=LATER)
    assert held(user, LATER) == {("unit_head", "ldap"), ("auditor", "hand")}
    ended = AuditEntry.get(AuditEntry.tag == "role:ended")
    assert (ended.actor_id, ended.data) == (None, {"role": "administrator", "source": "ldap"})


def test_a_role_that_a_hand_gave_is_not_doubled_and_stays(cast, asked, groups):
    groups.change(KEEPERS, member=[directory_dn(groups, "budi")])
    user = enter(asked)
    people.grant_role(user, Role.ADMINISTRATOR, actor=cast["sri"], at=AT)
    groups.change(KEEPERS, member=[directory_dn(groups, "maya")])
    enter(asked, at=LATER)
    assert (
        RoleHolding.select().where(RoleHolding.user == user, RoleHolding.role == "administrator").count() == 1
    )
    groups.change(KEEPERS, member=[directory_dn(groups, "budi")])
    enter(asked, at=LATER)
    assert ("administrator", "hand") in held(user, LATER)


def test_an_account_closed_here_stays_closed(cast, asked):
    user = enter(asked)
    accounts.close(user.id, actor=cast["sri"], at=AT)
    count = AuditEntry.select().count()
    assert refused(asked, "maya", PASSWORD) == "sign_in.refused"
    assert AuditEntry.select().count() == count + 1


def test_ten_failures_lock_the_account_here(cast, asked):
    enter(asked)
    for _ in range(LOCK_AFTER):
        assert refused(asked, "maya", "salah") == "sign_in.refused"
    assert refused(asked, "maya", PASSWORD) == "sign_in.refused"


def test_without_the_setting_a_directorys_account_opens_to_nothing(cast, asked, settings):
    enter(asked)
    for password in ("", PASSWORD):
        assert refused(settings, "maya", password) == "sign_in.refused"


def test_nobody_sets_a_password_for_an_account_of_the_directory(cast, asked):
    user = enter(asked)
    for deed in (
        lambda: people.set_password(user, "kata sandi yang panjang", actor=cast["sri"], at=AT),
        lambda: people.change_password(
            user, PASSWORD, "kata sandi yang panjang", keep_session_id=None, at=AT
        ),
    ):
        with pytest.raises(Forbidden, match=r"password\.directory"):
            deed()
    assert User.get_by_id(user.id).password_hash == ""


def test_with_the_directory_away_local_accounts_still_come_in(cast, asked):
    away = asked.model_copy(update={"ldap_url": f"ldap://127.0.0.1:{free_port()}"})
    with pytest.raises(Busy) as told:
        enter(away)
    assert told.value.code == "directory.unreachable"
    assert enter(away, "sari", LOCAL) == cast["sari"]


def test_with_the_directory_away_nobody_learns_which_names_are_local(cast, asked):
    """A name of nobody, of the directory, and of local accounts that are open, closed and locked: one answer."""
    enter(asked)
    accounts.close(cast["tono"].id, actor=cast["sri"], at=AT)
    User.update(locked_until=LATER).where(User.id == cast["joko"]).execute()
    away = asked.model_copy(update={"ldap_url": f"ldap://127.0.0.1:{free_port()}"})
    told = set()
    for username in ("siapa", "maya", "sari", "tono", "joko"):
        for password in ("salah", "", LOCAL + "\0"):
            with pytest.raises((Busy, Forbidden)) as found:
                enter(away, username, password)
            told.add(found.value.code)
    assert told == {"directory.unreachable"}
    assert "lokal" not in messages.text("directory.unreachable")
    assert User.get_by_id(cast["sari"].id).failed_sign_ins == 3, "what was guessed counts all the same"


@pytest.mark.parametrize("scheme", ["ldap", "ldaps"])
def test_a_directory_that_says_nothing_is_not_waited_for(cast, asked, scheme):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(5)
        url = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(Busy):
            enter(asked.model_copy(update={"ldap_url": url}))
        assert time.monotonic() - began < 10


def test_a_wrong_password_of_the_portals_own_is_told_as_that(asked):
    with pytest.raises(Busy) as told:
        directory.find("maya", Settings(**asked.model_dump() | {"ldap_bind_password": "salah"}))
    assert told.value.code == "directory.bind_refused"


def test_two_people_by_one_name_are_nobody(asked):
    with pytest.raises(Busy, match=r"directory\.ambiguous"):
        directory.find(
            "x", asked.model_copy(update={"ldap_user_filter": "(|(uid=maya)(uid=budi)(cn={username}))"})
        )


def test_it_finds_the_state_and_the_groups(asked):
    directory.probe(asked)
    with pytest.raises(Busy, match=r"directory\.search_refused"):
        directory.probe(asked.model_copy(update={"ldap_base": "dc=lain,dc=example"}))
    entry = directory.find("maya", asked)
    assert len(entry.groups) == 3
    assert dict(directory_accounts.roles_of(entry, asked)).keys() == {"administrator", "unit_head"}


@pytest.mark.parametrize("ssl", [True, False], ids=["ldaps", "starttls"])
def test_it_speaks_tls_and_believes_only_the_right_certificate(asked, tmp_path, ssl):
    certificate, key = directories.certificate(tmp_path, "localhost")
    other, _ = directories.certificate(tmp_path / "lain", "localhost")
    served = PracticeDirectory(tmp_path / "d", free_port(), certificate, key, ssl)
    served.start()
    try:
        named = {"ldap_url": served.url.replace("127.0.0.1", "localhost"), "ldap_starttls": True}
        trusted = asked.model_copy(update=named | {"ca_bundle": certificate})
        directory.probe(trusted)
        wrong = (
            trusted.model_copy(update={"ca_bundle": other}),
            trusted.model_copy(update={"ca_bundle": None}),
            trusted.model_copy(update={"ldap_url": served.url}),
        )
        for settings in wrong:
            with pytest.raises(Busy, match=r"directory\.certificate"):
                directory.probe(settings)
    finally:
        served.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"ldap_url": "http://direktori"},
        {"ldap_url": "ldap://direktori.kantor.example", "ldap_starttls": False},
        {"ldap_base": ""},
        {"ldap_bind_password": ""},
        {"ldap_user_filter": "(uid=maya)"},
        {"ldap_attributes": "username=uid"},
        {"ldap_attributes": "username=uid,name=cn,email=mail,gaji=salary"},
        {"ldap_roles": "administrator"},
    ],
)
def test_nonsense_in_the_settings_stops_the_start(asked, changes):
    with pytest.raises(ValueError, match=r"ldap|expected|attribute"):
        Settings(**asked.model_dump() | changes)


def test_a_role_that_is_none_stops_the_start(asked):
    with pytest.raises(ConfigurationError, match="raja"):
        directory_accounts.check(asked.model_copy(update={"ldap_roles": "raja=cn=x,dc=y"}))


def test_it_reads_settings():
    assert attributes(" username = uid , name=cn,email=mail ") == {
        "username": "uid",
        "name": "cn",
        "email": "mail",
    }
    assert group_roles("auditor=cn=a\\;b,dc=x;\n requester=cn=c,dc=x") == (
        ("auditor", "cn=a\\;b,dc=x"), ("requester", "cn=c,dc=x"),
    )  # fmt: skip


def test_dns_are_the_same_however_they_are_written():
    assert directory.same_dn("CN=A, DC=x", "cn=a,dc=X")
    assert not directory.same_dn("cn=a,dc=x", "cn=b,dc=x")
    assert not directory.same_dn("bukan dn", "cn=b,dc=x")
