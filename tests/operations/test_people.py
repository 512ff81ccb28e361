from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import people
from portal.sop.table import Role
from portal.store.models import AuditEntry, Unit, User
from portal.store.queries import people as directory
from schemas.people import NewUnit, NewUser

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "empat kata yang panjang"
NEW = {"username": "Rini.P", "name": "Rini Puspita, S.T.", "nip": "19930112 201902 2 004",
       "email": "rini@example.go.id", "unit_code": "PRTRN"}  # fmt: skip


def tags() -> list[str]:
    return [entry.tag for entry in AuditEntry.select().order_by(AuditEntry.sequence)]


def test_it_adds_a_unit_once(cast):
    unit = people.create_unit(
        NewUnit(code="PRTA", name="Pusat Riset Teknologi Akselerator"), actor=cast["sri"], at=AT
    )
    assert Unit.get(Unit.code == "PRTA") == unit
    with pytest.raises(InvalidInput) as refused:
        people.create_unit(NewUnit(code="PRTA", name="Lain"), actor=cast["sri"], at=AT)
    assert refused.value.fields["code"][0] == "unit.code_taken"
    assert tags() == ["unit:created"]


def test_it_adds_a_person_who_must_change_the_first_password(cast):
    user = people.create_user(NewUser(**NEW), PASSWORD, actor=cast["sri"], at=AT)
    kept = User.get(User.id == user.id)
    assert (kept.username, kept.nip, kept.unit.code) == ("rini.p", "199301122019022004", "PRTRN")
    assert kept.must_change_password
    assert kept.password_hash.startswith("$argon2id$")
    assert PASSWORD not in str(AuditEntry.get().data)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"username": "SARI"}, "username", "username.taken"),
        ({"unit_code": "XX"}, "unit_code", "unit.unknown"),
    ],
)
def test_it_refuses_a_taken_name_and_an_unknown_unit(cast, change, field, code):
    with pytest.raises(InvalidInput) as refused:
        people.create_user(NewUser(**NEW | change), PASSWORD, actor=None, at=AT)
    assert refused.value.fields[field][0] == code
    assert tags() == []


@pytest.mark.parametrize(
    "change",
    [
        {"username": "1abc"},
        {"username": "a b"},
        {"username": "-oProxyCommand=x"},
        {"name": "Rini\nPuspita"},
        {"name": "x" * 121},
        {"nip": "12345"},
        {"email": "rini"},
    ],
)
def test_it_refuses_shapes_that_are_none(change):
    with pytest.raises(ValidationError):
        NewUser(**NEW | change)


@pytest.mark.parametrize("password", ["pendek", "aaaaaaaaaaaaaaa", "rini.p-2026-rahasia", "x" * 201])
def test_it_refuses_a_weak_password(cast, password):
    with pytest.raises(InvalidInput) as refused:
        people.create_user(NewUser(**NEW), password, actor=None, at=AT)
    assert refused.value.fields["password"][0].startswith("password.")


def test_it_lets_a_role_begin_and_end(cast):
    people.grant_role(cast["wulan"], Role.AUDITOR, actor=cast["sri"], at=AT)
    assert ("auditor", None) in directory.roles_held(cast["wulan"], AT)
    assert ("auditor", None) not in directory.roles_held(cast["wulan"], AT - timedelta(seconds=1))
    holding = next(row for row in directory.holdings(cast["wulan"].id) if row.role == "auditor")
    people.end_role(holding.id, actor=cast["sri"], at=AT + timedelta(days=1))
    assert ("auditor", None) in directory.roles_held(cast["wulan"], AT)
    assert ("auditor", None) not in directory.roles_held(cast["wulan"], AT + timedelta(days=1))
    with pytest.raises(NotFound):
        people.end_role(holding.id, actor=cast["sri"], at=AT + timedelta(days=2))
    assert tags() == ["role:granted", "role:ended"]


def test_it_ties_a_unit_head_to_the_unit(cast):
    unit = cast["sari"].unit
    with pytest.raises(InvalidInput):
        people.grant_role(cast["wulan"], Role.UNIT_HEAD, actor=None, at=AT)
    people.grant_role(cast["wulan"], Role.UNIT_HEAD, unit=unit, actor=None, at=AT)
    assert directory.holders("unit_head", unit.id, AT) == [cast["bambang"], cast["wulan"]]
    assert cast["wulan"] not in directory.holders("unit_head", cast["wulan"].unit_id, AT)


def test_it_grants_a_role_once(cast):
    with pytest.raises(InvalidInput):
        people.grant_role(cast["agus"], Role.ADMINISTRATOR, actor=None, at=AT)


def test_it_lets_nobody_change_their_own_roles(cast):
    with pytest.raises(Forbidden):
        people.grant_role(cast["sri"], Role.CENTER_HEAD, actor=cast["sri"], at=AT)
    with pytest.raises(Forbidden):
        people.end_role(directory.holdings(cast["sri"].id)[0].id, actor=cast["sri"], at=AT)


def test_it_counts_no_roles_of_a_closed_account(cast):
    User.update(active=False).where(User.username == "agus").execute()
    assert directory.roles_held(directory.user(cast["agus"].id), AT) == frozenset()
    assert directory.holders("administrator", at=AT) == [cast["yusuf"]]
