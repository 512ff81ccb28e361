"""The pages of acting officials, and what a mandate opens on every other page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.operations import delegations
from portal.sop import ladder
from portal.store import db
from portal.store.models import BackupRequest, Delegation, RoleHolding
from tests.support import mandates
from tests.web.test_chain_walk import decide, send_form


def today():
    return db.now().astimezone(ladder.OFFICE_ZONE).date()


def let(cast, who, **changes):
    """A mandate that counts from now on."""
    days = {"letter_date": today(), "first_day": today(), "last_day": today() + timedelta(days=3)}
    return mandates.let(cast, who, at=db.now(), **{**days, **changes})


def typed(cast, **changes):
    said = {
        "post": f"division_head.0.{cast['ratna'].id}", "deputy_id": str(cast["wulan"].id), "post_title": "",
        "letter_number": "ND-17/PPIKSN/2026", "letter_date": today().isoformat(), "first_day": today().isoformat(),
        "last_day": (today() + timedelta(days=3)).isoformat(), "extent": "all", "key": "kunci-surat-mandat-01",
    }  # fmt: skip
    return said | changes


def test_the_holder_enters_the_letter_and_it_is_one_mandate(browser, cast):
    ratna = browser("ratna")
    page = ratna.get("/mandat").text
    assert "Belum ada Plh. atau Plt." in page
    assert "Kabid PJKKD: Ratna Dewayani, M.Kom. (Plh.)" in ratna.get("/mandat/baru").text
    answers = [ratna.post("/mandat/baru", typed(cast)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Delegation.select().count() == 1
    shown = ratna.follow(answers[0]).text
    for words in (
        "Plh. Kepala Bidang PJKKD",
        "Wulan Kusumaningrum",
        "Ratna Dewayani",
        "ND-17/PPIKSN/2026",
        "Berlaku",
    ):
        assert words in shown
    assert "Plh. Kepala Bidang PJKKD" in browser("wulan").get("/mandat").text


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"post": ""}, "post", "Pilih jabatan"),
        ({"post": "division_head.x"}, "post", "Jabatan itu tidak ada"),
        ({"deputy_id": ""}, "deputy_id", "Pilih pelaksananya"),
        ({"letter_number": ""}, "letter_number", ""),
        ({"last_day": "kapan-kapan"}, "last_day", ""),
        ({"first_day": "2020-01-01"}, "first_day", "Hari pertama harus antara"),
        ({"extent": "steps"}, "steps", "Pilih paling sedikit satu langkah"),
    ],
)
def test_what_is_wrong_stands_by_its_field_and_nothing_typed_is_lost(browser, cast, changes, field, words):
    answer = browser("ratna").post("/mandat/baru", typed(cast, **changes))
    assert answer.status_code == 422
    problem = re.search(rf'id="{field}-error".*?<span>(.*?)</span>', answer.text, re.DOTALL)
    assert problem
    assert words in problem.group(1)
    assert Delegation.select().count() == 0
    if field != "letter_number":
        assert "ND-17/PPIKSN/2026" in answer.text


def test_who_may_see_and_name(browser, cast):
    given = let(cast, "ratna")
    for who, index, form, one in (
        ("sari", 403, 403, 404), ("wulan", 200, 403, 200), ("ratna", 200, 200, 200), ("hendro", 200, 200, 200),
        ("joko", 200, 200, 404), ("sri", 200, 200, 200), ("tono", 200, 403, 200),
    ):  # fmt: skip
        person = browser(who)
        paths = ("/mandat", "/mandat/baru", f"/mandat/{given.id}")
        assert [person.get(path).status_code for path in paths] == [index, form, one], who
    menu = {who: 'href="/mandat"' in browser(who).get("/").text for who in ("sari", "wulan", "ratna")}
    assert menu == {"sari": False, "wulan": True, "ratna": True}


def test_a_deputy_cannot_enter_one_for_the_post_that_is_stood_for(browser, cast):
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="dewi")
    post = f"administrator.0.{cast['agus'].id}"
    answer = browser("dewi").post("/mandat/baru", typed(cast, post=post))
    assert answer.status_code == 403
    assert "tidak dapat dilimpahkan lagi" in answer.text


def test_search_and_state_narrow_the_list(browser, cast):
    let(cast, "ratna")
    let(cast, "joko", role="subdivision_head", holder="joko", deputy="dewi", letter_number="ND-99/PPIKSN/2026",
        first_day=today() + timedelta(days=5), last_day=today() + timedelta(days=6), key="surat-dua")  # fmt: skip
    hendro = browser("hendro")

    def found(query):
        return [number for number in ("ND-17", "ND-99") if number in hendro.get(f"/mandat?{query}").text]

    assert found("") == ["ND-17", "ND-99"]
    assert found("keadaan=current") == ["ND-17"]
    assert found("keadaan=coming") == found("cari=dewi") == ["ND-99"]
    assert "Tidak ada yang cocok" in hendro.get("/mandat?keadaan=past").text


def test_inbox_menu_and_page_open_for_the_deputy_and_close_at_once(browser, cast):
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward")
    wulan = browser("wulan")
    assert wulan.get("/kotak-masuk").status_code == 403
    given = let(cast, "ratna")
    inbox = wulan.get("/kotak-masuk").text
    assert BackupRequest.get_by_id(request_id).number in inbox
    assert "sebagai Plh. Kepala Bidang PJKKD" in inbox
    assert "sebagai Plh." not in browser("ratna").get("/kotak-masuk").text
    assert re.search(r'inbox-count">1<', wulan.get("/").text)
    page = wulan.get(f"/permohonan/{request_id}").text
    assert "Anda memutuskan sebagai <strong>Plh. Kepala Bidang PJKKD</strong>" in page
    assert "Wulan Kusumaningrum, S.T. (Plh.)" in browser("sari").get(f"/permohonan/{request_id}").text
    revision = str(BackupRequest.get_by_id(request_id).revision)
    # Between page and click the mandate ends.
    answer = browser("ratna").post(f"/mandat/{given.id}/akhiri", {"reason": "Sudah kembali dari dinas."})
    assert answer.status_code == 303
    late = wulan.post(f"/permohonan/{request_id}/keputusan", {"action": "approve", "revision": revision})
    assert late.status_code == 403
    for words in ("ND-17/PPIKSN/2026", "diakhiri Ratna Dewayani, M.Kom.", "tidak tercatat"):
        assert words in late.text
    from_inbox = {"request_id": str(request_id), "action": "approve", "revision": revision, "from": "preview"}
    again = wulan.post("/kotak-masuk", from_inbox)
    assert again.status_code == 403
    assert "diakhiri Ratna Dewayani" in again.text
    assert BackupRequest.get_by_id(request_id).step == "policy_selection"
    assert wulan.get("/kotak-masuk").status_code == 403
    # A request that came to the desk after the mandate is no business of the former deputy.
    other = send_form(browser, draft_key="kunci-lain")
    assert wulan.get(f"/permohonan/{other}").status_code == 404


def test_the_timeline_tells_both_names(browser, cast):
    request_id = send_form(browser)
    let(cast, "bambang", role="unit_head", holder="bambang")
    decide(browser, "wulan", request_id, "forward")
    page = " ".join(browser("sari").get(f"/permohonan/{request_id}").text.split())
    assert ("Plh. Kepala PRTRN: Wulan Kusumaningrum, S.T. (untuk Dr. Bambang Prasetyo, M.Eng., "
            "ND-17/PPIKSN/2026)") in page  # fmt: skip
    register = browser("hendro").get("/arsip").text
    assert "Plh. Kepala PRTRN, untuk Dr. Bambang Prasetyo, M.Eng." in register
    audit = browser("tono").get("/audit").text
    assert "Wulan Kusumaningrum" in audit
    assert "Dr. Bambang Prasetyo" in audit


def test_a_limited_mandate_opens_its_step_and_no_other_door(browser, cast):
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward")
    let(cast, "ratna", extent="steps", steps=("division_report",))
    wulan = browser("wulan")
    assert "Semua sudah diputuskan" in wulan.get("/kotak-masuk").text
    assert wulan.get("/darurat").status_code == 403
    BackupRequest.update(step="division_report").where(BackupRequest.id == request_id).execute()
    assert BackupRequest.get_by_id(request_id).number in wulan.get("/kotak-masuk").text
    assert "Tindakan Anda" in wulan.get(f"/permohonan/{request_id}").text


def test_ones_own_and_the_grantors_request_lie_on_no_deputys_desk(browser, cast):
    request_id = send_form(browser)
    let(cast, "bambang", role="unit_head", holder="bambang")
    for requester, waits in (("bambang", False), ("wulan", False), ("sari", True)):
        BackupRequest.update(requester=cast[requester]).where(BackupRequest.id == request_id).execute()
        inbox = browser("wulan").get("/kotak-masuk").text
        assert (BackupRequest.get_by_id(request_id).number in inbox) is waits, requester


def test_the_inbox_shows_no_request_of_another_unit_whatever_is_sent(browser, cast):
    request_id = send_form(browser)
    BackupRequest.update(unit=cast["wulan"].unit).where(BackupRequest.id == request_id).execute()
    sent = {"request_id": str(request_id), "action": "forward", "revision": "99", "from": "preview"}
    answer = browser("bambang").post("/kotak-masuk", sent, htmx=True)
    assert answer.status_code == 404
    assert "Sari" not in answer.text


def test_void_says_so(browser, cast):
    given = let(cast, "ratna")
    RoleHolding.update(until=db.now()).where(RoleHolding.user == cast["ratna"]).execute()
    page = browser("hendro").get(f"/mandat/{given.id}").text
    assert "Mandat ini tidak berlaku." in page
    assert delegations.state_of(given, db.now()) == "void"


def test_a_persons_page_leads_to_their_mandates(browser, cast):
    let(cast, "ratna")
    let(cast, "dewi", role="admin_affairs_head", holder="dewi", deputy="joko", key="surat-mandat-0002")
    sri = browser("sri")
    address = f"/mandat?orang={cast['wulan'].id}"
    assert f'href="{address}"' in sri.get(f"/pengguna/{cast['wulan'].id}").text
    page = sri.get(address).text
    assert "Plh. Kepala Bidang PJKKD" in page
    assert "Joko" not in page.partition('id="daftar"')[2]
    assert "Tidak ada mandat" in sri.get(f"/mandat?orang={cast['sari'].id}").text
    # Whose mandates one may not see, one is not shown by naming somebody.
    assert "Wulan" not in browser("dewi").get(address).text.partition('id="daftar"')[2]
