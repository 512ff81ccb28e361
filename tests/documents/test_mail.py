"""What the mails say."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.documents import mail

RUN = {"run": 12, "run_kind": "backup", "state": "failed", "server": "Web PRTRN", "request": "PB-2026-0001",
       "code": "server.unreachable", "at": "2026-11-23T03:00:00+00:00"}  # fmt: skip
FINDING = {"finding": 3, "finding_kind": "integrity", "severity": "bad", "server": "Web PRTRN",
           "code": "restic.damaged", "run": 12, "at": "2026-11-23T03:00:00+00:00"}  # fmt: skip
URL = "https://lumbung.example/pekerjaan/12"


def test_a_failed_run():
    made = mail.render("run_failed", RUN, URL)
    assert made.subject == "Backup gagal: Web PRTRN"
    for form in (made.text, made.html):
        for words in (
            "#12",
            "PB-2026-0001",
            "23 November 2026 10.00 WIB",
            "server tidak dapat dihubungi",
            URL,
        ):
            assert words in form
    assert "terputus" in mail.render("run_failed", RUN | {"state": "interrupted"}, URL).subject


def test_a_run_without_a_request_or_a_known_cause():
    made = mail.render("run_failed", RUN | {"request": "", "code": ""}, URL)
    assert "Permohonan" not in made.text
    assert "Sebab: lihat halaman pekerjaan\n" in made.text


def test_an_incomplete_run_says_that_it_proves_nothing():
    made = mail.render("run_incomplete", RUN | {"state": "incomplete", "code": "source.unreadable"}, URL)
    assert made.subject == "Backup tidak lengkap: Web PRTRN"
    assert "belum dapat menjadi bukti" in made.text


def test_a_finding():
    made = mail.render("finding", FINDING, URL)
    assert made.subject == "Temuan: Data gudang rusak, Web PRTRN"
    assert "Pekerjaan: #12" in made.html.replace("</th>\n            <td>", ": ").replace("</th>", "")


def test_a_finding_about_numbers_tells_them():
    size = {
        "measure": "total_bytes",
        "database": "",
        "value": 1024**2,
        "low": 2 * 1024**3,
        "high": 3 * 1024**3,
    }
    rows = {"measure": "row_count", "database": "postgresql:arsip", "value": 12, "low": 4000, "high": 6000}
    facts = FINDING | {"finding_kind": "anomaly", "code": "anomaly.range", "measures": [size, rows]}
    text = mail.render("finding", facts, URL).text
    assert "\nUkuran: 1,0 MiB, biasanya 2,0 GiB sampai 3,0 GiB\n" in text
    assert "\nBanyak baris: postgresql:arsip, 12, biasanya 4.000 sampai 6.000\n" in text


def test_a_broken_glass_and_a_late_review():
    facts = {"server": "Web PRTRN", "by": "Agus Riyadi, A.Md.", "late": False, "at": RUN["at"]}
    made = mail.render("emergency", facts, URL)
    assert made.subject == "Backup darurat dijalankan: Web PRTRN"
    assert "Agus Riyadi, A.Md. menjalankan backup darurat" in made.text
    assert "terlambat" in mail.render("emergency", facts | {"late": True}, URL).subject


@given(st.text(), st.sampled_from(["run_failed", "run_incomplete", "finding"]))
def test_whatever_a_server_is_called_the_mail_keeps_its_shape(name, kind):
    made = mail.render(kind, RUN | FINDING | {"server": name}, URL)
    usual = mail.render(kind, RUN | FINDING | {"server": "Web"}, URL)
    assert "\n" not in made.subject
    assert len(made.text.splitlines()) == len(usual.text.splitlines())
    assert made.html.count("<") == usual.html.count("<")


@pytest.mark.parametrize(
    "hostile", ["Web\r\nBcc: x@y.example", "Web\nSebab: semua baik", "Web\u2028X", "We\x00b"]
)
def test_a_name_stays_one_line_of_text(hostile):
    made = mail.render("run_failed", RUN | {"server": hostile}, URL)
    assert made.subject.isprintable()
    assert len([line for line in made.text.splitlines() if line.startswith("Sebab: ")]) == 1


def test_a_name_is_never_markup():
    made = mail.render("run_failed", RUN | {"server": "<img src=x> {{ 7*7 }}"}, URL)
    assert "<img" not in made.html
    assert "&lt;img src=x&gt; {{ 7*7 }}" in made.html
    assert "<img src=x> {{ 7*7 }}" in made.text


def test_links_lead_to_pages_that_exist(app):
    adapter = app.url_map.bind("x")
    for subject_type in mail.PAGES:
        path = mail.link("https://x/", subject_type, 7).removeprefix("https://x")
        assert re.fullmatch(r"[a-z]+\.index|[a-z]+\.show", adapter.match(path)[0]), path
