"""Asking for a service to go on or to stop, on the pages: buttons, form, the desks' words, and the papers."""

from __future__ import annotations

import re

import pytest

from portal.operations import papers
from portal.store.models import BackupRequest, Snapshot
from tests.documents import reading
from tests.support import copies, desks
from tests.support.desks import File
from tests.support.followups import REASON, ask, grant_of, service, walk


@pytest.fixture
def served(app, cast, settings):
    return service(settings, cast)


def key_of(page: str) -> str:
    found = re.search(r'name="draft_key" value="([^"]+)"', page)
    assert found
    return found.group(1)


def test_its_requester_asks_for_it_to_go_on(browser, served):
    sari = browser("sari")
    where = f"/permohonan/{served.request_id}"
    page = sari.get(where).text
    assert f"{where}/ajukan/perpanjangan" in page
    assert f"{where}/ajukan/penghentian" in page
    form = sari.get(f"{where}/ajukan/perpanjangan").text
    assert served.row.number in form
    assert "/srv/www" in form
    typed = {"draft_key": key_of(form), "revision": "0", "term_months": "0", "reason": REASON, "do": "send"}
    wrong = sari.post(f"{where}/ajukan/perpanjangan", typed)
    assert wrong.status_code == 422
    assert REASON in wrong.text
    assert BackupRequest.get(BackupRequest.kind == "extension").draft["reason"] == REASON
    sent = sari.post(f"{where}/ajukan/perpanjangan", typed | {"term_months": "6"})
    assert sent.status_code == 303
    row = BackupRequest.get(BackupRequest.kind == "extension")
    assert (row.step, row.about_id, row.unit_id) == ("unit_note", served.request_id, served.row.unit_id)
    page = sari.follow(sent).text
    assert "Permohonan perpanjangan layanan" in page
    assert "6 bulan" in page
    assert f"/ajukan/perpanjangan" not in sari.get(where).text, "one change at a time"  # noqa: F541


def test_a_draft_and_a_returned_form_are_gone_on_with(browser, served):
    sari, where = browser("sari"), f"/permohonan/{served.request_id}/ajukan/penghentian"
    typed = {"draft_key": "kunci-lanjutan-1", "revision": "0", "ends_on": "bukan tanggal", "reason": "belum"}
    kept = sari.post(where, typed | {"do": "save"})
    page = sari.follow(kept).text
    assert "bukan tanggal" in page
    assert "Permohonan penghentian layanan" in sari.get("/").text
    asked = ask(served, "extension", term_months="6")
    asked.act("bambang", "return", note="Terlalu lama.", marked_fields=("term_months",))
    page = sari.get(f"/permohonan/{asked.request_id}/ubah").text
    assert "Terlalu lama." in page
    assert "Diminta diperbaiki" in page
    row = asked.row
    fixed = {"draft_key": row.draft_key, "revision": row.revision, "term_months": "3", "reason": REASON}
    sent = sari.post(f"/permohonan/{served.request_id}/ajukan/perpanjangan", fixed | {"do": "send"})
    assert sent.status_code == 303
    assert (asked.row.step, asked.row.form["term_months"]) == ("unit_note", 3)
    assert "3 bulan" in browser("bambang").get(f"/permohonan/{asked.request_id}").text


def test_strangers_have_no_form_of_it(browser, served):
    where = f"/permohonan/{served.request_id}/ajukan/perpanjangan"
    assert browser("wulan").get(where).status_code == 404
    assert browser("ratna").get(where).status_code == 403
    assert browser("bambang").get(where).status_code == 200
    assert browser("sari").get(f"/permohonan/{served.request_id}/ajukan/lain").status_code == 404


def test_the_desks_read_what_it_is_about_and_approve_it(browser, served):
    asked = walk(ask(served, "extension", term_months="6"), "specification_selection")
    joko = browser("joko")
    page = joko.get(f"/permohonan/{asked.request_id}").text
    assert "Setujui perpanjangan" in page
    assert 'name="extension_months"' in page
    assert "grant-folders" not in page
    where = f"/permohonan/{asked.request_id}/keputusan"
    sent = {"action": "approve", "revision": asked.row.revision, "extension_months": "7"}
    refused = joko.post(where, sent)
    assert refused.status_code == 422
    assert "Pemohon meminta 6 bulan" in refused.text
    before = grant_of(served).ends_at
    assert joko.post(where, sent | {"extension_months": "6"}).status_code == 303
    agus = browser("agus")
    page = agus.get(f"/permohonan/{asked.request_id}").text
    assert "Masa berlaku yang baru belum berlaku" in page
    agus.post(where, {"action": "follow_up", "revision": asked.row.revision})
    assert grant_of(served).ends_at > before
    assert "Buktinya lengkap" in agus.get(f"/permohonan/{asked.request_id}").text


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        (
            "extension",
            {"term_months": "6"},
            ("Perpanjangan Layanan Backup Server", "selama 6 bulan", "Semula sampai"),
        ),
        (
            "termination",
            {"ends_on": "2026-11-23"},
            ("Penghentian Layanan Backup Server", "1 salinan tetap tersimpan"),
        ),
    ],
)
def test_its_papers_say_what_it_is(served, kind, typed, said):
    asked = walk(ask(served, kind, **typed), **({"term_months": 6} if kind == "extension" else {}))
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        asked.act(who, action)
    asked.act("sari", "receive")
    read = {
        name: reading.text(papers.pdf(asked.row, name, served.settings))
        for name in papers.available(asked.row)
    }
    assert set(read) == {"fm001", "nota_dinas", "disposition", "report", "reply", "receipt"}
    for name in ("fm001", "nota_dinas", "disposition", "report", "reply"):
        assert said[0] in read[name], name
    assert said[0].lower() in read["receipt"]
    assert served.row.number in read["fm001"]
    for words in said[1:]:
        assert words in read["fm001"] + read["reply"]
        assert "Tidak ada pekerjaan" not in read["report"]


def test_the_survey_is_kept_with_the_receipt_and_shown_to_the_desks(browser, served):
    served.act("agus", "report")
    for who, action in (("joko", "forward"), ("ratna", "forward"), ("dewi", "answer")):
        served.act(who, action)
    sari, where = browser("sari"), f"/permohonan/{served.request_id}"
    assert "Bagaimana layanan ini?" in sari.get(where).text
    sent = {"action": "receive", "revision": served.row.revision, "survey_ease": "5", "survey_speed": "",
            "survey_result": "4", "survey_remark": "Cepat dan jelas."}  # fmt: skip
    wrong = sari.post(f"{where}/keputusan", sent | {"survey_ease": "9"})
    assert wrong.status_code == 422
    assert "Cepat dan jelas." in wrong.text
    assert sari.post(f"{where}/keputusan", sent).status_code == 303
    page = browser("ratna").get(where).text
    assert "Penilaian pemohon" in page
    assert "5 dari 5" in page
    assert "Cepat dan jelas." in page
    assert desks.FORM["reason"] in page


def test_data_is_asked_back_from_the_copy_where_it_lies(browser, served, settings):
    copy = copies.indexed(Snapshot.get(), settings)
    sari, where = browser("sari"), f"/permohonan/{served.request_id}/ajukan/pemulihan"
    listing = sari.get(f"/server/{copy.server_id}/cadangan/{copy.id}?isi=2").text
    assert f"{where}?salinan={copy.id}&amp;isi=3" in listing
    assert (
        "/ajukan/pemulihan"
        not in browser("agus").get(f"/server/{copy.server_id}/cadangan/{copy.id}?isi=2").text
    )
    sent_on = sari.get(where)
    assert (sent_on.status_code, sent_on.location) == (303, f"/server/{copy.server_id}/cadangan")
    page = sari.get(f"{where}?salinan={copy.id}&isi=3").text
    assert "/srv/www/html/beranda.html" in page
    typed = {"draft_key": key_of(page), "revision": "0", "snapshot": copy.id, "entry": "3", "target": "download",
             "reason": "Berkas terhapus tanpa sengaja.", "do": "send"}  # fmt: skip
    gone = sari.post(where, typed | {"entry": "99"})
    assert gone.status_code == 422
    assert "tidak ada lagi" in gone.text
    assert sari.post(where, typed).status_code == 303
    row = BackupRequest.get(BackupRequest.kind == "restore")
    asked = File(settings, served.cast, row.id, served.at, served.server)
    page = browser("bambang").get(f"/permohonan/{row.id}").text
    assert "Permohonan pemulihan data" in page
    assert "/srv/www/html/beranda.html" in page
    walk(asked, "specification_selection")
    page = browser("joko").get(f"/permohonan/{row.id}").text
    assert "Setujui pemulihan" in page
    walk(asked)
    page = browser("agus").get(f"/permohonan/{row.id}").text
    assert "Tidak dapat dilaksanakan" in page
    assert "Pemulihan #" in page
    failed = {"action": "report", "revision": asked.row.revision, "impossible": "1", "note": "Server mati."}
    assert browser("agus").post(f"/permohonan/{row.id}/keputusan", failed).status_code == 303
    assert asked.row.step == "subdivision_report"
