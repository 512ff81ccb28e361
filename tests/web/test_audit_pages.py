"""The trail on the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.operations.leases import TERMINAL
from portal.sop.table import Action
from portal.store import db
from portal.store.models import AuditEntry
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
        assert browser(who).get("/audit").status_code == 403, who


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


@pytest.mark.parametrize(
    "odd",
    ["halaman=x", "halaman=-1", "jenis=%3Cb%3E", "cari=%00", "cari=%25", "cari=" + "9" * 50, "sejak=0000-00-00",
     "sampai=9999-12-31", "sejak=9999-99-99", "sejak=%00", "periksa=x", "_external=1", "endpoint=x"],
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
