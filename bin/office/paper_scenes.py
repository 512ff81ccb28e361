"""The papers as files: what they say, their seal, and the code that leads from the paper in a hand to the portal."""

from __future__ import annotations

import io
import re
import subprocess
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import requests
import zxingcpp

from office.checks import Check
from office.scenes import Stage
from portal.documents import signing
from portal.operations import seals

REQUEST = 1
"""The request that the first scene walked to its end."""
SCALE = 3
"""Of a page's picture: about 216 dots per inch, what an office's scanner gives."""
SECONDS = 60


def papers_hold(stage: Stage) -> None:
    """Nota Dinas, Laporan Layanan and a certificate: fetched, read, their codes scanned from the pages."""
    checks, pegawai, administrator = stage.checks, stage.desks["pegawai"], stage.desks["administrator"]
    names = {"nota_dinas": ("nota-dinas", ("NOTA DINAS", "/ND/", "Bambang Hermawan", "Sari Wulandari")),
             "report": ("laporan", ("LAPORAN LAYANAN", "/LAP/", "Rizky Maulana", stage.snapshot))}  # fmt: skip
    for kind, (name, words) in names.items():
        with checks.that(f"papers.{kind}") as check:
            pdf = pegawai.download(f"/permohonan/{REQUEST}/{name}.pdf")
            _said(stage, check, kind, pdf, words)
    with checks.that("papers.certificate") as check:
        page = administrator.open(f"/permohonan/{REQUEST}").page
        links = [href for href in page.xpath("//a/@href") if href.endswith("/sertifikat.pdf")]
        check.demand(links, "the request's page leads to no certificate")
        pdf = administrator.download(links[0])
        _said(
            stage,
            check,
            "certificate",
            pdf,
            ("SERTIFIKAT UJI PEMULIHAN", "UP-", "Rizky Maulana", stage.snapshot),
        )


def _said(stage: Stage, check: Check, kind: str, pdf: bytes, words: tuple[str, ...]) -> None:
    path = stage.out / "papers" / f"{kind}.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pdf)
    stage.papers[kind] = str(path)
    argv = ["pdftotext", "-layout", str(path), "-"]
    text = " ".join(subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split())
    missing = [word for word in words if word not in text]
    check.demand(not missing, f"does not say {missing}: {text[:300]}")
    codes = _codes(pdf)
    check.demand(len(codes) == 1, f"codes on the page: {codes}")
    check.demand(codes[0].startswith(f"{stage.settings.base_url}/verifikasi/"), codes[0])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        metadata = document.open_metadata()
        check.demand(metadata.pdfa_status == "3B", f"PDF/A {metadata.pdfa_status}")
        check.demand(document.Root.AF[0].AFRelationship == "/Data", "the data is not attached as such")
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        bare = [font for font in fonts if "/FontFile2" not in font.DescendantFonts[0].FontDescriptor]
        check.demand(fonts and not bare, f"{len(bare)} of {len(fonts)} fonts are not embedded")
    check.detail = f"PDF/A-3B, {len(pdf)} bytes, says {', '.join(words)}; its code leads to {codes[0]}"


def papers_sealed(stage: Stage) -> None:
    """The seal, judged by pyHanko's validator: whole file, the office's own authority; one changed byte is seen."""
    with stage.checks.that("papers.signed") as check:
        seal, found = seals.seal_of(stage.settings), []
        for kind, path in sorted(stage.papers.items()):
            pdf = Path(path).read_bytes()
            verdict = signing.verdict(pdf, seal)
            check.demand(verdict.intact and verdict.trusted and verdict.entire, f"{kind}: {verdict}")
            place = pdf.index(b"stream") + 20
            changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
            check.demand(not signing.verdict(changed, seal).intact, f"{kind}: a changed byte was not seen")
            check.demand(not signing.verdict(pdf + b"\n", seal).holds, f"{kind}: an added byte was not seen")
            found.append(kind)
        again = stage.desks["kasatker"].download(f"/permohonan/{REQUEST}/nota-dinas.pdf")
        same = again == Path(stage.papers["nota_dinas"]).read_bytes()
        check.demand(same, "a second download gave another file")
        check.demand(len(found) >= 6, f"papers: {found}")
        check.detail = (
            f"{len(found)} papers by {verdict.signer}: intact, trusted, whole file, the same bytes later"
        )


def papers_verified(stage: Stage) -> None:
    """The code on the page, visited by somebody who is not signed in; then the same for a paper that became void."""
    with stage.checks.that("verify.qr") as check:
        pegawai, kabagtu = stage.desks["pegawai"], stage.desks["kabagtu"]
        receipt = pegawai.download(f"/permohonan/{REQUEST}/tanda-terima.pdf")
        page, told = _visit(receipt), requests.get(f"{_codes(receipt)[0]}x", timeout=SECONDS)
        check.demand("benar diterbitkan" in page, page[:400])
        check.demand("Sari Wulandari" not in page, "the page names a person")
        check.demand(told.status_code == 404, f"a made-up code: {told.status_code}")
        letter = _letter(kabagtu.open("/arsip?jenis=receipt").answer.text)
        kabagtu.open(f"/arsip/{letter}")
        kabagtu.send(f"/arsip/{letter}/batal", {"reason": "Tanggal terima salah dicatat."})
        page = _visit(receipt)
        check.demand("Batal" in page and "benar diterbitkan" not in page, page[:400])
        pegawai.open(f"/arsip/{letter}")
        pegawai.send(f"/arsip/{letter}/pengganti", {})
        replacement = pegawai.download(f"/permohonan/{REQUEST}/tanda-terima.pdf")
        check.demand("benar diterbitkan" in _visit(replacement), "the replacement is not genuine")
        check.detail = (
            "read from the page's picture and visited signed out: genuine; void after it was voided"
        )


def _codes(pdf: bytes) -> list[str]:
    document = pdfium.PdfDocument(pdf)
    pictures = [page.render(scale=SCALE).to_pil() for page in document]
    found = {each.text for picture in pictures for each in zxingcpp.read_barcodes(picture)}
    return sorted(found)


def _visit(pdf: bytes) -> str:
    """What the page of a paper's code says to a visitor."""
    answer = requests.get(_codes(pdf)[0], timeout=SECONDS)
    return re.sub(r"\s+", " ", answer.text) if answer.status_code == 200 else f"status {answer.status_code}"


def _letter(page: str) -> int:
    found = re.search(r'href="/arsip/(\d+)"', page)
    if found is None:
        raise AssertionError("the register shows no letter")
    return int(found[1])
