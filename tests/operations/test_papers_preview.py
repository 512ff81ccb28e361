"""What an official reads before signing: the paper as it will be, marked as a draft."""

from __future__ import annotations

import pytest

from portal.errors import NotFound
from portal.operations import paper_preview, papers
from portal.store.models import Letter
from tests.documents import reading
from tests.support import desks


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def draft(file: desks.File, who: str, kind: str) -> str:
    return reading.text(paper_preview.preview(file.row, kind, file.cast[who], file.settings, at=file.at))


def test_it_shows_each_signer_the_paper_before_it_is_signed(file):
    nota = draft(file, "bambang", "nota_dinas")
    assert "KONSEP" in nota
    assert "Dr. Bambang Prasetyo" in nota
    file.walk("").prove()
    assert "KONSEP" in draft(file, "agus", "report")
    for who, action in (("agus", "report"), ("joko", "forward"), ("ratna", "forward")):
        file.act(who, action)
    before = draft(file, "dewi", "reply")
    assert "KONSEP" in before
    file.act("dewi", "answer")
    after = reading.text(papers.pdf(file.row, "reply", file.settings))
    assert "KONSEP" not in after
    assert "001/PPIKSN/TI 00/XI/2026" in after
    assert "001/PPIKSN/TI 00/XI/2026" in before
    assert "nomor sementara" in before
    assert "sementara" not in after


def test_its_number_is_provisional_until_somebody_signs_first(file, cast, settings):
    other = desks.file(settings, cast)
    for each in (file, other):
        assert "001/PRTRN/ND/XI/2026 (nomor sementara)" in draft(each, "bambang", "nota_dinas")
    other.act("bambang", "forward")
    assert "002/PRTRN/ND/XI/2026 (nomor sementara)" in draft(file, "bambang", "nota_dinas")
    file.act("bambang", "forward")
    assert file.letters["nota_dinas"] == "002/PRTRN/ND/XI/2026"
    # What was taken back keeps its own.
    file.undo("bambang")
    assert "002/PRTRN/ND/XI/2026 (nomor sementara)" in draft(file, "bambang", "nota_dinas")


def test_it_shows_a_refusal_with_its_reasons(file):
    file.walk("policy_selection").act("ratna", "refuse", note="Di luar kebijakan kawasan.")
    assert "Di luar kebijakan kawasan." in draft(file, "dewi", "reply")


def test_it_reports_before_anything_is_proven_that_nothing_is(file):
    assert "KONSEP" in draft(file.walk(""), "agus", "report")


def test_it_shows_it_to_nobody_else_and_keeps_nothing(file):
    for who in ("sari", "hendro", "dewi", "wulan"):
        with pytest.raises(NotFound, match=r"paper.not_yet"):
            draft(file, who, "nota_dinas")
    for kind in ("fm001", "disposition", "receipt", "../x"):
        with pytest.raises(NotFound, match=r"paper.unknown"):
            draft(file, "bambang", kind)
    draft(file, "bambang", "nota_dinas")
    assert Letter.select().count() == 0
