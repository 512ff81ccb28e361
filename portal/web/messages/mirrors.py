"""Words of the mirrors: their pages, their rules, and letting one pass."""

from __future__ import annotations

LABELS = {
    "finding_kind": {"mirror_refused": "Mirroring tidak berjalan"},
    "menu": {"mirrors.index": "Mirroring"},
    "subject": {"mirror": "Mirroring"},
    "event": {
        "mirror:proposed": "Mirroring ke server lain diajukan",
        "mirror:approved": "Server tujuan disetujui",
        "mirror:created": "Mirroring disiapkan",
        "mirror:changed": "Aturan mirroring diubah",
        "mirror:ended": "Mirroring diakhiri",
        "mirror:let_pass": "Daftar hapus diloloskan satu kali",
        "mirror:pass_used": "Izin lolos terpakai",
        "mirror:quarantine_removed": "Karantina dihapus",
    },
    "detail": {
        "max_count": "Batas hapus (isi)",
        "max_share": "Batas hapus (%)",
        "sentinel": "Berkas penanda",
        "quarantine_days": "Masa karantina (hari)",
        "every_hours": "Setiap (jam)",
        "reasons": "Sebab dihentikan",
        "deletions": "Akan dihapus",
        "quarantine": "Karantina",
        "standby": "Server tujuan",
    },
    "mirror_reason": {
        "empty_source": "Folder sumber kosong",
        "mount_changed": "Disk yang terpasang berubah",
        "sentinel_missing": "Berkas penanda tidak ada",
        "many_deletes": "Terlalu banyak yang akan dihapus",
    },
    "mirror_state": {
        "in_step": "Sejalan",
        "never": "Belum pernah disamakan",
        "going": "Sedang disamakan",
        "stopped": "Dihentikan penjaga",
        "passed": "Diloloskan, menunggu dijalankan",
        "incomplete": "Tidak lengkap",
        "failed": "Gagal terakhir kali",
        "ended": "Diakhiri",
        "proposed": "Menunggu persetujuan server tujuan",
    },
    "mirror_every": {
        "0": "Hanya bila dijalankan",
        "1": "Setiap jam",
        "6": "Setiap 6 jam",
        "24": "Setiap hari",
        "168": "Setiap minggu",
    },
    "mount_part": {
        "device": "Perangkat",
        "fs_type": "Sistem berkas",
        "fs_id": "Nomor sistem berkas",
        "mount_point": "Titik pasang",
        "inode": "Nomor folder",
    },
}

TEXTS = {
    "mirror.refused": "Mirroring {path} tidak dijalankan lagi. {reason}",
    "mirror.refused.next": "Perpanjang permohonannya, atau akhiri mirroring ini di halamannya. Salinan yang ada tidak "
    "diubah.",
    "mirror.unknown": "Mirroring itu tidak ada.",
    "mirror.not_granted": "Folder ini tidak termasuk yang disetujui untuk mirroring. Pilih salah satu yang disetujui.",
    "mirror.known": "Folder {path} sudah punya mirroring. Buka yang ada di halaman Mirroring.",
    "mirror.target_meets": "Folder {taken} di {server} sudah diisi mirroring {path}. Bila tujuannya sama, di dalamnya, "
    "atau di atasnya, yang satu menghapus isi yang lain. Pilih folder yang terpisah, atau akhiri dahulu mirroring itu.",
    "mirror.not_granted_database": "Database ini tidak termasuk yang disetujui untuk mirroring. Pilih salah satu yang "
    "disetujui.",
    "mirror.known_database": "Database {path} sudah punya mirroring ke server itu. Buka yang ada di halaman Mirroring.",
    "mirror.standby": "Pilih server lain dari katalog yang kunci hostnya sudah disetujui.",
    "mirror.proposed": "Mirroring database {path} diajukan. Kasubbid Komdat menyetujui server siaganya di halaman ini.",
    "mirror.proposed_folder": "Mirroring folder {path} diajukan. Kasubbid Komdat menyetujui server tujuannya di "
    "halaman ini.",
    "mirror.approved": "Server tujuan disetujui. Mirroring dapat dijalankan.",
    "mirror.approver": "Server tujuan hanya disetujui Kasubbid Komdat, yang bukan administrator server. Tidak ada yang "
    "berubah.",
    "mirror.own_proposal": "Anda sendiri yang mengajukan mirroring ini, jadi pejabat lain yang menyetujuinya. "
    "Tidak ada yang berubah.",
    "mirror.decided": "Mirroring ini sudah diputuskan. Muat ulang halaman untuk melihatnya.",
    "mirror.not_approved": "Server tujuan mirroring ini belum disetujui Kasubbid Komdat, jadi tidak dijalankan.",
    "mirror.ended": "Mirroring ini sudah diakhiri, jadi tidak dijalankan.",
    "mirror.every": "Pilih salah satu jarak waktu.",
    "mirror.limits": "Batas penjaga hanya diubah Kasubbid Komdat, yang bukan administrator server. Tidak ada yang "
    "berubah.",
    "mirror.allower": "Hanya Kasubbid Komdat, yang bukan administrator server, dapat meloloskan daftar ini. Tidak ada "
    "yang dihapus.",
    "mirror.own_run": "Anda sendiri yang memulai pekerjaan ini, jadi pejabat lain yang meloloskannya. Tidak ada yang "
    "dihapus.",
    "mirror.not_stopped": "Pekerjaan ini tidak dihentikan penjaga, jadi tidak ada yang perlu diloloskan.",
    "mirror.list_changed": "Daftar yang Anda lihat bukan daftar pekerjaan ini. Muat ulang halaman, periksa lagi, lalu "
    "putuskan.",
    "mirror.newer_run": "Sudah ada pekerjaan yang lebih baru untuk mirroring ini. Putuskan di halaman pekerjaan itu.",
    "mirror.passed_already": "Daftar ini sudah diloloskan. Administrator server tinggal menjalankan mirroringnya lagi.",
    "mirror.no_list": "Daftar hapus pekerjaan ini tidak ada.",
    "mirror.made": "Mirroring folder {path} sudah disiapkan. Jalankan sekarang untuk penyamaan pertama.",
    "mirror.is_changed": "Aturan mirroring sudah diubah.",
    "mirror.is_ended": "Mirroring diakhiri. Salinan dan karantinanya tetap tersimpan.",
    "mirror.let_pass": "Persis daftar ini diloloskan satu kali, berlaku sampai {until}. Jalankan lagi mirroringnya.",
    "mirror.not_passed": "Daftar ini belum diloloskan: {problem}",
    "mirror.sentinel": "Tulis nama berkas saja, tanpa garis miring, yang ada langsung di dalam folder.",
    "mirror_number.kind": "Isi dengan angka.",
    "mirror_number.range": "Isi dengan angka {min} sampai {max}.",
}
