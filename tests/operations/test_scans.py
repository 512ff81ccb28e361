"""Scans of signed papers: matched by the code that the page shows, refused with a reason where it is not that paper."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from PIL import Image

from portal.documents import scanned
from portal.errors import Forbidden, InvalidInput
from portal.operations import papers, scans, voids
from portal.store.models import Attachment, AuditEntry, Letter
from portal.store.queries import issued as rows
from portal.store.queries import requests as request_rows
from tests.support import desks


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("policy_selection")


def paper(file: desks.File, kind: str = "nota_dinas") -> bytes:
    return papers.pdf(file.row, kind, file.settings)


def photographed(pdf: bytes, kind: str = "PNG", dpi: int = 150, tilt: float = 1.5) -> bytes:
    """The first page as a scanner gives it: a picture, a little askew."""
    document = pdfium.PdfDocument(pdf)
    picture = document[0].render(scale=dpi / 72).to_pil().convert("RGB")
    document.close()
    sent = io.BytesIO()
    picture.rotate(tilt, fillcolor="white").save(sent, kind)
    return sent.getvalue()


def take(file: desks.File, data: bytes, who: str = "sari") -> Attachment:
    return scans.take(file.request_id, file.cast[who], "pindaian.pdf", io.BytesIO(data), at=file.at,
                      settings=file.settings)  # fmt: skip


def refusal(file: desks.File, data: bytes) -> tuple[str, dict]:
    with pytest.raises(InvalidInput) as refused:
        take(file, data)
    kept = [path for path in (file.settings.var / "attachments").rglob("*") if path.is_file()]
    assert kept == [], "what is refused leaves nothing on the disk"
    return refused.value.fields["scan"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_it_keeps_a_scan_with_the_paper_that_it_shows(file, kind):
    data = photographed(paper(file), kind)
    kept = take(file, data)
    assert kept.scan_of.id == rows.of_request(file.request_id, "nota_dinas").id
    assert [row.id for row in rows.scans_of(file.request_id)] == [kept.id]
    assert request_rows.attachments(file.request_id) == [], "it is no attachment of the form"
    entry = AuditEntry.get(AuditEntry.tag == "scan:added")
    assert entry.data["sha256"] == kept.sha256
    assert take(file, data).id == kept.id, "the same scan twice is one"


def test_it_names_the_paper_of_another_request(file, cast, settings):
    other = desks.file(settings, cast).walk("center_disposition")
    code, context = refusal(file, photographed(paper(other)))
    assert code == "scan.other_paper"
    assert context["number"] == other.letters["nota_dinas"]


def test_it_says_when_there_is_no_code(file):
    white = io.BytesIO()
    Image.new("RGB", (800, 1100), "white").save(white, "PNG")
    assert refusal(file, white.getvalue())[0] == "scan.no_code"


def test_it_takes_no_scan_of_a_void_paper(file):
    data = photographed(paper(file))
    voids.void(Letter.get(Letter.kind == "nota_dinas").id, file.cast["dewi"], "Tanggal pada surat salah.",
               at=file.at, settings=file.settings)  # fmt: skip
    assert refusal(file, data)[0] == "scan.void"


@pytest.mark.parametrize("data", [b"%PDF-1.7\nrusak", b"\x89PNG\r\n\x1a\nrusak", b"\xff\xd8\xffrusak"])
def test_it_says_that_it_cannot_read_what_is_damaged(file, data):
    assert refusal(file, data)[0] == "scan.unreadable"


def test_it_unpacks_no_picture_beyond_its_limit(file):
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    assert len(huge.getvalue()) < 200_000
    assert refusal(file, huge.getvalue())[0] == "scan.unreadable"


def test_it_reads_no_book(file, monkeypatch):
    monkeypatch.setattr(scanned, "MAX_PAGES", 0)
    assert refusal(file, paper(file))[0] == "scan.unreadable"


@pytest.mark.parametrize(("data", "code"), [(b"", "attachment.empty"), (b"MZ\x90", "attachment.kind")])
def test_it_takes_pdf_png_and_jpeg_only(file, data, code):
    assert refusal(file, data)[0] == code


def test_it_takes_scans_from_those_on_the_request_only(file):
    data = photographed(paper(file))
    for who in ("wulan", "tono", "sri"):
        with pytest.raises(Forbidden, match=r"scan.not_yours"):
            take(file, data, who)
    assert take(file, data, "bambang").uploaded_by.username == "bambang"
