"""The trail as a file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable

from portal.operations import audit
from portal.store import db
from portal.store.models import AuditEntry
from portal.store.queries import audit as trail
from tests.support.app import Browser
from tests.web.test_chain_walk import send_form

Open = Callable[..., Browser]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_csv_holds_what_is_filtered_in_words(browser: Open) -> None:
    send_form(browser)
    answer = browser("tono").get("/audit/jejak.csv?jenis=request")
    assert answer.status_code == 200
    assert 'filename="jejak-audit-' in answer.headers["Content-Disposition"]
    head, *lines = rows(answer.text)
    assert head[0] == "No."
    assert [line[3] for line in lines] == ["Permohonan dikirim", "Draf dibuat"]
    assert lines[0][5] == "Permohonan PB-2026-0001"
    assert "Langkah: " in lines[0][6]


def test_no_cell_is_a_formula(browser: Open) -> None:
    with db.transaction():
        audit.record("test:written", actor=None, subject_type="test", at=db.now(), data={"=1+1": "=2+2"})
    lines = rows(browser("tono").get("/audit/jejak.csv?jenis=").text)
    assert any(line[6].startswith("'=1+1") for line in lines)
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_jsonl_can_be_checked_without_the_portal(browser: Open) -> None:
    send_form(browser)
    answer = browser("tono").get("/audit/jejak.jsonl")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    for line in lines:
        assert hashlib.sha256(line["text"].encode()).hexdigest() == line["hash"]
    said = [json.loads(line["text"]) for line in lines]
    assert [one["sequence"] for one in said] == list(range(1, len(said) + 1))
    for newer, older in zip(said[1:], lines, strict=False):
        assert newer["previous"] == older["hash"]


def test_taking_it_out_stands_in_the_trail(browser: Open) -> None:
    answer = browser("tono").get("/audit/jejak.csv?pelaku=Sari")
    assert "Jejak diunduh" not in answer.text, "what is written while it is read comes in no more"
    entry = AuditEntry.get(AuditEntry.tag == "audit:exported")
    assert (entry.actor_name, entry.data["form"]) == ("Tono Subagyo, S.E., Ak.", "csv")
    assert entry.data["filters"] == {"pelaku": "Sari"}


def test_words_narrow_a_file_as_they_narrow_the_page(browser: Open) -> None:
    send_form(browser)
    tono = browser("tono")
    with db.transaction():
        audit.record(
            "test:written", actor=None, subject_type="test", at=db.now(), data={"nama": "Sari “S” \\é"}
        )
    for words in ("PB-2026-0001", "sari submit", "3", "“S”", "\\é", "tidak-ada"):
        wanted = [entry.sequence for entry in trail.search(trail.Filter(words=words)).rows]
        assert bool(wanted) == (words != "tidak-ada")
        found = tono.get("/audit/jejak.jsonl", query_string={"cari": words}).text.splitlines()
        assert [json.loads(line)["sequence"] for line in found] == wanted, words


def test_it_is_read_in_pieces(browser: Open, monkeypatch) -> None:
    tono = browser("tono")
    with db.transaction():
        for _ in range(25):
            audit.record("test:written", actor=None, subject_type="test", at=db.now())
    size = trail.size()
    monkeypatch.setattr(trail, "_CHUNK", 4)
    assert len(tono.get("/audit/jejak.jsonl").text.splitlines()) == size
