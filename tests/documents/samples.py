"""One sample of each paper, of made-up people, for the tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from portal.documents.papers import (
    CertificatePaper,
    DatabaseCount,
    Delivery,
    DispositionEntry,
    DispositionPaper,
    Fm001Paper,
    Forwarding,
    NotaDinasPaper,
    ReceiptPaper,
    Reference,
    ReplyPaper,
    ReportPaper,
    RequestSummary,
    RestoreProof,
    RunEvidence,
    Signatory,
)

SNAPSHOT = "9f2c4be1a07d5538c6e1f0b2947ad3e85c10f6b7d29e4a835b6c7d8e9f0a1b2c"
MANIFEST = "3b1e77c0d94f2a6588b0c5d7e6f1a2b3c4d5e6f708192a3b4c5d6e7f80912a3b"
FOLDERS = ("/srv/www/jdih", "/srv/www/jdih-unggahan", "/etc/nginx")


def at(day: int, hour: int, minute: int) -> datetime:
    """An instant of November 2026, given in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


REQUESTER = Signatory(name="Ratna Puspitasari, S.Kom.", nip="19870412 201012 2 003", signed_at=at(23, 1, 40))
UNIT_HEAD = Signatory(
    post="Kepala Biro Hukum, Hubungan Masyarakat, dan Kerja Sama",
    name="Dr. Bambang Wirawan, M.H.",
    nip="197203151998031002",
    signed_at=at(23, 3, 12),
)
CENTER_HEAD = Signatory(
    post="Kepala PPIKSN", name="Ir. Hadi Santoso, M.T.", nip="196908171994031004", signed_at=at(23, 7, 5)
)
DIVISION_HEAD = Signatory(
    post="Kepala Bidang Pengelolaan Jaringan dan Komunikasi Data",
    prefix="Plh.",
    name="Siti Rahmawati, M.Kom.",
    nip="197811022003122001",
    acting_for="Agus Prakoso, M.T.",
    signed_at=at(24, 2, 30),
)
SUBDIVISION_HEAD = Signatory(
    post="Kepala Subbidang Komunikasi Data",
    name="Yusuf Maulana, S.T.",
    nip="198206092008011005",
    signed_at=at(24, 4, 10),
)
ADMINISTRATOR = Signatory(
    post="Administrator Server",
    name="Dimas Nugroho, A.Md.",
    nip="199301252019031006",
    signed_at=at(24, 8, 20),
)
AFFAIRS_HEAD = Signatory(
    post="Kepala Bagian Tata Usaha",
    name="Endang Lestari, S.E.",
    nip="197405191999032001",
    signed_at=at(25, 3, 0),
)

NOTA_DINAS = Reference(number="012/BHHK/ND/XI/2026", dated=date(2026, 11, 23))
DISPOSITION = Reference(number="034/PPIKSN/AG/XI/2026", dated=date(2026, 11, 23))
REPORT = Reference(number="009/PPIKSN/LAP/XI/2026", dated=date(2026, 11, 24))
REPLY = Reference(number="021/PPIKSN/TI 00/XI/2026", dated=date(2026, 11, 25))

REQUEST = RequestSummary(
    number="PB-2026-0017",
    filed_on=date(2026, 11, 23),
    requester_name=REQUESTER.name,
    requester_nip=REQUESTER.nip,
    unit="Biro Hukum, Hubungan Masyarakat, dan Kerja Sama",
    server_name="web-jdih.batan.go.id",
    application_name="Jaringan Dokumentasi dan Informasi Hukum",
    folders=FOLDERS,
    services=("backup_files",),
    frequency="daily",
    retention_days=90,
    reason="Peraturan dan naskah perjanjian pada situs JDIH belum memiliki salinan di luar servernya.",
)


def fm001(**changes: Any) -> Fm001Paper:
    """FM 001 as it looks after the administrator followed it up."""
    values: dict[str, Any] = {
        "number": REQUEST.number,
        "dated": REQUEST.filed_on,
        "unit": REQUEST.unit,
        "name": REQUESTER.name,
        "phone": "+62 812-3456-7890",
        "nip": REQUESTER.nip,
        "email": "ratna.p@batan.go.id",
        "server_name": REQUEST.server_name,
        "application_name": REQUEST.application_name,
        "folders": FOLDERS,
        "services": ("backup_files",),
        "frequency": "daily",
        "retention_days": 90,
        "reason": REQUEST.reason,
        "attachments": ("daftar-folder.pdf",),
        "unit_head": UNIT_HEAD,
        "requester": REQUESTER,
        "administrator": ADMINISTRATOR,
        "foot": "followed_up",
        "foot_date": date(2026, 11, 24),
    }
    return Fm001Paper(**values | changes)


def empty_fm001() -> Fm001Paper:
    """The form with nothing but its date."""
    return Fm001Paper(dated=date(2026, 11, 23), draft=True)


def nota_dinas(**changes: Any) -> NotaDinasPaper:
    """The Nota Dinas of the unit's head."""
    values: dict[str, Any] = {
        "number": NOTA_DINAS.number,
        "dated": NOTA_DINAS.dated,
        "sender_unit": REQUEST.unit,
        "to_post": "Kepala PPIKSN",
        "sender": UNIT_HEAD,
        "request": REQUEST,
        "copies": ("Kepala Bagian Tata Usaha PPIKSN",),
        "note": "Mengingat pembaruan peraturan dijadwalkan awal Desember, mohon dapat dilaksanakan sebelumnya.",
    }
    return NotaDinasPaper(**values | changes)


ENTRIES = (
    DispositionEntry(
        sender=CENTER_HEAD,
        action="forward",
        to_post=DIVISION_HEAD.post,
        instructions=("process", "report"),
        note="Mohon diseleksi sesuai kebijakan yang berlaku.",
    ),
    DispositionEntry(
        sender=DIVISION_HEAD,
        action="approve",
        to_post=SUBDIVISION_HEAD.post,
        instructions=("study",),
        note="Sesuai kebijakan; periksa kecukupan ruang penyimpanan.",
    ),
    DispositionEntry(
        sender=SUBDIVISION_HEAD,
        action="approve",
        to_post="Administrator Server",
        instructions=("process",),
        note="Laksanakan di luar jam sibuk.",
    ),
)


def disposition(**changes: Any) -> DispositionPaper:
    """The sheet after steps 2, 3 and 4."""
    values: dict[str, Any] = {
        "number": DISPOSITION.number,
        "dated": DISPOSITION.dated,
        "letter_from": UNIT_HEAD.post,
        "letter": NOTA_DINAS,
        "received_on": date(2026, 11, 23),
        "request": REQUEST,
        "entries": ENTRIES,
    }
    return DispositionPaper(**values | changes)


def run(**changes: Any) -> RunEvidence:
    """A successful backup with its proof."""
    values: dict[str, Any] = {
        "run_id": 41, "services": ("backup_files",), "outcome": "succeeded", "server": "web-jdih (10.20.3.14)",
        "folders": FOLDERS, "started_at": at(24, 6, 2), "finished_at": at(24, 6, 9), "duration_seconds": 431.6,
        "file_count": 18452, "total_bytes": 5_368_709_120, "added_bytes": 1_288_490_189, "snapshot_id": SNAPSHOT,
        "manifest_sha256": MANIFEST, "log_sha256": MANIFEST[::-1],
        "host_key": "SHA256:q3nVYc0nqEo3bV7w2N0oN9h7cVb0u1mYqk2d4Xy8Zt0", "tools": ("restic 0.14.0", "rsync 3.2.7"),
        "proof": RestoreProof(run_id=42, tested_at=at(24, 6, 20), compared_count=19120, compared_bytes=5_368_709_120,
                              difference_count=0, duration_seconds=98),
    }  # fmt: skip
    return RunEvidence(**values | changes)


def report(**changes: Any) -> ReportPaper:
    """The report after steps 5, 6 and 7."""
    values: dict[str, Any] = {
        "number": REPORT.number,
        "dated": REPORT.dated,
        "to_post": SUBDIVISION_HEAD.post,
        "request": REQUEST,
        "nota_dinas": NOTA_DINAS,
        "disposition": DISPOSITION,
        "runs": (run(),),
        "administrator": ADMINISTRATOR,
        "note": "Salinan dijadwalkan setiap hari pukul 01.00 WIB.",
        "forwardings": (
            Forwarding(
                sender=SUBDIVISION_HEAD.model_copy(update={"signed_at": at(25, 1, 5)}),
                to_post=DIVISION_HEAD.post,
                note="Sesuai spesifikasi layanan.",
            ),
            Forwarding(
                sender=DIVISION_HEAD.model_copy(update={"signed_at": at(25, 1, 50)}),
                to_post=AFFAIRS_HEAD.post,
            ),
        ),
    }
    return ReportPaper(**values | changes)


def granted(**changes: Any) -> ReplyPaper:
    """The reply to a granted request."""
    values: dict[str, Any] = {
        "number": REPLY.number, "dated": REPLY.dated, "outcome": "granted", "request": REQUEST,
        "nota_dinas": NOTA_DINAS, "attachment_count": 1, "report": REPORT, "signatory": AFFAIRS_HEAD,
        "delivery": Delivery(server="web-jdih", folders=FOLDERS, services=("backup_files",), frequency="daily",
                             retention_days=90, valid_until=date(2027, 11, 23), file_count=18452,
                             total_bytes=5_368_709_120, snapshot_id=SNAPSHOT, proven_at=at(24, 6, 20)),
        "copies": ("Kepala PPIKSN", UNIT_HEAD.post),
    }  # fmt: skip
    return ReplyPaper(**values | changes)


def certificate(**changes: Any) -> CertificatePaper:
    """The certificate of a restore test with a database."""
    values: dict[str, Any] = {
        "number": "UP-2026-0042", "dated": date(2026, 11, 24), "run_id": 42, "request_number": "PB-2026-0017",
        "server": "web-jdih", "host_key": "SHA256:q3nVYc0nqEo3bV7w2N0oN9h7cVb0u1mYqk2d4Xy8Zt0", "folders": FOLDERS,
        "copied_at": at(24, 6, 9), "snapshot_id": SNAPSHOT, "tested_at": at(24, 6, 20),
        "valid_until": date(2027, 2, 22), "file_count": 18452, "entry_count": 19120, "compared_bytes": 5_368_709_120,
        "restore_seconds": 60.0, "compare_seconds": 38.0, "owners_compared": True,
        "databases": (DatabaseCount(engine="postgresql", name="arsip", tables=2, rows=5009),), "load_seconds": 12.0,
        "manifest_sha256": MANIFEST, "evidence_sha256": MANIFEST[::-1], "log_sha256": SNAPSHOT[::-1],
        "tester": ADMINISTRATOR, "seal": "ab" * 32,
    }  # fmt: skip
    return CertificatePaper(**values | changes)


def refused(**changes: Any) -> ReplyPaper:
    """The reply to a refused request."""
    values: dict[str, Any] = {
        "number": REPLY.number,
        "dated": REPLY.dated,
        "outcome": "refused",
        "request": REQUEST,
        "nota_dinas": NOTA_DINAS,
        "signatory": AFFAIRS_HEAD,
        "refused_by": DIVISION_HEAD.post,
        "reasons": "1. Server yang dimohonkan belum terdaftar sebagai server publik.\n"
        "2. Masa simpan melampaui ketentuan paling lama 60 hari.",
        "copies": ("Kepala PPIKSN",),
    }
    return ReplyPaper(**values | changes)


def receipt(**changes: Any) -> ReceiptPaper:
    """The requester's receipt."""
    values: dict[str, Any] = {
        "number": "015/PPIKSN/TT/XI/2026",
        "dated": date(2026, 11, 26),
        "request": REQUEST,
        "reply": REPLY,
        "outcome": "granted",
        "from_post": "Kepala Bagian Tata Usaha PPIKSN",
        "recipient": REQUESTER.model_copy(update={"signed_at": at(26, 2, 15)}),
    }
    return ReceiptPaper(**values | changes)


EVERY = {
    "fm001": fm001,
    "nota_dinas": nota_dinas,
    "disposition": disposition,
    "report": report,
    "granted": granted,
    "refused": refused,
    "receipt": receipt,
    "certificate": certificate,
}
"""Each sample by name."""
