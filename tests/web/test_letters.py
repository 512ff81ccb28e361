"""The register's pages: a letter by itself, voided and replaced; the reply in the making; scans of signed papers."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from portal.operations import attachments
from portal.store.models import Attachment, Letter, ReplyDraft
from tests.operations.test_scans import photographed
from tests.support import desks
from tests.support.app import Browser
from tests.web.test_delegations import let

Open = Callable[..., Browser]
REASON = "Tanggal pada surat salah."


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("policy_selection")


def test_it_voids_a_letter_and_signs_what_stands_for_it(browser: Open, file) -> None:
    letter = Letter.get(Letter.kind == "nota_dinas")
    dewi, page = browser("dewi"), f"/arsip/{letter.id}"
    assert "Batalkan surat" in dewi.get(page).text
    empty = dewi.post(f"{page}/batal", {"reason": "salah"})
    assert empty.status_code == 422
    assert "salah</textarea>" in empty.text
    assert dewi.post(f"{page}/batal", {"reason": REASON}).status_code == 303
    shown = dewi.get(page).text
    assert REASON in shown
    assert "Batalkan surat" not in shown
    assert "Tandatangani pengganti" not in shown
    bambang = browser("bambang")
    assert "Tandatangani pengganti" in bambang.get(page).text
    answer = bambang.post(f"{page}/pengganti")
    assert answer.status_code == 303
    assert "002/PRTRN/ND/" in bambang.get(answer.location).text
    assert bambang.get(f"{page}.pdf").data.startswith(b"%PDF-")
    assert dewi.post(f"{page}/batal", {"reason": REASON}).status_code == 409
    register = dewi.get("/arsip?keadaan=void").text
    assert letter.number in register
    assert "002/PRTRN/ND/" not in register


def test_it_leaves_letters_to_those_who_may(browser: Open, file) -> None:
    letter = Letter.get(Letter.kind == "nota_dinas")
    for who, status in (("wulan", 404), ("sari", 200), ("tono", 200)):
        assert browser(who).get(f"/arsip/{letter.id}").status_code == status, who
    for who in ("sari", "bambang", "hendro", "tono"):
        assert browser(who).post(f"/arsip/{letter.id}/batal", {"reason": REASON}).status_code == 403, who
    assert browser("dewi").get("/arsip/99999").status_code == 404
    assert Letter.get_by_id(letter.id).voided_at is None


def test_it_gives_the_register_as_a_table(browser: Open, file) -> None:
    answer = browser("dewi").get("/arsip/daftar.csv?jenis=nota_dinas")
    lines = answer.text.splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[0].endswith("Alasan batal")
    assert len(lines) == 2
    assert "001/PRTRN/ND/XI/2026" in lines[1]
    assert browser("sari").get("/arsip/daftar.csv").status_code == 403
    for odd in ("tahun=9999999", "tahun=x", "kelas=%00", "keadaan=<b>"):
        assert browser("dewi").get(f"/arsip/daftar.csv?{odd}").status_code == 200, odd


def test_it_lets_the_signer_put_the_reply_into_better_words(browser: Open, file) -> None:
    file.act("ratna", "refuse", note="Di luar kebijakan kawasan.")
    dewi, page = browser("dewi"), f"/permohonan/{file.request_id}/balasan/konsep"
    assert page in dewi.get(f"/permohonan/{file.request_id}").text
    assert "Di luar kebijakan kawasan." in dewi.get(page).text
    short = dewi.post(page, {"opening": "Tidak.", "closing": "", "do": "save"})
    assert short.status_code == 422
    assert "Tidak." in short.text
    opening = "Sehubungan dengan permohonan Saudara, dengan menyesal belum dapat kami setujui."
    assert dewi.post(page, {"opening": opening, "closing": "Salam.", "do": "save"}).status_code == 303
    shown = dewi.get(page).text
    assert opening in shown
    assert "Kembalikan ke rancangan" in shown
    preview = dewi.post(page, {"opening": opening, "closing": "Salam.", "do": "preview"})
    assert preview.location.endswith("balasan.pdf?konsep=1")
    dewi.post(page, {"do": "reset"})
    assert opening not in dewi.get(page).text
    for who in ("sari", "ratna", "tono"):
        assert browser(who).get(page).status_code == 403, who


def test_whoever_stands_for_the_signer_at_the_reply_alone_words_it(browser: Open, file, cast) -> None:
    file.act("ratna", "refuse", note="Di luar kebijakan kawasan.")
    let(cast, "dewi", role="admin_affairs_head", holder="dewi", extent="steps", steps=("reply",))
    wulan, page = browser("wulan"), f"/permohonan/{file.request_id}/balasan/konsep"
    assert "Di luar kebijakan kawasan." in wulan.get(page).text
    assert file.row.opened_by_id == cast["wulan"].id
    assert wulan.post(page, {"opening": "Dengan menyesal belum dapat kami setujui.", "closing": "Salam.",
                             "do": "save"}).status_code == 303  # fmt: skip
    assert wulan.post(page, {"do": "reset"}).status_code == 303
    wulan.post(
        page, {"opening": "Dengan menyesal belum dapat kami setujui.", "closing": "Salam.", "do": "save"}
    )
    ReplyDraft.update(drafted="Yang lain.").execute()
    shown = wulan.get(page).text
    assert "menjawab keputusan lain" in shown
    assert shown.count("Dengan menyesal") == 1
    file.act("dewi", "answer")
    assert wulan.post(page, {"do": "reset"}).status_code == 404


@pytest.mark.parametrize("place", ["/arsip/{letter}", "/arsip/{letter}.pdf", "/permohonan/{request}/berkas.zip",
                                   "/lampiran/{attachment}"])  # fmt: skip
def test_who_reads_a_paper_at_the_next_desk_has_opened_the_request(browser, cast, settings, place) -> None:
    file = desks.file(settings, cast)
    attachment = Attachment.create(backup_request=file.request_id, filename="surat.pdf", sha256="ab" * 32, size_bytes=1,
                                   media_type="application/pdf", uploaded_by=cast["sari"])  # fmt: skip
    path = attachments.path_of(attachment.sha256, settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    file.act("bambang", "forward")
    there = place.format(letter=Letter.get().id, request=file.request_id, attachment=attachment.id)
    assert browser("bambang").get(there).status_code == 200
    assert file.row.opened_at is None
    assert browser("hendro").get(there).status_code == 200
    assert file.row.opened_by_id == cast["hendro"].id


def test_it_takes_a_scan_and_says_why_not(browser: Open, file) -> None:
    sari, page = browser("sari"), f"/permohonan/{file.request_id}"
    data = photographed(sari.get(f"{page}/nota-dinas.pdf").data, "JPEG")
    assert "Unggah hasil pindaian" in sari.get(page).text
    for sent, said in (
        (b"bukan gambar", "Jenis berkas ini tidak diterima"),
        (b"%PDF-1.7 x", "tidak dapat dibaca"),
    ):
        answer = sari.post(f"{page}/pindaian", {"scan": (io.BytesIO(sent), "a.pdf")},
                           content_type="multipart/form-data")  # fmt: skip
        assert answer.status_code == 422
        assert said in answer.text
    assert sari.post(f"{page}/pindaian", {}).status_code == 422
    answer = sari.post(f"{page}/pindaian", {"scan": (io.BytesIO(data), "nota.jpg")},
                       content_type="multipart/form-data")  # fmt: skip
    assert answer.status_code == 303
    assert "nota.jpg" in sari.get(page).text
    kept = Attachment.get()
    assert sari.get(f"/lampiran/{kept.id}").data == data
    assert browser("wulan").get(f"/lampiran/{kept.id}").status_code == 404
