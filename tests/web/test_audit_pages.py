"""The trail on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from portal.operations import audit, audit_checks
from portal.operations.leases import TERMINAL
from portal.sop.table import Action
from portal.store import db
from portal.store.models import AuditEntry
from portal.store.queries import audit as trail
from portal.web import messages
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form

Open = Callable[..., Browser]
OPERATIONS = Path("portal/operations")


def shown(page: str) -> list[str]:
    return re.findall(r'<td data-label="No\."[^>]*>([\d.]+)<', page)


def test_it_is_for_auditor_heads_and_system_admin(browser: Open) -> None:
    for who in ("tono", "sri", "hendro", "ratna"):
        assert browser(who).get("/audit").status_code == 200, who
    for who in ("sari", "bambang", "joko", "agus", "dewi"):
        for path in ("/audit", "/audit/jejak.csv", "/audit/jejak.jsonl"):
            assert browser(who).get(path).status_code == 403, who
        assert browser(who).post("/audit/periksa").status_code == 403, who


def test_it_tells_in_words_who_did_what(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "return", marked_fields=["reason"], note="Jelaskan <lebih>.")
    page = browser("tono").get("/audit").text
    assert "Dikembalikan untuk diperbaiki" in page
    assert "Jelaskan &lt;lebih&gt;." in page
    assert "Diminta diperbaiki:</dt> <dd>Alasan" in page
    assert f'href="/permohonan/{request_id}"' in page
    assert "Rantai utuh" in page


def test_it_finds_a_changed_row(browser: Open) -> None:
    send_form(browser)
    AuditEntry.update(actor_name="Orang lain").where(AuditEntry.sequence == 2).execute()
    page = browser("tono").get("/audit").text
    assert "Rantai putus pada kejadian nomor 2" in page
    assert "Rantai utuh" not in page


def test_it_filters_by_words_kind_and_days(browser: Open) -> None:
    send_form(browser)
    tono = browser("tono")
    assert len(shown(tono.get("/audit?jenis=request").text)) == 2
    assert len(shown(tono.get("/audit?cari=PB-2026-0001").text)) == 1
    assert len(shown(tono.get("/audit?cari=sari+submit").text)) == 1
    today = db.now().date().isoformat()
    assert shown(tono.get(f"/audit?sejak={today}").text)
    assert "Tidak ada yang cocok" in tono.get("/audit?sampai=2020-01-01").text
    assert "Tidak ada yang cocok" in tono.get("/audit?sejak=2099-01-01").text


def test_it_filters_by_person_event_and_subject(browser: Open) -> None:
    request_id = send_form(browser)
    tono = browser("tono")
    assert len(shown(tono.get("/audit?pelaku=Sari&jenis=request").text)) == 2
    assert len(shown(tono.get("/audit?pelaku=Lumbung").text)) == 0
    assert "Tidak ada yang cocok" in tono.get("/audit?pelaku=Tidak+Ada").text
    assert len(shown(tono.get("/audit?kejadian=request:submit").text)) == 1
    for about in ("subjek=PB-2026-0001", "subjek=pb-2026-0001", f"jenis=request&subjek=%23{request_id}"):
        assert len(shown(tono.get(f"/audit?{about}").text)) == 2, about
    assert "Tidak ada yang cocok" in tono.get("/audit?subjek=PB-2026-9999").text
    assert f'value="{"request:submit"}" selected' in tono.get("/audit?kejadian=request:submit").text


def test_several_people_of_a_name_come_in_one_order(browser: Open) -> None:
    for who in ("sari", "tono", "sari"):
        browser(who)
    found = shown(browser("tono").get("/audit?pelaku=S").text)
    assert len(found) >= 3
    assert found == sorted(found, key=int, reverse=True)


def test_it_goes_on_towards_older_entries_and_misses_none(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_form(browser)
    tono = browser("tono")
    with db.transaction():
        for number in range(120):
            # Many of one instant, and one that a clock moved back has written.
            at = db.now().replace(microsecond=0) - timedelta(days=3 if number == 60 else 0)
            audit.record("session:signed_in", actor=None, subject_type="session", at=at)
    for query in ("", "?jenis=session", "?cari=signed"):
        seen, address = [], f"/audit{query}"
        while address:
            page = tono.get(address).text
            seen += [int(number.replace(".", "")) for number in shown(page)]
            link = re.search(r'rel="next" href="([^"]+)"', page)
            address = link.group(1).replace("&amp;", "&") if link else ""
        wanted = AuditEntry.select().where(AuditEntry.tag.contains("" if not query else "session"))
        assert len(seen) == len(set(seen)) == wanted.count(), query


def test_words_are_looked_for_in_a_bounded_piece_at_a_time(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_form(browser)
    tono = browser("tono")
    monkeypatch.setattr(trail, "REACH", 2)
    page = tono.get("/audit?cari=request:submit").text
    assert shown(page) == ["3"]
    assert "Dicari sampai kejadian nomor 3" in page
    page = tono.get("/audit?cari=request:drafted").text
    assert shown(page) == []
    assert "Belum ditemukan" in page
    page = tono.get(re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")).text
    assert shown(page) == ["2"]


def test_a_long_trail_is_checked_by_the_clock_and_on_request(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_checks, "AT_ONCE", 1)
    monkeypatch.setattr(audit_checks, "PIECE", 4)
    send_form(browser)
    browser("sari"), browser("sari")
    tono = browser("tono")
    page = tono.get("/audit").text
    assert "Rantai belum pernah diperiksa seluruhnya" in page
    page = tono.follow(tono.post("/audit/periksa")).text
    assert "sedang berjalan" in page
    settings = tono.client.application.config["SETTINGS"]
    with db.connection():
        for _ in range(5):
            audit_checks.keep_up(db.now(), settings)
    page = tono.get("/audit").text
    assert "oleh Tono Subagyo" in page
    assert "Rantai putus" not in page
    with db.connection():
        AuditEntry.update(tag="test:forged").where(AuditEntry.sequence == 2).execute()
    tono.post("/audit/periksa")
    with db.connection():
        for _ in range(5):
            audit_checks.keep_up(db.now(), settings)
    assert "Rantai putus pada kejadian nomor 2" in tono.get("/audit").text
    finding = browser("joko").get("/temuan").text
    assert "putus pada kejadian nomor 2" in finding


@pytest.mark.parametrize(
    "odd",
    ["halaman=x", "halaman=-1", "jenis=%3Cb%3E", "cari=%00", "cari=%25", "cari=" + "9" * 50, "sejak=0000-00-00",
     "sampai=9999-12-31", "sebelum=x~y", "sebelum=2026-11-24T00:00:00~5", "pelaku=%00",
     "sebelum=9999-12-31T00:00:00%2B00:00~999999999999", "sebelum=0001-01-01T00:00:00%2B14:00~5",
     "pelaku=%25", "subjek=%23x", "subjek=%00", "subjek=99999999999", "kejadian=%3Cb%3E",
     "sejak=9999-99-99", "sejak=%00", "periksa=x", "_external=1", "endpoint=x"],
)  # fmt: skip
def test_it_answers_whatever_is_asked(browser: Open, odd: str) -> None:
    for path in ("/audit", "/permohonan", "/kotak-masuk", "/arsip"):
        person = browser("hendro")
        assert person.get(f"{path}?{odd}").status_code == 200, path


def test_it_has_words_for_every_event_that_is_recorded() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in OPERATIONS.glob("*.py"))
    events = set(re.findall(r'"([a-z]+:[a-z_]+)"', sources))
    events |= {f"request:{action}" for action in Action} | {f"run:{state}" for state in TERMINAL}
    servers = "\n".join(
        (OPERATIONS / f"{name}.py").read_text(encoding="utf-8") for name in ("servers", "host_keys")
    )
    events |= {f"server:{name}" for name in re.findall(r'_record\("(\w+)"', servers)}
    assert len(events) > 40
    assert events - messages.labels("event").keys() == set()
