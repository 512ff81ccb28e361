from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.config import Settings
from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import accounts, entering, people, units
from portal.operations.sessions import Origin, Terms
from portal.sop.table import CURRENT_VERSION, Role
from portal.store.models import AuditEntry, BackupRequest, Unit, User, UserSession
from portal.store.queries import accounts as rows
from portal.store.queries import people as directory
from schemas.people import UnitName, UserEntry
from tests.support.people import PASSWORD

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HERE, TERMS = Origin("10.1.2.3", "x"), Terms(timedelta(1), timedelta(1))
ENTRY = {
    "name": "Wulan Kusumaningrum, S.T.", "nip": "199211052019022003", "email": "wulan@example.go.id",
    "phone": "+62215554321", "post": "Pranata Komputer Ahli Pertama", "unit_code": "PPIKSN",
}  # fmt: skip


def standing(cast, step: str, who: str = "sari") -> BackupRequest:
    """A request on the desk of `step`, as a row."""
    user = cast[who]
    number = f"PB-2026-{BackupRequest.select().count() + 1:04}"
    return BackupRequest.create(
        requester=user,
        unit=user.unit,
        step=step,
        number=number,
        draft_key=f"k-{step}",
        sop_version=CURRENT_VERSION,
        submitted_at=AT,
    )


def last() -> AuditEntry:
    return AuditEntry.select().order_by(AuditEntry.sequence.desc()).first()


def test_it_corrects_a_person_and_tells_both_readings(cast):
    changed = ENTRY | {"post": "Pranata Komputer Ahli Muda", "unit_code": "PRTRN"}
    assert accounts.change(cast["wulan"].id, UserEntry(**changed), actor=cast["sri"], at=AT)
    kept = User.get_by_id(cast["wulan"].id)
    assert (kept.post, kept.unit.code) == ("Pranata Komputer Ahli Muda", "PRTRN")
    entry = last()
    assert (entry.tag, entry.actor_id) == ("user:changed", cast["sri"].id)
    assert entry.data == {
        "old": {"post": "Pranata Komputer Ahli Pertama", "unit": "PPIKSN"},
        "new": {"post": "Pranata Komputer Ahli Muda", "unit": "PRTRN"},
    }


def test_it_writes_nothing_down_when_nothing_differs(cast):
    assert not accounts.change(cast["wulan"].id, UserEntry(**ENTRY), actor=cast["sri"], at=AT)
    assert AuditEntry.select().count() == 0


@pytest.mark.parametrize("code", ["XX", "TIDUR"])
def test_it_puts_nobody_into_an_unknown_or_resting_unit(cast, code):
    Unit.create(code="TIDUR", name="Satker lama", active=False)
    with pytest.raises(InvalidInput) as refused:
        accounts.change(cast["wulan"].id, UserEntry(**ENTRY | {"unit_code": code}), actor=cast["sri"], at=AT)
    assert refused.value.fields["unit_code"][0] == "unit.unknown"


def test_it_closes_an_account_with_its_sessions_and_opens_it_again(cast):
    entering.enter("wulan", PASSWORD, HERE, TERMS, AT, Settings())
    assert accounts.close(cast["wulan"].id, actor=cast["sri"], at=AT) == 1
    assert UserSession.get().revoked_at == AT
    assert directory.roles(directory.user(cast["wulan"].id), AT) == frozenset()
    assert last().data == {"username": "wulan", "sessions_ended": 1, "own_requests": [], "vacated": []}
    accounts.reopen(cast["wulan"].id, actor=cast["sri"], at=AT)
    assert directory.roles(directory.user(cast["wulan"].id), AT) == {"requester"}
    assert last().tag == "user:reopened"


def test_it_closes_nobody_twice_and_never_oneself(cast):
    accounts.close(cast["wulan"].id, actor=cast["sri"], at=AT)
    count = AuditEntry.select().count()
    assert accounts.close(cast["wulan"].id, actor=cast["sri"], at=AT) == 0
    assert AuditEntry.select().count() == count
    for deed in (accounts.close, accounts.reopen):
        with pytest.raises(Forbidden):
            deed(cast["sri"].id, actor=cast["sri"], at=AT)
    with pytest.raises(NotFound):
        accounts.close(9999, actor=cast["sri"], at=AT)


def test_it_leaves_no_desk_with_waiting_requests_empty(cast):
    standing(cast, "policy_selection")
    with pytest.raises(TransitionRefused) as refused:
        accounts.close(cast["ratna"].id, actor=cast["sri"], at=AT)
    assert refused.value.context == {"role": "division_head", "waiting": 1}
    assert User.get_by_id(cast["ratna"].id).active
    holding = directory.holdings(cast["ratna"].id)[0]
    with pytest.raises(TransitionRefused):
        people.end_role(holding.id, actor=cast["sri"], at=AT)
    people.grant_role(cast["wulan"], Role.DIVISION_HEAD, actor=cast["sri"], at=AT)
    accounts.close(cast["ratna"].id, actor=cast["sri"], at=AT)


def test_a_post_may_be_vacated_knowingly_so_that_a_plt_can_be_named(cast):
    standing(cast, "policy_selection")
    holding = directory.holdings(cast["ratna"].id)[0]
    people.end_role(holding.id, actor=cast["sri"], at=AT, vacate=True)
    assert last().data == {"role": "division_head", "unit": None, "vacated": ["division_head"]}
    standing(cast, "reply")
    accounts.close(cast["dewi"].id, actor=cast["sri"], at=AT, vacate=True)
    assert last().data["vacated"] == ["admin_affairs_head"]
    accounts.close(cast["wulan"].id, actor=cast["sri"], at=AT, vacate=True)
    assert last().data["vacated"] == [], "where nothing is left vacant, nothing is said"


def test_a_closed_successor_is_none(cast):
    standing(cast, "execution")
    accounts.close(cast["yusuf"].id, actor=cast["sri"], at=AT)
    with pytest.raises(TransitionRefused):
        accounts.close(cast["agus"].id, actor=cast["sri"], at=AT)


def test_the_head_of_another_unit_is_no_successor(cast):
    standing(cast, "unit_note")
    with pytest.raises(TransitionRefused):
        accounts.close(cast["bambang"].id, actor=cast["sri"], at=AT)
    people.grant_role(cast["wulan"], Role.UNIT_HEAD, unit=cast["sari"].unit, actor=cast["sri"], at=AT)
    accounts.close(cast["bambang"].id, actor=cast["sri"], at=AT)


def test_a_request_of_ones_own_closes_no_door_but_is_written_down(cast):
    number = standing(cast, "receipt").number
    accounts.close(cast["sari"].id, actor=cast["sri"], at=AT)
    assert last().data["own_requests"] == [number]


def test_it_gives_a_first_password_to_others_only(cast):
    password = accounts.first_password(cast["wulan"].id, actor=cast["sri"], at=AT)
    user = entering.enter("wulan", password, HERE, TERMS, AT, Settings()).user
    assert user.must_change_password
    assert password not in str([entry.data for entry in AuditEntry.select()])
    with pytest.raises(Forbidden):
        accounts.first_password(cast["sri"].id, actor=cast["sri"], at=AT)


def test_it_ends_a_role_of_the_named_person_only(cast):
    holding = directory.holdings(cast["wulan"].id)[0]
    with pytest.raises(NotFound):
        people.end_role(holding.id, actor=cast["sri"], at=AT, user_id=cast["sari"].id)


def test_it_renames_a_unit_and_lets_only_an_unused_one_rest(cast):
    unit = Unit.create(code="PRTA", name="Pusat Riset Akselerator")
    units.rename(unit.id, UnitName(name="Pusat Riset Teknologi Akselerator"), actor=cast["sri"], at=AT)
    assert last().data == {
        "unit": "PRTA", "old": "Pusat Riset Akselerator", "new": "Pusat Riset Teknologi Akselerator",
    }  # fmt: skip
    people.grant_role(cast["wulan"], Role.UNIT_HEAD, unit=unit, actor=None, at=AT)
    for deed, code in (
        (lambda: None, "unit.has_head"),
        (lambda: move(cast["agus"], unit), "unit.has_people"),
    ):
        deed()
        with pytest.raises(TransitionRefused, match=code):
            units.set_active(unit.id, False, actor=cast["sri"], at=AT)
    User.update(unit=cast["sri"].unit).where(User.id == cast["agus"].id).execute()
    head = next(row for row in directory.holdings(cast["wulan"].id) if row.role == "unit_head")
    people.end_role(head.id, actor=cast["sri"], at=AT)
    standing_request = BackupRequest.create(
        requester=cast["sari"],
        unit=unit,
        step="reply",
        draft_key="k-unit",
        sop_version=CURRENT_VERSION,
        submitted_at=AT,
    )
    with pytest.raises(TransitionRefused, match=r"unit.has_requests"):
        units.set_active(unit.id, False, actor=cast["sri"], at=AT)
    BackupRequest.update(step="closed").where(BackupRequest.id == standing_request.id).execute()
    units.set_active(unit.id, False, actor=cast["sri"], at=AT)
    assert unit.code not in [row.code for row in directory.units()]
    assert last().tag == "unit:deactivated"


def move(user: User, unit: Unit) -> None:
    User.update(unit=unit).where(User.id == user.id).execute()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"words": "wulan kusuma"}, ["wulan"]),
        ({"words": "199211052019022003"}, ["wulan"]),
        ({"words": "reaktor"}, ["bambang", "sari"]),
        ({"role": "administrator"}, ["agus", "yusuf"]),
        ({"unit": "PRTRN", "role": "unit_head"}, ["bambang"]),
        ({"state": "closed"}, ["tono"]),
        ({"words": "tidak ada"}, []),
    ],
)
def test_it_finds_people(cast, wanted, names):
    User.update(active=False).where(User.username == "tono").execute()
    found = rows.search(rows.Filter(**wanted), AT)
    assert sorted(user.username for user in found.rows) == names
