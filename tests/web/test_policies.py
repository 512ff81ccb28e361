"""The policy's pages, and its rules beside a request."""

from __future__ import annotations

import re

import pytest

from portal.store import db
from portal.store.models import PolicyVersion
from tests.support import desks, machines, policies
from tests.web.test_chain_walk import decide

FORM = {
    "seen": "0",
    "services": ["backup_files"],
    "frequencies": ["daily", "weekly"],
    "class_name": ["Standar", "Arsip", ""],
    "class_least": ["7", "365", ""],
    "class_most": ["90", "1825", ""],
    "largest_gib": "500",
    "most_folders": "10",
    "most_term_months": "24",
    "window_start": ["18:00", ""],
    "window_end": ["06:00", ""],
    "speed_mib": "50",
    "note": "Versi pertama dari isi gudang.",
    "valid_from": "",
}


def test_it_goes_from_the_empty_page_to_a_second_version_that_the_kabid_reads(browser):
    joko, ratna = browser("joko"), browser("ratna")
    assert "Belum ada kebijakan" in joko.get("/kebijakan").text
    page = joko.follow(joko.post("/kebijakan/baru", FORM)).text
    for words in ("versi 1 diterbitkan", "Standar: 7 sampai 90 hari", "18.00–06.00 (12 jam)", "500 GiB", "50 MiB/detik",
                  "Semua satker", "Belum dibaca Kabid"):  # fmt: skip
        assert words in page, words
    assert 'value="Arsip"' in joko.get("/kebijakan/baru").text
    assert "Kebijakan baru" in ratna.get("/").text
    joko.post("/kebijakan/baru", {**FORM, "seen": "1", "largest_gib": "600", "note": "Gudang diperbesar."})
    shown = ratna.get("/kebijakan/2").text
    assert re.search(r"<del>500 GiB</del><ins>600 GiB</ins>", shown)
    assert shown.count("<del>") == 1
    for number in (1, 2):
        assert "Dibaca Kabid" in ratna.follow(ratna.post(f"/kebijakan/{number}/dibaca")).text
    assert "Kebijakan baru" not in ratna.get("/").text
    history = browser("sari").get("/kebijakan").text
    assert ("Versi 1" in history, "Gudang diperbesar." in history, "Versi baru" in history) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("who", "new", "publish", "read"),
    [
        ("joko", 200, 303, 403),
        ("ratna", 403, 403, 303),
        ("agus", 403, 403, 403),
        ("sari", 403, 403, 403),
        ("sri", 403, 403, 403),
    ],
)
def test_each_does_what_is_theirs(browser, cast, who, new, publish, read):
    policies.publish(cast["joko"], at=db.now())
    person = browser(who)
    assert person.get("/kebijakan").status_code == 200
    assert person.get("/kebijakan/baru").status_code == new
    sent = {**FORM, "seen": "1"}
    assert person.post("/kebijakan/baru", sent).status_code == publish
    assert person.post("/kebijakan/1/dibaca").status_code == read
    assert browser().get("/kebijakan").status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"services": []}, "Pilih paling sedikit satu layanan"),
        ({"frequencies": []}, "Pilih paling sedikit satu."),
        ({"largest_gib": "1,5"}, "tanpa koma"),
        ({"most_folders": "41"}, "Isi antara 1 dan 40"),
        ({"class_most": ["5", "1825", ""]}, "Isi antara 7 dan 3.650"),
        (
            {"class_name": ["", "", ""], "class_least": ["", "", ""], "class_most": ["", "", ""]},
            "satu kelas masa simpan",
        ),
        ({"class_most": ["400", "1825", ""]}, "sudah ada di kelas lain"),
        ({"window_end": ["", ""]}, "Baris 1: Tulis jam seperti"),
        ({"note": "ya"}, "Terlalu pendek"),
        ({"valid_from": "2020-01-01"}, "yang sudah lewat"),
        ({"units": ["XYZ"]}, "Satker XYZ tidak ada"),
    ],
)
def test_it_says_what_cannot_be_published_and_keeps_what_was_typed(browser, change, words):
    answer = browser("joko").post("/kebijakan/baru", FORM | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert "(kode:" not in answer.text
    assert "Versi pertama dari isi gudang." in answer.text or "note" in change
    assert PolicyVersion.select().count() == 0


def test_it_says_when_another_version_came_in_between(browser, cast):
    policies.publish(cast["joko"], at=db.now())
    answer = browser("joko").post("/kebijakan/baru", FORM)
    assert answer.status_code == 409
    assert "Versi 1 sudah diterbitkan" in answer.text
    assert "Versi pertama dari isi gudang." in answer.text
    assert 'name="seen" value="1"' in answer.text


@pytest.mark.parametrize("path", ["/kebijakan/9", "/kebijakan/0"])
def test_it_knows_no_other_versions(browser, path):
    assert browser("joko").get(path).status_code == 404


@pytest.fixture
def waiting(app, cast, settings):
    """A request at step 3 that asks for more days than the policy has a class for."""
    machines.trusted(cast["agus"], cast["joko"], settings)
    policies.publish(cast["joko"])
    form = {"has_server": "on", "server_name": "Web PRTRN", "retention_days": "400"}
    return desks.file(settings, cast, **form).walk("policy_selection")


def verdicts(page):
    found = re.findall(r'<li class="is-(\w+) [^>]*>.*?<strong>([^<]+)</strong>', page, re.DOTALL)
    return {name: verdict for verdict, name in found}


def test_the_rules_stand_beside_the_request_with_their_numbers(browser, waiting):
    page = browser("ratna").get(f"/permohonan/{waiting.request_id}").text
    assert verdicts(page)["Masa simpan"] == "not_met"
    assert verdicts(page)["Layanan"] == "met"
    assert "400 hari tidak termasuk kelas mana pun" in page
    assert '<a href="/kebijakan/1">Kebijakan versi 1</a>' in page
    assert '<input type="hidden" name="policy_version" value="1">' in page
    assert page.index("Hasil seleksi") < page.index("Tindakan Anda")
    line = re.search(r'lb-rules-line">(.*?)</p>', browser("ratna").get("/kotak-masuk").text, re.DOTALL).group(
        1
    )
    assert "1 tidak terpenuhi" in line
    assert "masa simpan" in line


def test_the_requester_sees_them_once_they_are_part_of_a_decision(browser, waiting):
    assert "Hasil seleksi" not in browser("sari").get(f"/permohonan/{waiting.request_id}").text
    decide(browser, "ratna", waiting.request_id, "approve", policy_version="1")
    page = browser("sari").get(f"/permohonan/{waiting.request_id}").text
    assert "Kebijakan versi 1: 1 tidak terpenuhi" in page
    assert "Hasil seleksi" not in page
    kasubbid = browser("joko").get(f"/permohonan/{waiting.request_id}").text
    titles = re.findall(r'lb-rules-title">([^<]+)<', kasubbid)
    assert titles == ["Spesifikasi layanan", "Kebijakan"]
    assert "Masa simpan" in browser("tono").get("/audit").text


def test_a_page_older_than_the_policy_is_shown_the_new_answers(browser, waiting, cast):
    policies.publish(
        cast["joko"], at=db.now(), retention_classes=[{"name": "x", "least_days": 7, "most_days": 500}]
    )
    ratna = browser("ratna")
    sent = {
        "action": "approve",
        "revision": str(waiting.row.revision),
        "policy_version": "1",
        "note": "Setuju saja.",
    }
    answer = ratna.post(f"/permohonan/{waiting.request_id}/keputusan", sent)
    assert answer.status_code == 409
    assert "Kebijakan versi 2 mulai berlaku sejak halaman ini dibuka" in answer.text
    assert "Setuju saja." in answer.text
    assert verdicts(answer.text)["Masa simpan"] == "met"
    assert waiting.row.step == "policy_selection"


def test_a_policy_altered_in_the_database_judges_nothing(browser, waiting):
    db.database.execute_sql("UPDATE policy_version SET terms = replace(terms, '500', '900')")
    page = browser("ratna").get(f"/permohonan/{waiting.request_id}").text
    assert "berubah di luar portal" in page
    assert verdicts(page) == {}
    assert "Tindakan Anda" in page
    assert "berubah di luar portal" in browser("joko").get("/kebijakan").text


def test_the_forms_say_what_the_policy_allows(browser, cast, settings):
    assert "kebijakan versi" not in browser("sari").get("/permohonan/baru").text
    policies.publish(cast["joko"], most_term_months=6)
    hint = re.search(
        r'id="kebijakan">(.*?)</p>', browser("sari").get("/permohonan/baru").text, re.DOTALL
    ).group(1)
    for words in (
        "Backup file server, Backup database",
        "setiap hari, setiap minggu",
        "Standar: 7 sampai 90 hari",
    ):
        assert words in hint
    file = desks.file(settings, cast).walk("specification_selection")
    page = browser("joko").get(f"/permohonan/{file.request_id}").text
    assert "Kebijakan versi 1: paling lama 6 bulan" in page
    assert re.search(r'id="term_months"[^>]*value="6"', page)
