"""Reads a PDF as an official would: its text, its pages, its ticked boxes, what leaves the paper."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp

DPI = 150
XHTML = "{http://www.w3.org/1999/xhtml}"


@dataclass(frozen=True)
class Word:
    """A word on a page (from 1), in points from the page's top left."""

    page: int
    text: str
    left: float
    top: float
    right: float
    bottom: float


def text(pdf: bytes, *options: str) -> str:
    """The text with white space collapsed, so that a wrapped line reads on."""
    return re.sub(r"\s+", " ", layout(pdf, *options))


def layout(pdf: bytes, *options: str) -> str:
    """The text as it lies on the page."""
    return _tool(["pdftotext", "-layout", *options, "-", "-"], pdf).decode()


def pages(pdf: bytes) -> int:
    """How many pages there are."""
    return layout(pdf).count("\f")


def words(pdf: bytes) -> list[Word]:
    """Every word with its place."""
    tree = ET.fromstring(_tool(["pdftotext", "-bbox", "-", "-"], pdf))
    found = []
    for number, page in enumerate(tree.iter(f"{XHTML}page"), 1):
        for word in page.iter(f"{XHTML}word"):
            place = [float(word.attrib[key]) for key in ("xMin", "yMin", "xMax", "yMax")]
            found.append(Word(number, word.text or "", *place))
    return found


def ticked(pdf: bytes, label: str, folder: Path, nth: int = 0) -> bool:
    """Whether the box left of the `nth` occurrence of `label` holds a mark, judged by its pixels."""
    word = _label(words(pdf), label.split(), nth)
    gray, width = _picture(pdf, word.page, folder)
    scale = DPI / 72
    middle = (word.top + word.bottom) / 2 * scale
    # The box is 3.4 mm wide and stands right before the label; its inside is looked at, not its frame.
    columns = range(round((word.left - 17) * scale), round(word.left * scale))
    rows = range(round(middle - 9), round(middle + 9))
    dark = [[gray[row * width + column] < 128 for column in columns] for row in rows]
    frames = [index for index in range(len(columns)) if sum(line[index] for line in dark) > 13]
    assert len(frames) >= 2, f"no box before {label!r}"
    inside = [line[frames[0] + 3 : frames[-1] - 2] for line in dark[3:-3]]
    return sum(map(sum, inside)) > 12


def _label(found: list[Word], parts: list[str], nth: int) -> Word:
    starts = [
        found[index]
        for index in range(len(found) - len(parts) + 1)
        if [word.text.rstrip(",:") for word in found[index : index + len(parts)]] == parts
    ]
    return starts[nth]


def _picture(pdf: bytes, page: int, folder: Path) -> tuple[bytes, int]:
    source = folder / "paper.pdf"
    source.write_bytes(pdf)
    image = _tool(["pdftoppm", "-r", str(DPI), "-gray", "-f", str(page), "-l", str(page), str(source)], b"")
    header = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", image)
    assert header
    return image[header.end() :], int(header[1])


def _tool(command: list[str], data: bytes) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def codes(pdf: bytes, scale: float = 3) -> list[str]:
    """What the square codes on the pages say, read from the pictures of the pages."""
    document = pdfium.PdfDocument(pdf)
    found = [
        each.text
        for page in document
        for each in zxingcpp.read_barcodes(page.render(scale=scale).to_pil())
        if each.format == zxingcpp.BarcodeFormat.QRCode
    ]
    document.close()
    return found
