"""The page of the evaluation by role, empty and filled, and the lists that it links to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html

from portal.sop.evaluation import Month
from portal.store.db import now
from portal.store.models import BackupRequest, Grant, Survey, Unit
from tests.support import machines


@pytest.fixture
def filled(cast, settings):
    """Two servers, one with an approval in force, a good and a failed backup this month."""
    at = now()
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    machines.enrolled(cast["agus"], settings, name="Arsip <lama>", address="10.20.30.41")
    request = machines.approved(cast["sari"], cast["joko"], server, starts_at=at - timedelta(days=3),
                                ends_at=at + timedelta(days=300))  # fmt: skip
    machines.backed_up(request, cast["agus"], settings, at=at - timedelta(hours=2))
    machines.finished(machines.started(request, cast["agus"], settings, at=at - timedelta(hours=1)), state="failed",
                      code="ssh.refused", at=at - timedelta(minutes=30))  # fmt: skip
    return server, request


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("ratna", 200),
        ("hendro", 200),
        ("joko", 200),
        ("tono", 200),
        ("sari", 403),
        ("agus", 403),
        ("dewi", 403),
    ],
)
def test_it_is_for_those_who_answer_for_the_service(browser, who, status):
    person = browser(who)
    answer = person.get("/evaluasi")
    assert answer.status_code == status
    assert ('href="/evaluasi"' in person.get("/").text) is (status == 200)


def test_an_empty_month_teaches(browser):
    page = browser("ratna").get("/evaluasi").text
    assert "Belum ada yang dapat dievaluasi" in page


def test_it_tells_the_figures_with_what_they_count(browser, filled):
    page = browser("ratna").get("/evaluasi")
    tree = html.fromstring(page.text)
    tiles = {
        tile.xpath("string(.//*[@class='lb-figure-label'])"): tile
        for tile in tree.xpath("//details[contains(@class, 'lb-tile')]")
    }
    shown = {name: tile.xpath("string(.//*[@class='lb-figure-value'])") for name, tile in tiles.items()}
    assert shown["Cakupan"] == shown["Keberhasilan"] == "50 %"
    assert shown["Uji pemulihan"] == "Belum pernah"
    assert "1 dari 2 server" in tiles["Cakupan"].text_content()
    assert "yang dibatalkan orang tidak dihitung" in tiles["Keberhasilan"].text_content()
    assert "Server menolak sambungan" in page.text
    assert "Arsip &lt;lama&gt;" in page.text


def test_every_link_of_evidence_opens_for_whoever_sees_it(browser, filled):
    for who in ("ratna", "hendro", "joko", "tono"):
        person = browser(who)
        tree = html.fromstring(person.get("/evaluasi").text)
        for link in set(tree.xpath("//main//a/@href")):
            if link.startswith("#"):
                assert tree.get_element_by_id(link[1:]) is not None
            elif link.startswith("/"):
                assert person.get(link).status_code == 200, (who, link)


def test_marks_lead_to_each_of_them_and_to_its_request(browser, filled, cast):
    _, request = filled
    BackupRequest.update(step="closed", closed_at=now() - timedelta(minutes=5)).execute()
    said = "Cepat & <ramah>, terima kasih."
    Survey.create(backup_request=request, user=cast["sari"], ease=5, speed=4, result=4, remark=said,
                  created_at=now() - timedelta(minutes=5))  # fmt: skip
    ratna = browser("ratna")
    page = html.fromstring(ratna.get("/evaluasi").text)
    assert "4,3 dari 5" in page.text_content()
    link = page.xpath("//a[text()='Lihat setiap penilaian']/@href")[0]
    listed = html.fromstring(ratna.get(link).text)
    assert said in listed.text_content()
    assert listed.xpath(f"//main//a[@href='/permohonan/{request.id}#penilaian']")
    other = Unit.get(Unit.code == "PPIKSN")
    assert "Belum ada penilaian" in ratna.get(f"{link}&satker={other.id}").text
    assert browser("sari").get(link).status_code == 403


def test_its_charts_hold_nothing_that_the_policy_forbids(browser, filled):
    answer = browser("ratna").get("/evaluasi")
    tree = html.fromstring(answer.text)
    charts = tree.xpath("//main//svg[@role='img']")
    assert len(charts) >= 2
    for chart in charts:
        assert not chart.xpath(".//style | .//script | .//*[@style] | .//@onclick | .//*[@id]")
        assert chart.xpath("./title")[0].text
        assert chart.xpath("./desc")[0].text
    assert tree.xpath("//table//th[text()='Cakupan']")


def test_month_and_unit_are_chosen_by_the_address(browser, filled):
    ratna = browser("ratna")
    other = Unit.get(Unit.code == "PPIKSN")
    tree = html.fromstring(ratna.get(f"/evaluasi?satker={other.id}").text)
    assert tree.xpath("//select[@name='satker']/option[@selected]/@value") == [str(other.id)]
    for odd in ("2026-13", "x", "9999-01", "-1"):
        page = html.fromstring(ratna.get(f"/evaluasi?bulan={odd}&satker=abc").text)
        assert page.xpath("//select[@name='bulan']/option[@selected]/@value") == [Month.of(now()).key]
    earlier = Month.of(now()).moved(-1)
    page = html.fromstring(ratna.get(f"/evaluasi?bulan={earlier.key}").text)
    assert page.xpath("//select[@name='bulan']/option[@selected]/@value") == [earlier.key]


def test_the_lists_narrow_to_month_and_unit(browser, filled):
    _, request = filled
    ratna, key = browser("ratna"), Month.of(now()).key
    other = Unit.get(Unit.code == "PPIKSN")
    assert "#" in ratna.get(f"/pekerjaan?bulan={key}&jenis=salin").text
    page = ratna.get(f"/pekerjaan?bulan={key}&jenis=salin&satker={other.id}").text
    assert "Tidak ada yang cocok" in page
    assert "Hanya backup dan mirroring yang selesai dalam" in page
    before = Month.of(now()).moved(-2).key
    assert "Tidak ada yang cocok" in ratna.get(f"/pekerjaan?bulan={before}").text
    assert request.number in ratna.get("/permohonan").text
    assert request.number not in ratna.get(f"/permohonan?bulan={key}&terlambat=1").text
    assert request.number not in ratna.get(f"/permohonan?bulan={before}").text


def test_the_present_month_is_counted_again_on_demand(browser, filled):
    ratna = browser("ratna")
    assert "1 dari 2 server" in ratna.get("/evaluasi").text
    Grant.update(revoked_at=now()).execute()
    assert "1 dari 2 server" in ratna.get("/evaluasi").text
    assert "0 dari 2 server" in ratna.get("/evaluasi?segar=1").text


def test_the_head_of_the_division_issues_and_everybody_who_reads_gets_the_same(browser, filled):
    ratna, key = browser("ratna"), Month.of(now()).key
    sent = {"month": key, "note": "Perlu satu server lagi.", "key": "terbit-" + "x" * 20}
    answer = ratna.post("/evaluasi/terbitkan", sent)
    assert answer.status_code == 303
    page = ratna.follow(answer).text
    assert "sudah diterbitkan" in page
    paper = html.fromstring(page).xpath("//a[text()='PDF']/@href")[0]
    assert "terbitan 2" not in ratna.follow(ratna.post("/evaluasi/terbitkan", sent)).text
    first = ratna.get(paper)
    assert first.mimetype == "application/pdf"
    for who in ("hendro", "joko", "tono"):
        assert browser(who).get(paper).data == first.data
    sheets = browser("tono").get(paper.replace(".pdf", ".xlsx"))
    assert sheets.data[:2] == b"PK"
    assert ratna.get(f"/evaluasi/data.xlsx?bulan={key}").data[:2] == b"PK"


@pytest.mark.parametrize("who", ["hendro", "joko", "tono", "sari"])
def test_nobody_else_issues(browser, filled, who):
    person = browser(who)
    answer = person.post("/evaluasi/terbitkan", {"month": Month.of(now()).key, "key": "y" * 20})
    assert answer.status_code == 403
    assert "Terbitkan laporan" not in person.get("/evaluasi").text


def test_an_unknown_report_leads_nowhere(browser):
    ratna = browser("ratna")
    assert ratna.get("/evaluasi/laporan/7.pdf").status_code == 404
    assert ratna.get("/evaluasi/laporan/7.xlsx").status_code == 404


def test_too_long_a_note_is_said_with_its_reason(browser):
    ratna = browser("ratna")
    sent = {"month": Month.of(now()).key, "note": "x" * 2001, "key": "z" * 20}
    assert "Laporan tidak diterbitkan" in ratna.follow(ratna.post("/evaluasi/terbitkan", sent)).text


def test_the_front_page_says_how_the_service_stands_to_those_who_answer_for_it(browser, filled):
    for who in ("ratna", "hendro"):
        page = browser(who).get("/").text
        assert "Keadaan layanan" in page
        assert "1 dari 2 server berlayanan sah" in page
        assert "Bukti pulih tertua" in page
    for who in ("joko", "sari", "agus"):
        assert "Keadaan layanan" not in browser(who).get("/").text
