"""The files that the practice server offers: a small web site of a laboratory, with a symbolic and a hard link."""

from __future__ import annotations

import random
from pathlib import Path

PAGES = ("beranda", "layanan", "publikasi", "kontak", "pengumuman", "arsip")
STYLE = "body { font: 1rem/1.6 sans-serif; max-width: 60rem; margin: 2rem auto; }\n"


def make(folder: Path, *, documents: int = 120, seed: int = 119) -> Path:
    """Fill `folder` (made when missing) with the site and return it; the same seed gives the same bytes."""
    dice = random.Random(seed)  # nosec B311 # a site to copy, not a secret
    for name in ("html", "html/gambar", "html/unduhan", "konfigurasi"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for page in PAGES:
        title = page.title()
        text = f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n<p>Laboratorium Uji Bahan.</p>\n"
        (folder / "html" / f"{page}.html").write_text(text, encoding="utf-8")
    (folder / "html" / "gaya.css").write_text(STYLE, encoding="utf-8")
    (folder / "konfigurasi" / "situs.conf").write_text(
        "nama = Situs Laboratorium Uji Bahan\n", encoding="utf-8"
    )
    for number in range(documents):
        body = dice.randbytes(dice.randint(2_000, 60_000))
        (folder / "html" / "unduhan" / f"laporan-{number:03d}.bin").write_bytes(body)
    for number in range(12):
        (folder / "html" / "gambar" / f"foto {number:02d}.jpg").write_bytes(dice.randbytes(90_000))
    _link(folder / "html" / "index.html", "beranda.html")
    hard = folder / "html" / "unduhan" / "laporan-terbaru.bin"
    if not hard.exists():
        hard.hardlink_to(folder / "html" / "unduhan" / f"laporan-{documents - 1:03d}.bin")
    return folder


def _link(path: Path, target: str) -> None:
    if not path.is_symlink():
        path.symlink_to(target)
