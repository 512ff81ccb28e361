from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.documents.render import render
from portal.documents.signing import Seal, holds, make_seal, sealed
from tests.documents import reading, samples


@pytest.fixture(scope="module")
def seal() -> Seal:
    return make_seal("Lumbung Uji", at=datetime.now(UTC))


@pytest.fixture(scope="module")
def pdf(seal: Seal) -> bytes:
    paper = samples.certificate()
    return sealed(render(paper.template, paper), seal, reason=paper.number, place="Tangerang Selatan")


def test_it_says_what_was_tested_and_until_when(pdf: bytes) -> None:
    read = reading.text(pdf)
    parts = (
        "SERTIFIKAT UJI PEMULIHAN",
        "NOMOR UP-2026-0042",
        "Berlaku sampai : 22 Februari 2027",
        "PB-2026-0017",
        "/srv/www/jdih",
        "18.452 berkas",
        "0 perbedaan",
        "arsip (PostgreSQL): 2 tabel, 5.009 baris",
        samples.SNAPSHOT[:16],
        samples.MANIFEST[:16],
        "Dimas Nugroho",
        "bukan tanda tangan elektronik",
    )
    for part in parts:
        assert part in read, part
    assert reading.pages(pdf) == 1


def test_its_seal_holds(pdf: bytes, seal: Seal) -> None:
    assert holds(pdf, seal)


def test_its_seal_breaks_with_one_byte(pdf: bytes, seal: Seal) -> None:
    at = pdf.index(b"/Type /Page") + 3
    assert not holds(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :], seal)


def test_its_seal_does_not_cover_what_is_added(pdf: bytes, seal: Seal) -> None:
    assert not holds(pdf + b"\n% added\n", seal)


def test_another_installations_seal_is_not_its_own(pdf: bytes, seal: Seal) -> None:
    assert not holds(pdf, make_seal("Lumbung Lain", at=datetime.now(UTC)))
    paper = samples.certificate()
    assert not holds(render(paper.template, paper), seal)


def test_poppler_finds_the_seal(pdf: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sertifikat.pdf"
    path.write_bytes(pdf)
    said = reading._tool(["pdfsig", "-nocert", str(path)], b"").decode()
    assert "Signature is Valid" in said
    assert "Total document signed" in said
