"""What square codes a scan shows: a PDF or a picture that somebody uploads, so nothing in it is believed."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import zxingcpp
from PIL import Image

MAX_PIXELS = 60_000_000
"""An A3 page at 400 dots per inch; more is no scan of a letter."""
MAX_PAGES = 20
LONG_SIDE = 3300
"""Pixels of a page's long side when a PDF is drawn: about 280 dots per inch of A4."""
FORMATS = ("PNG", "JPEG")
# PDFium must not be entered twice at once.
_pdfium = threading.Lock()


class Unreadable(ValueError):
    """No page of the file can be looked at: damaged, locked, far too large, or with too many pages."""


def codes(path: Path, media_type: str) -> list[str]:
    """The texts of the square codes on the pages of the file, as they are found. Raises Unreadable."""
    found: list[str] = []
    pages = _pdf(path) if media_type == "application/pdf" else _picture(path)
    try:
        for page in pages:
            read = zxingcpp.read_barcodes(
                page, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
            )
            found += [each.text for each in read if each.text not in found]
    except (pdfium.PdfiumError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise Unreadable(str(error)) from error
    return found


def _picture(path: Path) -> Iterator[Image.Image]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=FORMATS) as picture:
            # Judged by the head of the file, before anything is unpacked.
            if picture.width * picture.height > MAX_PIXELS:
                raise Unreadable("too many pixels")
            yield picture.convert("L")


def _pdf(path: Path) -> Iterator[Image.Image]:
    with _pdfium:
        document = pdfium.PdfDocument(path)
        try:
            if len(document) > MAX_PAGES:
                raise Unreadable("too many pages")
            for page in document:
                side = max(1.0, *page.get_size())
                yield page.render(scale=min(4.0, LONG_SIDE / side), grayscale=True).to_pil()
        finally:
            document.close()
