"""FM 001 on the screen: what it begins with, what it says by the field, and that nothing typed is ever lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from portal.sop.table import Role
from portal.store.models import BackupRequest, RoleHolding, User
from tests.support.app import Browser
from tests.web.test_chain_walk import FORM, decide, send_form

Open = Callable[..., Browser]


def value(page: str, name: str) -> str:
    """What the input `name` of the page holds."""
    tag = re.search(rf'<input(?=[^>]*\sname="{name}")[^>]*>', page)
    assert tag, f"no field {name}"
    return re.search(r'\svalue="([^"]*)"', tag.group(0)).group(1)


def problem(page: str, name: str) -> str:
    """The sentence by the field `name`, without markup."""
    found = re.search(rf'id="{name}-error"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found, f"no place for errors of {name}"
    return re.sub(r"<[^>]+>", "", found.group(1)).strip()


def test_it_begins_with_what_the_profile_knows(browser: Open) -> None:
    page = browser("sari").get("/permohonan/baru").text
    assert value(page, "name") == "Sari Wulandari, S.Kom."
    assert value(page, "nip") == "199003122015042001"
    assert value(page, "email") == "sari@example.go.id"
    assert value(page, "phone") == "(021) 5554321"
    assert "Pusat Riset Teknologi Reaktor Nuklir" in page
    assert "Dr. Bambang Prasetyo, M.Eng." in page, "who will get it"
    assert "FM 001 SOP 119.002/IF 03 01/ISN 2.2" in page


def test_it_gives_each_empty_form_a_key_of_its_own(browser: Open) -> None:
    sari = browser("sari")
    keys = {value(sari.get("/permohonan/baru").text, "draft_key") for _ in range(3)}
    assert len(keys) == 3
    assert BackupRequest.select().count() == 0, "looking at an empty form keeps nothing"


def test_it_copies_a_request_of_ones_own_only(browser: Open) -> None:
    request_id = send_form(browser, folders="/srv/salinan")
    assert "/srv/salinan" in browser("sari").get(f"/permohonan/baru?salin={request_id}").text
    assert "/srv/salinan" not in browser("wulan").get(f"/permohonan/baru?salin={request_id}").text
    for odd in ("x", "-1", "9" * 30, "1%00", "%E2%91%A0"):
        assert browser("sari").get(f"/permohonan/baru?salin={odd}").status_code == 200


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("nip", "12", "18 angka"),
        ("phone", "12", "tidak dikenali"),
        ("email", "bukan", "tidak dikenali"),
        ("name", "", "Wajib diisi"),
        ("server_name", "x", "belum dicentang"),
        ("folders", "", "Wajib diisi"),
        ("folders", "/srv/../etc", ".."),
        ("retention_days", "5", "7"),
        ("retention_days", "=1", "angka"),
        ("reason", "pendek", "Terlalu pendek"),
        ("date", "kemarin", "tanggal"),
        ("services", [], "Pilih"),
        ("frequency", "hourly", "Pilih"),
    ],
)
def test_it_says_what_is_wrong_while_one_types_and_when_one_sends(
    browser: Open, field: str, typed: str, said: str
) -> None:
    sari, form = browser("sari"), {**FORM, field: typed}
    checked = sari.post(f"/permohonan/periksa/{field}", form, htmx=True)
    assert said in problem(checked.text, field)
    assert "<form" not in checked.text, "only the error element comes back"
    sent = sari.post("/permohonan/baru", {**form, "do": "send"})
    assert sent.status_code == 422
    assert problem(sent.text, field) == problem(checked.text, field)
    assert f'href="#{field}"' in sent.text, "the summary leads to the field"


def test_it_says_nothing_by_a_field_that_is_right(browser: Open) -> None:
    sari = browser("sari")
    for field in ("nip", "phone", "email", "folders", "reason", "services"):
        assert problem(sari.post(f"/permohonan/periksa/{field}", FORM, htmx=True).text, field) == ""
    assert sari.post("/permohonan/periksa/csrf_token", FORM, htmx=True).status_code == 200


def test_it_asks_for_something_to_keep(browser: Open) -> None:
    answer = browser("sari").post("/permohonan/baru", {**FORM, "has_folder": "", "folders": "", "do": "send"})
    assert "paling sedikit satu" in problem(answer.text, "targets")


def test_it_warns_of_a_pppk_number_and_takes_it(browser: Open) -> None:
    sari, form = browser("sari"), {**FORM, "nip": "199003122015212001"}
    checked = sari.post("/permohonan/periksa/nip", form, htmx=True).text
    assert problem(checked, "nip") == ""
    assert "PPPK" in checked
    assert sari.post("/permohonan/baru", {**form, "do": "send"}).status_code == 303


def test_it_saves_a_draft_and_goes_on_with_it(browser: Open) -> None:
    sari = browser("sari")
    answer = sari.post("/permohonan/baru", {**FORM, "reason": "separuh", "nip": "1", "do": "save"})
    page = sari.follow(answer)
    assert page.request.path.endswith("/ubah")
    assert "Draf tersimpan" in page.text
    assert ("separuh" in page.text, value(page.text, "nip")) == (True, "1")
    assert value(page.text, "draft_key") == FORM["draft_key"]


def test_it_keeps_everything_typed_when_a_file_is_refused(browser: Open) -> None:
    typed = {**FORM, "nip": "12", "server_name": "=cmd|x", "do": "send"}
    answer = browser("sari").post("/permohonan/baru", {**typed, "attachments": (io.BytesIO(b"MZ"), "a.pdf")})
    assert answer.status_code == 422
    assert "isinya tidak sesuai" in problem(answer.text, "attachments")
    assert (value(answer.text, "nip"), value(answer.text, "server_name")) == ("12", "=cmd|x")


def test_it_shows_where_a_form_lies_that_was_sent_already(browser: Open) -> None:
    request_id = send_form(browser)
    sari = browser("sari")
    page = sari.follow(sari.get(f"/permohonan/{request_id}/ubah"))
    assert page.request.path == f"/permohonan/{request_id}"
    assert "sudah dikirim" in page.text


def test_it_gives_back_what_a_second_tab_typed_after_the_first_was_sent(browser: Open) -> None:
    request_id = send_form(browser)
    sari, late = browser("sari"), "Alasan dari tab yang kedua."
    for button in ("send", "save"):
        answer = sari.post("/permohonan/baru", {**FORM, "reason": late, "do": button})
        assert answer.status_code == 409
        assert late in answer.text
        assert f"/permohonan/{request_id}" in answer.text
        assert value(answer.text, "draft_key") != FORM["draft_key"], "it can be sent as a new request"
    assert BackupRequest.get_by_id(request_id).form["reason"] == FORM["reason"]
    assert BackupRequest.select().count() == 1


def test_it_lets_an_old_tab_of_a_returned_form_overwrite_nothing_by_itself(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "return", marked_fields=["reason"], note="Jelaskan.")
    sari, old = browser("sari"), {**FORM, "reason": "Isian dari tab lama.", "revision": "0"}
    saved = sari.post("/permohonan/draf", old, htmx=True)
    assert (saved.status_code, "belum tersimpan" in saved.text) == (200, True)
    assert "Draf tersimpan" not in saved.text
    answer = sari.post("/permohonan/baru", {**old, "do": "send"})
    assert answer.status_code == 409
    assert "Isian dari tab lama." in answer.text
    assert BackupRequest.get_by_id(request_id).draft["reason"] == FORM["reason"]
    again = {**old, "revision": value(answer.text, "revision"), "do": "send"}
    assert sari.post("/permohonan/baru", again).status_code == 303, "sent again, it is meant"
    assert BackupRequest.get_by_id(request_id).form["reason"] == "Isian dari tab lama."


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "1.0", "\u0661"])
def test_it_takes_no_nonsense_for_the_state_it_showed(browser: Open, revision: str) -> None:
    answer = browser("sari").post("/permohonan/baru", {**FORM, "revision": revision, "do": "send"})
    assert answer.status_code == 409
    assert FORM["reason"] in answer.text


@pytest.mark.parametrize(
    "key", ["", "x", "k" * 500, "../../etc", "kunci draf", "\x00kunci-draf", "kunci'--x"]
)
def test_it_takes_no_foreign_key_of_a_draft(browser: Open, key: str) -> None:
    answer = browser("sari").post("/permohonan/baru", {**FORM, "draft_key": key, "do": "save"})
    assert answer.status_code == 303
    assert re.fullmatch(r"[A-Za-z0-9_-]{8,64}", BackupRequest.get().draft_key)


def test_it_shows_the_fields_to_mend_with_the_note(browser: Open) -> None:
    request_id = send_form(browser)
    decide(
        browser,
        "bambang",
        request_id,
        "return",
        marked_fields=["reason", "folders"],
        note="Sebutkan <akibatnya>.",
    )
    page = browser("sari").get(f"/permohonan/{request_id}/ubah").text
    assert page.count("Diminta diperbaiki: <q") == 2
    assert "Sebutkan &lt;akibatnya&gt;." in page
    assert "Dikembalikan oleh Dr. Bambang" in page


def test_it_says_when_nobody_else_can_sign(browser: Open, cast: dict[str, User]) -> None:
    """Bambang is the only head of his unit; his own request waits for somebody else."""
    bambang = browser("bambang")
    assert "Belum ada pejabat lain" in bambang.get("/permohonan/baru").text
    answer = bambang.post("/permohonan/baru", {**FORM, "draft_key": "kunci-bambang", "do": "send"})
    page = bambang.follow(answer).text
    assert "belum ada pejabat lain yang memegang peran ini" in page
    assert 'id="tindakan"' in page, "he may withdraw it"
    assert 'value="forward"' not in page
    RoleHolding.create(user=cast["sari"], role=Role.UNIT_HEAD.value, unit=cast["sari"].unit)
    assert "Belum ada pejabat lain" not in bambang.get("/permohonan/baru").text


def test_it_is_for_the_owner_alone(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {**FORM, "do": "save"})
    request_id = BackupRequest.get().id
    for who in ("bambang", "agus", "tono", "wulan"):
        assert browser(who).get(f"/permohonan/{request_id}/ubah").status_code == 404, who
    assert browser().get("/permohonan/baru").status_code in (302, 303, 401)
    decide_id = send_form(browser, draft_key="kunci-yang-lain")
    assert browser("bambang").get(f"/permohonan/{decide_id}/ubah").status_code == 403
