"""Beside FM 001: what the policy says of it, what was changed since it came back, and each field's own words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.store.models import BackupRequest
from portal.web.requests.changes import WORDS_MAX, word_diff
from tests.support import desks
from tests.support.policies import publish


def published(user, **changes):
    publish(user, **changes)


texts = st.text(alphabet="ab \n", max_size=40) | st.lists(
    st.sampled_from(["salin", "data", "tiap", "hari"])
).map(" ".join)


@given(texts, texts)
def test_a_difference_holds_both_texts_whole(before, after):
    pieces = word_diff(before, after)
    assert "".join(words for what, words in pieces if what != "insert") == before
    assert "".join(words for what, words in pieces if what != "delete") == after
    assert all(words for _, words in pieces)


def test_a_difference_names_the_words_that_changed():
    assert word_diff("Situs dipakai setiap hari.", "Situs itu dipakai tiap hari.") == [
        ("equal", "Situs"),
        ("insert", " itu"),
        ("equal", " dipakai "),
        ("delete", "setiap"),
        ("insert", "tiap"),
        ("equal", " hari."),
    ]


def test_a_difference_of_huge_texts_is_shown_whole():
    huge = "kata " * WORDS_MAX
    assert word_diff(huge, huge + "x") == [("delete", huge), ("insert", huge + "x")]


def advice(browser, **typed):
    return browser.post("/permohonan/kebijakan", {**desks.FORM, **typed}, htmx=True).text


def verdicts(page):
    return dict(re.findall(r'<strong>([^<]+)</strong><span class="visually-hidden">: ([^<.]+)\.', page))


def test_it_says_what_the_policy_would_say_of_what_is_typed(browser, cast, app):
    published(cast["joko"], services=["backup_files"], frequencies=["daily"])
    sari = browser("sari")
    said = verdicts(advice(sari))
    assert set(said.values()) == {"Sesuai"}
    said = verdicts(advice(sari, services=["mirror_files"], frequency="weekly", retention_days="99999"))
    assert [value for value in said.values() if value == "Di luar kebijakan"] == ["Di luar kebijakan"] * 3
    assert "Bila dikirim sekarang, balasannya diperkirakan" in advice(sari)


def test_it_says_nothing_of_what_is_not_typed_and_never_how_large_anything_is(browser, cast, app):
    published(cast["joko"])
    page = advice(
        browser("sari"), services=[], frequency="", retention_days="banyak", folders="", server_name=""
    )
    assert len(verdicts(page)) == 1, "of the unit alone something is known"
    page = advice(browser("sari"), server_name="Tidak Ada", has_server="on")
    assert "Tidak Ada belum terdaftar" in page
    assert "MiB" not in page
    assert "GiB" not in page


def test_it_keeps_nothing_and_hinders_nothing(browser, cast, app):
    published(cast["joko"], services=["mirror_database"])
    advice(browser("sari"), draft_key="kunci-saran-0001")
    assert BackupRequest.select().count() == 0
    sent = {**desks.FORM, "draft_key": "kunci-saran-0001", "revision": "0", "do": "send"}
    assert browser("sari").post("/permohonan/baru", sent).status_code == 303


def test_without_a_policy_it_says_so(browser, app):
    assert "Belum ada kebijakan yang berlaku" in advice(browser("sari"))


def test_without_script_a_button_asks_and_the_draft_is_kept(browser, cast, app):
    published(cast["joko"])
    sent = {**desks.FORM, "draft_key": "kunci-saran-0002", "revision": "0", "do": "advice"}
    answer = browser("sari").post("/permohonan/baru", sent)
    assert answer.status_code == 200
    assert "Kata kebijakan" in answer.text
    assert desks.FORM["reason"] in answer.text
    assert BackupRequest.get().step == "submission"


@pytest.fixture
def returned(app, cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "return", note="Sebutkan akibatnya.", marked_fields=("reason",))
    return file


def test_a_marked_field_carries_the_officials_words_and_the_change_is_seen_before_it_is_sent(
    browser, returned
):
    sari, row = browser("sari"), returned.row
    page = sari.get(f"/permohonan/{row.id}/ubah").text
    assert re.search(r"Diminta diperbaiki: <q[^>]*>Sebutkan akibatnya\.</q>", page)
    assert "Belum ada yang berubah" in page
    mended = {"draft_key": row.draft_key, "revision": row.revision, "phone": "+62 812-3456-7890",
              "reason": "Situs laboratorium dipakai setiap hari; bila hilang, layanan berhenti."}  # fmt: skip
    page = advice(sari, **mended)
    assert "[ditambah: </span>hari; bila hilang, layanan berhenti." in page
    assert "[dihapus: </span>hari." in page
    assert "Nomor HP" not in page, "the same number, written otherwise"
    page = advice(sari, **mended, retention_days="60 hari")
    assert "60 hari" in page, "also what cannot be sent yet"


def test_the_official_sees_the_same_difference_after_it_was_sent_again(browser, returned):
    row = returned.row
    mended = {**desks.FORM, "draft_key": row.draft_key, "revision": row.revision, "do": "send",
              "reason": "Situs laboratorium dipakai setiap jam."}  # fmt: skip
    assert browser("sari").post("/permohonan/baru", mended).status_code == 303
    page = browser("bambang").get(f"/permohonan/{row.id}").text
    assert "Yang diubah sejak dikembalikan" in page
    assert "[dihapus: </span>hari." in page
    assert "[ditambah: </span>jam." in page


def test_each_field_says_what_it_is_for_with_an_example(browser, app):
    page = browser("sari").get("/permohonan/baru").text
    for name in ("date", "name", "nip", "phone", "email", "server_name", "application_name", "folders", "frequency",
                 "retention_days", "reason"):  # fmt: skip
        found = re.search(rf'<small class="form-hint" id="{name}-help">([^<]+)</small>', page)
        assert found, name
        assert len(found.group(1)) > 20, name
    assert page.count("Contoh") >= 8
