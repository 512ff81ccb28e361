"""Words of break-glass: opening it, its run, its review."""

from __future__ import annotations

LABELS = {
    "menu": {"emergencies.index": "Darurat"},
    "subject": {"emergency": "Darurat"},
    "event": {
        "emergency:opened": "Backup darurat dijalankan",
        "emergency:closed": "Tinjauan darurat ditutup",
    },
    "detail": {"reason": "Alasan", "verdict": "Putusan", "emergency": "Darurat"},
    "emergency_verdict": {
        "justified": "Dapat dibenarkan",
        "unjustified": "Tidak dapat dibenarkan",
    },
    "emergency_state": {"open": "Menunggu tinjauan", "closed": "Sudah ditinjau"},
    "emergency_field": {
        "sources": "Yang disalin",
        "reason": "Alasan",
        "sure": "Pernyataan",
        "verdict": "Putusan",
        "note": "Catatan",
    },
    "finding_kind": {"emergency": "Tinjauan darurat terlambat"},
}

TEXTS = {
    "emergency.unknown": "Backup darurat itu tidak ada.",
    "emergency.role": "Backup darurat dijalankan oleh Administrator server atau Kasubbid Komdat. Tidak ada yang "
    "dijalankan.",
    "emergency.reviewer": "Tinjauan darurat ditutup oleh Kabid PJKKD. Tidak ada yang berubah.",
    "emergency.own": "Anda sendiri yang menjalankan backup darurat ini, jadi tinjauannya ditutup pejabat lain "
    "(Plh. Kabid PJKKD).",
    "emergency.live": "Pekerjaannya belum selesai. Tinjau setelah hasilnya ada; pekerjaan yang tidak diperlukan dapat "
    "dibatalkan dahulu.",
    "emergency.closed": "Tinjauan ini sudah ditutup orang lain. Muat ulang halaman untuk membaca putusannya.",
    "emergency.no_source": "Centang paling sedikit satu folder atau database.",
    "emergency.other_source": "Ada pilihan yang bukan milik server {server} atau sudah dikeluarkan dari daftarnya. "
    "Centang lagi dari daftar di bawah.",
    "emergency.sure": "Centang pernyataan ini bila memang harus dijalankan sekarang.",
    "emergency.is_open": "Backup darurat dijalankan. Tinjauannya terbuka sampai Kabid PJKKD menutupnya.",
    "emergency.is_closed": "Tinjauan ditutup: {emergency_verdict}.",
    "emergency.overdue": "Tinjauan backup darurat nomor {emergency}, yang dijalankan {by}, belum ditutup setelah "
    "{days} hari kerja. Kabid PJKKD menutupnya di halaman Darurat; temuan ini lalu tertutup sendiri.",
    "finding.review": "Temuan ini tertutup sendiri begitu Kabid PJKKD menutup tinjauan daruratnya. Tidak ada "
    "yang berubah.",
}
