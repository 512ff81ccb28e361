"""A request's way through the pages, as each of the cast walks it."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal.store.models import BackupRequest, Server, User
from tests.support.app import Browser

FORM = {
    "draft_key": "kunci-draf",
    "revision": "0",
    "date": "2026-11-24",
    "name": "Sari Wulandari",
    "nip": "199003122015042001",
    "phone": "0812 3456 7890",
    "email": "sari@example.go.id",
    "has_folder": "on",
    "folders": "/srv/web",
    "services": ["backup_files"],
    "frequency": "daily",
    "retention_days": "30",
    "reason": "Situs laboratorium dipakai setiap hari.",
}


def send_form(browser: Callable[..., Browser], **changes: object) -> int:
    """Let Sari send FM 001 and return the request's id."""
    answer = browser("sari").post("/permohonan/baru", {**FORM, **changes, "do": "send"})
    assert answer.status_code == 303, answer.text
    return int(re.search(r"/permohonan/(\d+)$", answer.location).group(1))


def decide(
    browser: Callable[..., Browser], who: str, request_id: int, action: str, **sent: object
) -> Browser:
    """Open the request as `who` and decide on it."""
    person = browser(who)
    person.get(f"/permohonan/{request_id}")
    revision = BackupRequest.get_by_id(request_id).revision
    data = {"action": action, "revision": str(revision), **sent}
    answer = person.post(f"/permohonan/{request_id}/keputusan", data)
    assert answer.status_code == 303, answer.text
    page = person.follow(answer)
    assert page.status_code == 200, page.text
    return person


def test_it_walks_to_execution_through_the_pages(
    browser: Callable[..., Browser], cast: dict[str, User]
) -> None:
    server = Server.create(name="web", address="10.0.0.9", username="root", created_by=cast["agus"])
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward", instructions=["process"], note="Mohon segera.")
    decide(browser, "ratna", request_id, "approve")
    decide(browser, "joko", request_id, "approve", server_id=str(server.id), folders="/srv/web",
           services=["backup_files"], term_months="12")  # fmt: skip
    agus = decide(browser, "agus", request_id, "follow_up")
    assert BackupRequest.get_by_id(request_id).step == "execution"
    for name in ("fm001", "nota-dinas", "disposisi"):
        paper = agus.get(f"/permohonan/{request_id}/{name}.pdf")
        assert paper.status_code == 200, paper.text
        assert paper.data.startswith(b"%PDF-")
    assert agus.get(f"/permohonan/{request_id}/laporan.pdf").status_code == 404


def test_it_shows_every_page_of_the_chain_to_each_role(browser: Callable[..., Browser]) -> None:
    request_id = send_form(browser)
    for who in ("sari", "bambang", "hendro", "ratna", "joko", "agus", "dewi", "tono"):
        person = browser(who)
        for path in (
            "/",
            "/permohonan",
            "/permohonan/baru",
            f"/permohonan/{request_id}",
            "/permohonan/daftar.csv",
        ):
            answer = person.get(path)
            assert answer.status_code == 200, (who, path, answer.text)
    for who, path in (("bambang", "/kotak-masuk"), ("tono", "/audit?periksa=1"), ("tono", "/arsip")):
        assert browser(who).get(path).status_code == 200


def test_it_hides_a_request_from_those_whom_it_does_not_concern(browser: Callable[..., Browser]) -> None:
    request_id = send_form(browser)
    assert browser("wulan").get(f"/permohonan/{request_id}").status_code == 404
    assert browser("wulan").get(f"/permohonan/{request_id}/fm001.pdf").status_code == 404


def test_it_keeps_everything_typed_when_a_field_is_wrong(browser: Callable[..., Browser]) -> None:
    hostile = {
        "nip": "123",
        "folders": "-oProxyCommand=x\n/srv/$(id)",
        "reason": "<script>alert(1)</script> singkat",
    }
    answer = browser("sari").post("/permohonan/baru", {**FORM, **hostile, "do": "send"})
    assert answer.status_code == 422
    assert "/srv/$(id)" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    assert BackupRequest.get().draft["nip"] == "123"


def test_it_marks_what_must_be_mended_and_shows_the_difference(browser: Callable[..., Browser]) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "return", marked_fields=["reason"], note="Alasan belum jelas.")
    sari = browser("sari")
    page = sari.get(f"/permohonan/{request_id}/ubah")
    assert "Alasan belum jelas." in page.text
    assert "Diminta diperbaiki" in page.text
    row = BackupRequest.get_by_id(request_id)
    mended = {
        **FORM,
        "draft_key": row.draft_key,
        "revision": str(row.revision),
        "reason": "Alasan yang lengkap.",
    }
    answer = sari.post("/permohonan/baru", {**mended, "do": "send"})
    assert answer.status_code == 303, answer.text
    assert "Yang diubah sejak dikembalikan" in sari.follow(answer).text


def test_it_tells_who_decided_first(browser: Callable[..., Browser]) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    late = browser("hendro")
    late.get(f"/permohonan/{request_id}")
    answer = late.post(
        f"/permohonan/{request_id}/keputusan", {"action": "forward", "revision": "1", "note": "catatan saya"}
    )
    assert answer.status_code == 409
    assert "Bambang" in answer.text


def test_it_saves_the_draft_as_it_is_typed_and_checks_a_field(browser: Callable[..., Browser]) -> None:
    sari = browser("sari")
    saved = sari.post("/permohonan/draf", {**FORM, "reason": "baru separuh"}, htmx=True)
    assert "Draf tersimpan" in saved.text
    assert BackupRequest.select().count() == 1
    assert BackupRequest.get().draft["reason"] == "baru separuh"
    checked = sari.post("/permohonan/periksa/nip", {**FORM, "nip": "12"}, htmx=True)
    assert 'id="nip-error"' in checked.text
