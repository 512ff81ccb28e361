from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from portal.sop.table import CURRENT_VERSION
from portal.store.models import AuditEntry, BackupRequest, RoleHolding, Unit, User
from portal.web.people.door import ACCESS
from tests.support.app import Browser

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEW = {
    "username": "rini.p", "name": "Rini Puspita, S.Kom.", "nip": "19930112 201902 2 004",
    "email": "rini@example.go.id", "phone": "", "post": "Arsiparis", "unit_code": "PRTRN",
}  # fmt: skip


@pytest.fixture
def sri(browser) -> Browser:
    return browser("sri")


def shown_password(page: str) -> str:
    return re.search(r'id="kata-sandi">([^<]+)<', page).group(1)


def test_it_opens_every_door_to_the_system_administrator_alone(app, browser, cast):
    assert {rule.roles for rule in ACCESS.values()} == {frozenset({"system_admin"})}
    for who in ("agus", "joko", "hendro", "tono"):
        assert browser(who).get("/pengguna").status_code == 403


def test_it_lists_people_with_filters_and_empty_states(sri):
    page = sri.get("/pengguna").text
    assert "Ratna Dewayani" in page
    assert "Kepala Satker PRTRN" in page
    page = sri.get("/pengguna?peran=administrator").text
    assert "Agus Riyadi" in page
    assert "Ratna Dewayani" not in page
    assert "Tidak ada yang cocok" in sri.get("/pengguna?cari=zzzz").text


def test_it_turns_pages(sri, cast):
    for number in range(30):
        User.create(username=f"orang{number}", name=f"Orang {number:02}", nip="", email="", password_hash="x",
                    unit=cast["sri"].unit)  # fmt: skip
    assert "Halaman 2 dari 2" in sri.get("/pengguna?halaman=2").text


def test_it_enters_a_person_whose_first_password_is_shown_once(sri, browser):
    answer = sri.post("/pengguna/baru", NEW)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = shown_password(answer.text)
    user = User.get(User.username == "rini.p")
    assert (user.nip, user.must_change_password) == ("199301122019022004", True)
    assert password not in sri.get(f"/pengguna/{user.id}").text
    rini = browser()
    rini.get("/masuk")
    assert rini.post("/masuk", {"username": "rini.p", "password": password}).status_code == 303
    assert rini.get("/").location == "/akun#sandi"


def test_it_tells_each_field_what_is_wrong_and_keeps_what_was_typed(sri):
    answer = sri.post("/pengguna/baru", NEW | {"username": "sari", "nip": "123", "unit_code": ""})
    assert answer.status_code == 422
    assert "18 angka" in answer.text
    assert "Rini Puspita" in answer.text
    assert "sudah dipakai" in sri.post("/pengguna/baru", NEW | {"username": "sari"}).text


def test_it_warns_of_a_pppk_number_and_takes_it(sri):
    answer = sri.post("/pengguna/baru", NEW | {"nip": "199301122023212004"})
    assert "berbentuk nomor PPPK" in answer.text
    assert User.get(User.username == "rini.p").nip == "199301122023212004"


def test_it_corrects_a_person(sri, cast):
    path = f"/pengguna/{cast['wulan'].id}/ubah"
    assert 'value="199211052019022003"' in sri.get(path).text
    fields = {name: value for name, value in NEW.items() if name != "username"}
    assert sri.post(path, fields).status_code == 303
    assert User.get_by_id(cast["wulan"].id).name == "Rini Puspita, S.Kom."
    assert "Data pengguna diubah" in sri.get("/audit").text
    sri.post(path, fields)
    assert "Tidak ada yang berubah." in sri.get(f"/pengguna/{cast['wulan'].id}").text


def test_it_gives_and_ends_roles_and_keeps_their_history(sri, cast):
    path = f"/pengguna/{cast['wulan'].id}"
    assert sri.post(f"{path}/peran", {"role": "unit_head", "unit": "PRTRN"}).status_code == 303
    page = sri.get(path).text
    assert "kini memegang peran Kepala Satker" in page
    holding = RoleHolding.get(RoleHolding.user == cast["wulan"], RoleHolding.role == "unit_head")
    assert sri.post(f"{path}/peran/{holding.id}/akhiri").status_code == 303
    page = sri.get(path).text
    assert "Peran yang sudah berakhir" in page
    trail = re.search(r'href="(/audit\?[^"]+)"', page).group(1).replace("&amp;", "&")
    told = re.search(r"<tbody>.*</tbody>", sri.get(trail).text, re.DOTALL).group(0)
    assert told.count("<tr") == 2, "hers alone: given, ended"
    assert "Peran diberikan" in told
    assert sri.post(f"{path}/peran", {"role": "raja"}).status_code == 422
    assert "Peran Pemohon sudah dipegang" in sri.post(f"{path}/peran", {"role": "requester"}).text
    # A holding of somebody else's under this person's address.
    other = RoleHolding.get(RoleHolding.user == cast["agus"])
    assert sri.post(f"{path}/peran/{other.id}/akhiri").status_code == 404


def test_it_lets_nobody_raise_or_close_themselves(sri, cast):
    path = f"/pengguna/{cast['sri'].id}"
    page = sri.get(path).text
    assert "akun Anda sendiri" in page
    assert "Beri peran" not in page
    for deed in ("peran", "tutup", "sandi"):
        assert sri.post(f"{path}/{deed}", {"role": "center_head"}).status_code == 403
    assert AuditEntry.select().where(AuditEntry.tag.in_(["role:granted", "user:closed"])).count() == 0


def test_it_says_why_the_last_holder_cannot_be_closed(sri, cast):
    user = cast["sari"]
    BackupRequest.create(
        requester=user, unit=user.unit, step="policy_selection", submitted_at=AT, number="PB-1",
                         sop_version=CURRENT_VERSION, draft_key="k1")  # fmt: skip
    path = f"/pengguna/{cast['ratna'].id}"
    assert "1 permohonan menunggu" in sri.get(path).text
    answer = sri.post(f"{path}/tutup")
    assert answer.status_code == 409
    assert "Berikan dahulu perannya kepada penggantinya" in answer.text
    assert sri.get(path).text.count('name="vacate" value="1"') == 2
    assert sri.post(f"{path}/tutup", {"vacate": "1"}).status_code == 303
    assert not User.get_by_id(cast["ratna"].id).active


def test_it_closes_and_opens_an_account(sri, browser, cast):
    wulan, path = browser("wulan"), f"/pengguna/{cast['wulan'].id}"
    assert sri.post(f"{path}/tutup").status_code == 303
    assert wulan.get("/").status_code == 302
    assert "Akun ditutup" in sri.get(path).text
    assert sri.post(f"{path}/buka").status_code == 303
    assert browser("wulan").get("/").status_code == 200


def test_it_gives_a_new_first_password(sri, browser, cast):
    wulan = browser("wulan")
    answer = sri.post(f"/pengguna/{cast['wulan'].id}/sandi")
    assert wulan.get("/").status_code == 302
    visitor = browser()
    visitor.get("/masuk")
    entered = visitor.post("/masuk", {"username": "wulan", "password": shown_password(answer.text)})
    assert entered.status_code == 303


def test_it_keeps_the_units(sri):
    assert sri.post("/pengguna/unit", {"code": "PRTA", "name": "Pusat Riset Akselerator"}).status_code == 303
    unit = Unit.get(Unit.code == "PRTA")
    assert "sudah dipakai satker lain" in sri.post("/pengguna/unit", {"code": "PRTA", "name": "x"}).text
    assert sri.post(f"/pengguna/unit/{unit.id}", {"name": "Pusat Akselerator"}).status_code == 303
    assert sri.post(f"/pengguna/unit/{unit.id}", {"name": ""}).status_code == 422
    assert "Pusat Akselerator" in sri.get("/pengguna/unit").text
    assert sri.post(f"/pengguna/unit/{unit.id}/aktif", {"active": "0"}).status_code == 303
    assert "Tidak aktif" in sri.get("/pengguna/unit").text
    used = Unit.get(Unit.code == "PRTRN")
    assert sri.post(f"/pengguna/unit/{used.id}/aktif", {"active": "0"}).status_code == 409
    assert sri.get("/pengguna/unit/999").status_code == 404
    assert sri.get("/pengguna/9999").status_code == 404
