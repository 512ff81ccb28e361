"""Words of the checks of the trail's chain, and of what is taken out of it."""

from __future__ import annotations

LABELS = {
    "subject": {"audit": "Jejak audit"},
    "event_group": {
        "attachment": "Lampiran",
        "certificate": "Sertifikat uji pemulihan",
        "factor": "Faktor kedua",
        "hold": "Penahanan salinan",
        "letter": "Surat",
        "paper": "Surat",
        "remark": "Catatan dan pertanyaan",
        "reply": "Surat",
        "repository": "Gudang",
        "retention": "Masa simpan",
        "role": "Peran",
        "scan": "Surat",
        "second": "Gudang",
    },
    "event": {
        "audit:check_asked": "Pemeriksaan rantai diminta",
        "audit:exported": "Jejak diunduh",
    },
    "detail": {
        "form": "Bentuk",
        "entry": "Sampai kejadian nomor",
        "filters": "Saringan",
        "cari": "Kata",
        "jenis": "Jenis",
        "subjek": "Subjek",
        "pelaku": "Pelaku",
        "kejadian": "Kejadian",
        "sejak": "Dari",
        "sampai": "Sampai",
    },
    "finding_kind": {
        "audit_chain": "Rantai jejak audit putus",
        "audit_head": "Sidik jejak audit tidak terbaca",
    },
    "export_name": {"trail": "jejak-audit"},
    "trail_column": {
        "number": "No.",
        "at": "Waktu",
        "actor": "Pelaku",
        "event": "Kejadian",
        "tag": "Kode",
        "subject": "Subjek",
        "told": "Rincian",
        "hash": "Sidik",
        "previous": "Sidik sebelumnya",
    },
}
TEXTS = {
    "audit.holds": "Seluruh rantai utuh: {entries} kejadian diperiksa.",
    "audit.checking": "Pemeriksaan dimulai: {entries} dari {size} kejadian sudah diperiksa dan utuh. Sisanya "
    "diteruskan jam portal; muat ulang halaman ini untuk melihat hasilnya.",
    "audit.broken": "Rantai jejak audit putus pada kejadian nomor {entry}: kejadian itu atau yang sebelumnya diubah "
    "atau dihapus di luar portal.",
    "audit.head_lost": "Berkas {file} di folder data portal tidak memuat sidik kejadian terakhir, jadi tidak dapat "
    "dipastikan apakah kejadian di ujung rantai jejak audit dipotong. Rantainya sendiri tetap diperiksa.",
    "audit.head_lost.next": "Bandingkan rantainya dengan sidik yang pernah dicatat di tempat lain, misalnya keluaran "
    "lama flask audit verify, lalu hapus berkas itu; pemeriksaan seluruh rantai berikutnya menyimpan sidik yang baru.",
    "audit.broken.next": "Amankan basis data portal, cari kejadian itu di cadangannya, lalu bandingkan. Temuan yang "
    "sudah ditutup tidak dicatat lagi untuk kejadian yang sama, tetapi halaman Jejak audit tetap menunjukkannya.",
}
