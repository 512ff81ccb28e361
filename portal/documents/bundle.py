"""A request's whole file as a zip that is written while it is sent, with a sealed list of what is in it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.documents.formats import clock_time, long_date
from portal.documents.signing import Seal, certificate_pem, signature

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "bundle"
README, VERIFIER, EVIDENCE_VERIFIER = "BACA-SAYA.txt", "periksa.py", "pekerjaan/verify-evidence"
MANIFEST, SIGNATURE, CERTIFICATE = "MANIFEST.json", "MANIFEST.sig", "segel.pem"
DATA, ENTRIES, CERTIFIED, LOG = (
    "data/permohonan.json",
    "jejak/kejadian.jsonl",
    "sertifikat.pdf",
    "catatan.log",
)
PAPERS = {
    "fm001": "surat/fm001.pdf",
    "nota_dinas": "surat/nota-dinas.pdf",
    "disposition": "surat/disposisi.pdf",
    "report": "surat/laporan.pdf",
    "postponement": "surat/balasan-penundaan.pdf",
    "reply": "surat/balasan.pdf",
    "receipt": "surat/tanda-terima.pdf",
}
CHUNK = 256 * 1024
NAME_MAX = 80

# What is made is text for people, not markup.
_environment = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, trim_blocks=True,
                           autoescape=False, keep_trailing_newline=True)  # fmt: skip  # nosec B701


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the bundle, its bytes in pieces that are asked for when their turn comes."""

    name: str
    pieces: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Head:
    """What the sealed list says of the bundle: whose request, when and for whom it was made, and how the trail's chain
    stood (its last entry, that one's hash, up to where it was checked, the first broken entry or None)."""

    number: str
    office: str
    made_at: datetime
    made_for: str
    partial: bool
    chain: dict[str, Any]


class _Pipe(io.RawIOBase):
    """Where the zip is written: bytes that wait to be sent. It cannot go back, so the zip never tries to."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.waiting += data
        return len(data)

    def taken(self) -> bytes:
        found = bytes(self.waiting)
        self.waiting.clear()
        return found


def streamed(head: Head, parts: Iterable[Part], seal: Seal) -> Iterator[bytes]:
    """The zip, piece by piece. Whatever a part raises ends it without its directory: half a zip opens nowhere."""
    pipe: _Pipe = _Pipe()
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as target:
        for part in chain(_explained(head, seal), parts):
            yield from _written(target, pipe, head, part, files)
        listed = _manifest(head, files)
        for part in (Part(MANIFEST, [listed]), Part(SIGNATURE, [signature(listed, seal)])):
            yield from _written(target, pipe, head, part, files)
    yield pipe.taken()


def paper_name(kind: str) -> str:
    """Where a paper lies."""
    return PAPERS.get(kind, f"surat/{safe_name(kind)}.pdf")


def attachment_name(number: int, filename: str) -> str:
    """Where an attachment lies; two of one name stay two."""
    return f"lampiran/{number:02d}-{safe_name(filename)}"


def scan_name(number: int, filename: str) -> str:
    """Where the scan of a signed paper lies."""
    return f"surat/pindaian/{number:02d}-{safe_name(filename)}"


def run_name(run_id: int, name: str) -> str:
    """Where a file of a run lies."""
    return f"pekerjaan/{run_id}/{name}"


def safe_name(name: str) -> str:
    """A file's name that every system takes and that leads nowhere: letters, digits, dots, dashes."""
    stem, dot, end = name.rpartition(".")
    words = [re.sub(r"[^A-Za-z0-9_-]+", "-", word).strip("-") for word in (stem or end, end if stem else "")]
    kept = (words[0] or "berkas")[:NAME_MAX]
    return f"{kept}.{words[1][:8]}" if dot and words[1] else kept


def _written(
    target: zipfile.ZipFile, pipe: _Pipe, head: Head, part: Part, files: dict[str, dict[str, Any]]
) -> Iterator[bytes]:
    if part.name in files:
        raise ValueError(f"{part.name} twice in one bundle")
    info = zipfile.ZipInfo(f"{safe_name(head.number)}/{part.name}", head.made_at.timetuple()[:6])
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
    digest, size = hashlib.sha256(), 0
    with target.open(info, "w", force_zip64=True) as file:
        for piece in part.pieces:
            digest.update(piece)
            size += len(piece)
            file.write(piece)
            if len(pipe.waiting) >= CHUNK:
                yield pipe.taken()
    files[part.name] = {"size": size, "sha256": digest.hexdigest()}


def _explained(head: Head, seal: Seal) -> Iterator[Part]:
    """What tells how to check the rest."""
    words = _environment.get_template(README).render(
        number=head.number, office=head.office, made_for=head.made_for, partial=head.partial, seal=seal.fingerprint,
        made_at=f"{long_date(head.made_at)} {clock_time(head.made_at)}")  # fmt: skip
    yield Part(README, [words.encode()])
    yield Part(VERIFIER, [(TEMPLATES / VERIFIER).read_bytes()])
    yield Part(EVIDENCE_VERIFIER, [(ROOT / "bin" / "verify-evidence").read_bytes()])
    yield Part(CERTIFICATE, [certificate_pem(seal)])


def _manifest(head: Head, files: dict[str, dict[str, Any]]) -> bytes:
    told = {
        "request": head.number,
        "made_at": head.made_at.isoformat(),
        "made_for": head.made_for,
        "chain": head.chain,
        "files": files,
    }
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()
