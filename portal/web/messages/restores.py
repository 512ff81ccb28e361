"""Words of the restores for people."""

from __future__ import annotations

LABELS = {
    "restore_kind": {
        "download": "Diunduh dari portal",
        "to_server": "Dipulihkan ke server",
        "database": "Dipulihkan ke database",
    },
    "restore_state": {
        "requested": "Menunggu keputusan",
        "approved": "Disetujui",
        "refused": "Ditolak",
        "done": "Selesai",
    },
    "restore_archive": {
        "zip": "ZIP",
        "tar": "TAR",
    },
}

TEXTS = {
    "restore.unknown": "Permintaan pemulihan itu tidak ada, atau bukan untuk Anda.",
    "restore.kind": "Pilih ke mana berkas dipulihkan.",
    "restore.nothing_ticked": "Belum ada yang dicentang. Centang berkas atau folder yang ingin diunduh, lalu tekan "
    "“Minta yang dicentang”.",
    "restore.one_to_server": "Beberapa isi sekaligus hanya dapat diunduh. Untuk memulihkan ke server, pilih satu "
    "berkas atau satu folder.",
    "restore.target_server": "Pilih server tujuan dari daftar. Server yang kunci hostnya belum disetujui, atau yang "
    "bukan milik permohonan Anda, tidak dapat dipilih.",
    "restore.asked": "Permintaan pemulihan dikirim ke Kasubbid Komdat.",
    "restore.approved": "Pemulihan disetujui dan dapat dijalankan selama 7 hari.",
    "restore.refused": "Permintaan pemulihan ditolak; alasannya terbaca oleh peminta.",
    "restore.refusal_reason": "Penolakan belum disimpan: tulis alasannya ({problem}).",
    "restore.approver": "Pemulihan hanya diputuskan Kasubbid Komdat, yang bukan administrator server. Tidak ada yang "
    "berubah.",
    "restore.own_decision": "Anda yang memutuskan pemulihan ini, jadi administrator lain yang mengerjakannya dan "
    "mengambil berkasnya. Tidak ada yang berubah.",
    "restore.own_wish": "Anda sendiri yang meminta pemulihan ini, jadi pejabat lain yang memutuskannya. Tidak ada yang "
    "berubah.",
    "restore.decided": "Permintaan pemulihan ini sudah diputuskan. Muat ulang halaman untuk melihatnya.",
    "restore.not_yours": "Berkas ini hanya untuk yang memintanya dan administrator server.",
    "restore.no_file": "Berkasnya belum siap, atau sudah dihapus karena masa simpannya berakhir. Minta pemulihan baru "
    "bila masih diperlukan.",
}
