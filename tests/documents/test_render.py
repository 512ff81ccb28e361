from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pydantic import BaseModel, ValidationError
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from portal.config import Settings
from portal.documents.papers import Fm001Paper, Letterhead, Paper
from portal.documents.render import ASSETS, AssetFetcher, AttachedFile, render
from tests.documents import reading, samples

A4_WIDTH, A4_HEIGHT = 595.3, 841.9
HOSTILE = {
    "markup": "<script>alert(1)</script><img src='file:///etc/passwd'><style>*{display:none}</style>",
    "formula": '=HYPERLINK("http://127.0.0.1/","x")',
    "template": "{{ paper.__class__.__mro__ }}{% include '/etc/passwd' %}",
    "newlines": "satu\n\n\ndua\r\ntiga\x00\x1b[2J\u202e",
    "name of 120": "Pegawai " * 15,
    "unbreakable": "W" * 300,
    "note of 2000": "Kalimat catatan yang panjang. " * 67,
}

ADDRESS = "http://127.0.0.1:8000/verifikasi/aB3_dE6-gH9jKlMnOpQrSt"


def with_text(paper: Paper, value: str) -> Paper:
    """`paper` with `value` in every free text."""
    fixed = {"services", "frequency", "instructions", "service", "nip", "requester_nip"}

    def fill(model: BaseModel) -> dict[str, Any]:
        return {name: fill_value(name, getattr(model, name)) for name in type(model).model_fields}

    def fill_value(name: str, old: Any) -> Any:
        if isinstance(old, BaseModel):
            return fill(old)
        if isinstance(old, tuple) and name not in fixed:
            return tuple(fill_value(name, item) for item in old)
        literal = name in {
            "outcome",
            "action",
            "foot",
            "urgency",
            "prefix",
            "engine",
            "seal_kind",
            "verification",
            "logo",
        }
        return value if isinstance(old, str) and name not in fixed and not literal else old

    return type(paper).model_validate(fill(paper))


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", samples.EVERY)
def test_it_keeps_hostile_and_long_values_as_text_on_the_paper(name: str, kind: str) -> None:
    paper = with_text(samples.EVERY[name](verification=ADDRESS), HOSTILE[kind])
    pdf = render(paper.template, paper)
    words = reading.words(pdf)
    assert words
    assert all(word.left > 0 and word.right <= A4_WIDTH - 2 / 2.54 * 72 + 3 for word in words)
    assert all(word.top > 0 and word.bottom < A4_HEIGHT for word in words)
    joined = "".join(word.text for word in words)
    if kind in {"markup", "formula", "template"}:
        assert HOSTILE[kind].replace(" ", "") in joined
    assert "root:x:0" not in joined
    with pikepdf.open(_file(pdf)) as document:
        assert "/OpenAction" not in document.Root
        assert "/AA" not in document.Root


def test_it_shows_forty_folders_and_a_note_of_2000_characters_to_the_end() -> None:
    folders = tuple(f"/srv/data/{number:03d}" for number in range(40))
    note = "Awal. " + "Isi catatan. " * 150 + "Akhir."
    pdf = render(
        "nota_dinas",
        samples.nota_dinas(request=samples.REQUEST.model_copy(update={"folders": folders}), note=note),
    )
    read = reading.text(pdf)
    assert all(folder in read for folder in folders)
    assert "Akhir." in read


def test_it_caps_a_list_on_paper_and_carries_all_of_it_as_data() -> None:
    folders = tuple(f"/srv/data/{number:05d}" for number in range(2000))
    pdf = render("report", samples.report(runs=(samples.run(folders=folders),)))
    read = reading.text(pdf)
    assert "dan 1.500 lainnya, lihat data terlampir" in read
    assert "/srv/data/01999" not in read
    assert _data(pdf)["runs"][0]["folders"][-1] == "/srv/data/01999"


@pytest.mark.parametrize("name", samples.EVERY)
def test_it_writes_pdf_a_3b_in_indonesian_with_title_and_author(name: str) -> None:
    paper = samples.EVERY[name]()
    with pikepdf.open(_file(render(paper.template, paper))) as document:
        with document.open_metadata() as metadata:
            assert metadata["pdfaid:part"] == "3"
            assert metadata["pdfaid:conformance"] == "B"
            assert paper.number in metadata["dc:title"]
        assert str(document.Root.Lang) == "id"
        assert str(document.docinfo["/Author"]).startswith("BADAN TENAGA NUKLIR NASIONAL")
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert not document.is_encrypted
        assert [round(float(side)) for side in document.pages[0].MediaBox] == [0, 0, 595, 842]


@pytest.mark.parametrize("name", samples.EVERY)
def test_it_embeds_the_arial_metric_and_nothing_else(name: str) -> None:
    paper = samples.EVERY[name]()
    with pikepdf.open(_file(render(paper.template, paper))) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert fonts
        for font in fonts:
            assert "Liberation-Sans" in str(font.BaseFont)
            assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor


def test_it_carries_its_data_so_that_it_can_be_printed_again() -> None:
    paper = samples.fm001()
    again = Fm001Paper.model_validate(_data(render("fm001", paper)))
    assert again == paper


def test_it_prints_the_same_paper_to_the_same_bytes() -> None:
    assert render("report", samples.report()) == render("report", samples.report())


def test_it_carries_attached_files() -> None:
    file = AttachedFile("bukti\n.txt", b"isi \x00 bukti", "Bukti")
    with pikepdf.open(_file(render("receipt", samples.receipt(), attachments=(file,)))) as document:
        assert document.attachments["bukti .txt"].get_file().read_bytes() == b"isi \x00 bukti"
        assert document.Root.AF[0].AFRelationship == "/Data"


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "http://127.0.0.1:9/", "https://example.com/x.css", "ftp://127.0.0.1/x",
     "data:text/plain,x", "paper.css/../../fm001/paper.html", "../fm001/paper.html", "%2e%2e/fm001/paper.html",
     "file://elsewhere/etc/passwd", "//127.0.0.1/x"],
)  # fmt: skip
def test_it_fetches_nothing_but_its_own_assets(url: str) -> None:
    html = HTML(string=f"<img src='{url}'>", base_url=f"{ASSETS.as_uri()}/", url_fetcher=AssetFetcher())
    with pytest.raises(FatalURLFetchingError):
        html.write_pdf()


def test_it_follows_no_link_out_of_its_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("body { color: red }")
    assets = tmp_path / "assets"
    assets.mkdir()
    (assets / "link.css").symlink_to(secret)
    monkeypatch.setattr("portal.documents.render.ASSETS", assets)
    with pytest.raises(PermissionError):
        AssetFetcher().fetch(f"{assets.as_uri()}/link.css")


def test_it_fetches_its_own_stylesheet() -> None:
    response = AssetFetcher().fetch(f"{ASSETS.as_uri()}/paper.css")
    assert response.content_type == "text/css"
    assert b"Liberation Sans" in response.read()


@pytest.mark.parametrize("name", samples.EVERY)
def test_it_leaves_the_renderer_nothing_to_complain_about(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    paper = samples.EVERY[name]()
    logging.getLogger("weasyprint").propagate = True
    with caplog.at_level(logging.WARNING, "weasyprint"):
        render(paper.template, paper)
    assert not caplog.records


def test_it_never_breaks_a_line_after_its_first_word() -> None:
    lines = reading.layout(render("report", samples.report())).splitlines()
    assert any("per satu pada 24 November 2026" in line for line in lines)


def test_it_prints_the_names_that_the_installation_has_set(tmp_path: Path) -> None:
    assert Letterhead.of(Settings(var=tmp_path)) == Letterhead()
    settings = Settings(
        var=tmp_path,
        agency="BADAN CONTOH",
        center="PUSAT CONTOH",
        center_short="PUSCON",
        form_download="http://unduh.example",
        suggestion_email="saran@contoh.example",
    )
    read = reading.text(render("fm001", samples.fm001(letterhead=Letterhead.of(settings))))
    for name in (
        "BADAN CONTOH",
        "PUSAT CONTOH",
        "izin tertulis dari PUSCON",
        "unduh.example",
        "saran@contoh.example",
    ):
        assert name in read


def test_it_refuses_a_field_that_no_paper_has() -> None:
    with pytest.raises(ValidationError):
        samples.fm001(colour="red")


def _file(pdf: bytes) -> Any:
    return io.BytesIO(pdf)


def _data(pdf: bytes) -> dict[str, Any]:
    with pikepdf.open(_file(pdf)) as document:
        content: dict[str, Any] = json.loads(document.attachments["data.json"].get_file().read_bytes())
    return content
