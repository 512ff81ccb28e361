"""Words of findings, and of what becomes of the copies in the vault."""

from __future__ import annotations

LABELS = {
    "subject": {"finding": "Temuan"},
    "event": {
        "finding:raised": "Temuan dicatat",
        "finding:closed": "Temuan ditutup",
    },
    "detail": {
        "last_proven": "Salinan terbukti terakhir",
        "run": "Pekerjaan",
    },
    "finding_kind": {
        "integrity": "Data gudang rusak",
        "restore_test": "Salinan tidak pulih",
        "second_copy": "Salinan kedua tertinggal",
    },
    "menu": {"findings.index": "Temuan"},
}

TEXTS = {
    "finding.unknown": "Temuan itu tidak ada.",
    "finding.role": "Temuan ditutup oleh Kasubbid Komdat. Tidak ada yang berubah.",
    "finding.note": "Tuliskan apa yang sudah dilakukan, {least} sampai {most} huruf.",
    "finding.note_needed": "Temuan belum ditutup. {problem}",
    "finding.is_closed": "Temuan sudah ditutup. Pemusnahan salinan server itu tidak lagi tertahan olehnya.",
    "finding.closed": "Temuan ini sudah ditutup orang lain. Muat ulang halaman untuk melihat catatannya.",
    "finding.open": "Masih ada {count} temuan terbuka pada server ini, jadi tidak ada salinan yang boleh "
    "dimusnahkan. Tangani dan tutup temuannya di halaman Temuan, lalu ulangi.",
}
