"""The pages of the chain against hostile input, double clicks, wrong roles; the list, the inbox, attachments."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from portal.store import db
from portal.store.models import Attachment, BackupRequest, Disposition, Server, User
from portal.web.requests.listing import escaped
from tests.support.app import Browser
from tests.web.test_chain_walk import FORM, decide, send_form

Open = Callable[..., Browser]
PDF = b"%PDF-1.7\nsurat pengantar\n%%EOF\n"
HOSTILE = {
    "option": "-oProxyCommand=touch /tmp/x",
    "shell": "/srv/$(reboot)",
    "newline": "satu\r\ndua",
    "nul": "a\0b",
    "script": "<script>alert(1)</script>",
    "formula": "=HYPERLINK(1)",
    "long": "x" * 30_000,
    "astral": "\u202e\U0001f600 \u2066",
}
FIELDS = ("date", "name", "nip", "phone", "email", "server_name", "application_name", "folders", "frequency",
          "retention_days", "reason", "services", "has_server")  # fmt: skip

DECISION = ("note", "folders", "server_id", "term_months", "services", "instructions", "revision", "action")


def several(browser: Open, count: int) -> list[int]:
    return [
        send_form(
            browser, draft_key=f"kunci-draf-{number:04d}", reason=f"Permohonan yang ke-{number} dari Sari."
        )
        for number in range(count)
    ]


def refused(page: str) -> None:
    """The page says what is wrong in words: no code without a sentence, no markup of the visitor's."""
    assert "(kode:" not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_takes_hostile_input_in_the_form_as_text(browser: Open, text: str) -> None:
    sari = browser("sari")
    for number, field in enumerate(FIELDS):
        key = f"kunci-draf-{number:04d}"
        answer = sari.post("/permohonan/baru", {**FORM, "draft_key": key, field: text, "do": "send"})
        assert answer.status_code in (303, 422), (field, answer.text)
        refused(answer.text)
        kept = BackupRequest.get(BackupRequest.draft_key == key)
        assert kept.step == ("unit_note" if answer.status_code == 303 else "submission"), field
        for path in (f"/permohonan/{kept.id}", "/", "/permohonan"):
            page = sari.get(path)
            assert page.status_code == 200, (field, path)
            refused(page.text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_it_takes_hostile_input_in_a_decision_as_text(
    browser: Open, cast: dict[str, User], text: str
) -> None:
    server = Server.create(name="web", address="10.0.0.9", username="root", created_by=cast["agus"])
    request_id = send_form(browser)
    for who, action in (("bambang", "forward"), ("hendro", "forward"), ("ratna", "approve")):
        decide(browser, who, request_id, action)
    joko, revision = browser("joko"), str(BackupRequest.get_by_id(request_id).revision)
    for field in DECISION:
        data = {"action": "approve", "revision": revision, "server_id": str(server.id), "folders": "relatif",
                "services": ["backup_files"], "term_months": "12", "note": "", field: text}  # fmt: skip
        answer = joko.post(f"/permohonan/{request_id}/keputusan", data)
        refused(answer.text)
        if answer.status_code == 303:
            assert field == "folders"
            assert "/srv/$(reboot)" in text, "an absolute path is a name like any other"
            return
        assert answer.status_code in (409, 422), (field, answer.text)
        assert BackupRequest.get_by_id(request_id).step == "specification_selection"


def test_it_sends_once_when_clicked_twice(browser: Open) -> None:
    sari = browser("sari")
    answers = [sari.post("/permohonan/baru", {**FORM, "do": "send"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert BackupRequest.select().count() == 1
    assert Disposition.select().count() == 1


def test_it_sends_once_when_clicked_twice_with_a_file(browser: Open) -> None:
    sari = browser("sari")
    for _ in range(2):
        answer = sari.post(
            "/permohonan/baru", {**FORM, "do": "send", "attachments": (io.BytesIO(PDF), "surat.pdf")}
        )
        assert answer.status_code == 303, answer.text
    assert (BackupRequest.select().count(), Attachment.select().count()) == (1, 1)


def test_it_decides_once_when_clicked_twice(browser: Open) -> None:
    request_id = send_form(browser)
    bambang = browser("bambang")
    for _ in range(2):
        data = {"action": "forward", "revision": "1", "note": ""}
        assert bambang.post(f"/permohonan/{request_id}/keputusan", data).status_code == 303
    assert Disposition.select().where(Disposition.step == "unit_note").count() == 1


def test_it_lets_nobody_decide_for_another(browser: Open) -> None:
    request_id = send_form(browser)
    data = {"action": "forward", "revision": "1"}
    seen = {who: browser(who).post(f"/permohonan/{request_id}/keputusan", data).status_code
            for who in ("wulan", "sri", "hendro", "ratna", "joko", "agus", "dewi", "tono", "sari")}  # fmt: skip
    assert seen.pop("wulan") == seen.pop("sri") == 404
    assert set(seen.values()) == {403}
    assert BackupRequest.get_by_id(request_id).step == "unit_note"


def test_it_keeps_forms_attachments_and_offices_from_others(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {**FORM, "do": "save", "attachments": (io.BytesIO(PDF), "surat.pdf")})
    draft, file = BackupRequest.get(), Attachment.get()
    wulan = browser("wulan")
    for path in (f"/permohonan/{draft.id}", f"/permohonan/{draft.id}/ubah", f"/lampiran/{file.id}"):
        assert wulan.get(path).status_code == 404, path
    assert wulan.post(f"/lampiran/{file.id}/hapus").status_code == 404
    assert wulan.post("/permohonan/baru", {**FORM, "do": "send"}).status_code == 403
    for path in ("/kotak-masuk", "/arsip", "/audit"):
        assert wulan.get(path).status_code == 403, path
    assert browser("tono").get(f"/permohonan/{draft.id}").status_code == 404, "a draft is its owner's alone"


def test_it_finds_filters_and_pages_the_list(browser: Open) -> None:
    several(browser, 30)
    tono = browser("tono")
    first, second = tono.get("/permohonan"), tono.get("/permohonan?halaman=2")
    numbers = [re.findall(r">(PB-\d{4}-\d{4})<", page.text) for page in (first, second)]
    assert len(set(numbers[0] + numbers[1])) == 30
    assert not set(numbers[0]) & set(numbers[1])
    found = tono.get("/permohonan?cari=ke-17+sari").text
    assert "ke-17 dari" in found
    assert "ke-18 dari" not in found
    assert "Tidak ada yang cocok" in tono.get("/permohonan?cari=%25").text
    assert "Tidak ada yang cocok" in tono.get("/permohonan?langkah=reply").text
    assert "Tidak ada yang cocok" in tono.get("/permohonan?milik=saya").text
    for odd in (
        "halaman=-1",
        "halaman=9999999999999",
        "halaman=x",
        "langkah=%00",
        "cari=%00",
        "cari=" + "y" * 5000,
    ):
        assert tono.get(f"/permohonan?{odd}").status_code == 200, odd
    assert "Belum ada permohonan" in browser("wulan").get("/permohonan").text


def test_it_exports_what_is_filtered_without_formulas(browser: Open) -> None:
    several(browser, 2)
    User.update(name="=2+5").where(User.username == "sari").execute()
    answer = browser("tono").get("/permohonan/daftar.csv?cari=ke-1")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert [row[2] for row in rows[1:]] == ["'=2+5"]
    assert answer.mimetype == "text/csv"
    assert [escaped(cell) for cell in ("=1", "+1", "-1", "@a", "\ta", "\ra", "a=1")] == [
        "'=1", "'+1", "'-1", "'@a", "'\ta", "'\ra", "a=1"]  # fmt: skip


def test_it_groups_the_inbox_by_what_is_due(browser: Open) -> None:
    late, later, paused = several(browser, 3)
    at = db.now()
    for request_id, changes in (
        (late, {"due_at": at - timedelta(hours=1)}),
        (later, {"due_at": at + timedelta(days=9)}),
        (paused, {"paused_at": at, "postponed_until": at + timedelta(days=3)}),
    ):
        BackupRequest.update(changes).where(BackupRequest.id == request_id).execute()
    page = browser("bambang").get("/kotak-masuk").text
    groups = re.findall(r'id="kelompok-(\w+)"', page)
    assert groups == ["late", "later", "paused"]
    assert page.index("ke-0 dari") < page.index("ke-1 dari") < page.index("ke-2 dari")
    assert "Tidak ada yang cocok" in browser("bambang").get("/kotak-masuk?cari=tiada").text
    assert "Semua sudah diputuskan" in browser("dewi").get("/kotak-masuk").text


def test_it_attaches_downloads_and_removes(browser: Open) -> None:
    sari = browser("sari")
    name = "../../etc/<b>surat<!b>.pdf"
    answer = sari.post("/permohonan/baru", {**FORM, "do": "save", "attachments": (io.BytesIO(PDF), name)})
    assert answer.status_code == 303, answer.text
    file = Attachment.get()
    assert "/" not in file.filename
    page = sari.follow(answer).text
    assert f"/lampiran/{file.id}" in page
    assert "<b>surat" not in page
    got = sari.get(f"/lampiran/{file.id}")
    assert (got.data, got.headers["Content-Disposition"].split(";")[0]) == (PDF, "attachment")
    assert sari.post(f"/lampiran/{file.id}/hapus").status_code == 303
    assert sari.get(f"/lampiran/{file.id}").status_code == 404


@pytest.mark.parametrize("content", [b"", b"MZ\x90\x00", b"<html>"], ids=["empty", "program", "page"])
def test_it_refuses_a_file_that_is_not_what_it_says_and_keeps_the_form(browser: Open, content: bytes) -> None:
    data = {**FORM, "do": "send", "attachments": (io.BytesIO(content), "surat.pdf")}
    answer = browser("sari").post("/permohonan/baru", data)
    assert answer.status_code == 422
    assert FORM["reason"] in answer.text
    refused(answer.text)
    assert BackupRequest.get().step == "submission"


def test_it_keeps_a_sent_form_and_its_files_as_they_were(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {**FORM, "do": "send", "attachments": (io.BytesIO(PDF), "surat.pdf")})
    file, sent = Attachment.get(), BackupRequest.get()
    assert sari.post(f"/lampiran/{file.id}/hapus").status_code == 409
    saved = sari.post("/permohonan/draf", {**FORM, "reason": "Diganti sesudah dikirim."}, htmx=True)
    assert "tidak dapat diubah" in saved.text or "sudah dikirim" in saved.text
    assert BackupRequest.get_by_id(sent.id).form == sent.form


@pytest.mark.parametrize(
    ("action", "sent"), [("return", {"note": "Lengkapi."}), ("return", {"marked_fields": ["reason"]})],
    ids=["nothing marked", "no note"],
)  # fmt: skip
def test_it_says_by_the_field_what_a_return_lacks(
    browser: Open, action: str, sent: dict[str, object]
) -> None:
    request_id = send_form(browser)
    data = {"action": action, "revision": "1", **sent}
    answer = browser("bambang").post(f"/permohonan/{request_id}/keputusan", data)
    assert answer.status_code in (409, 422)
    assert "Lengkapi." in answer.text or "checked" in answer.text
    refused(answer.text)
    assert BackupRequest.get_by_id(request_id).step == "unit_note"


def test_it_shows_the_trail_and_whether_it_holds(browser: Open) -> None:
    send_form(browser)
    tono = browser("tono")
    assert "Rantai utuh" in tono.get("/audit?periksa=1").text
    assert "request:submit" in tono.get("/audit?cari=request:submit").text
    assert "Tidak ada yang cocok" in tono.get("/audit?cari=tiada-seperti-ini").text
