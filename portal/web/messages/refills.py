"""Words of the restores of databases and of the certificates of restore tests; messages.runs takes in its part."""

from __future__ import annotations

KINDS = {"restore_database": "Pemulihan database"}
STEPS = {
    "fetch": "Mengambil dump dari gudang",
    "safety": "Dump pengaman",
    "fill": "Memuat ke database baru dan menghitung baris",
    "swap": "Memberi nama",
}

LABELS = {
    "restore_mode": {
        "new": "Dengan nama baru",
        "in_place": "Menggantikan yang ada",
    },
}

ASKING = {
    "restore.no_database": "Salinan ini tidak memuat database itu.",
    "restore.target_name": "Tulis nama database baru: diawali huruf atau garis bawah, lalu huruf, angka, garis bawah, "
    "atau tanda hubung, paling panjang 48 karakter, dan bukan nama milik mesin databasenya sendiri.",
    "restore.name_taken": "Database {database} sudah ada di server tujuan. Pilih nama lain, atau minta pemulihan yang "
    "menggantikan database itu.",
    "restore.mode": "Pilih bagaimana database dipulihkan.",
}

RUN_TEXTS = {
    "run.succeeded.restore_database": "Database sudah dipulihkan; baris setiap tabelnya sebanyak saat diambil.",
    "run.succeeded.restore_database.next": "Periksa isinya dengan aplikasinya. Database lama yang disimpan hanya "
    "dihapus oleh orang, setelah tidak diperlukan.",
    "run.safe.restore_database": "Salinan di gudang tidak diubah. Database yang ada di server tetap seperti "
    "semula sampai yang baru selesai dimuat dan dihitung; tidak ada yang dihapus.",
    "refill.name_taken": "Di server sudah ada database bernama {database}, jadi tidak ada yang ditulis.",
    "refill.name_taken.next": "Minta pemulihan baru dengan nama lain, atau yang menggantikan database itu.",
    "refill.name_gone": "Database {database} yang hendak digantikan tidak ada di server.",
    "refill.name_gone.next": "Minta pemulihan baru dengan nama baru; nama lamanya boleh dipakai.",
    "refill.name_own": "{database} milik mesin databasenya sendiri, jadi tidak ditulisi.",
    "refill.name_own.next": "Minta pemulihan baru dengan nama lain.",
    "refill.no_role": "Dump menyebut peran database yang tidak ada lagi di server.",
    "refill.no_role.next": "Lihat namanya di catatan pekerjaan, buat peran itu di server, lalu mulai lagi.",
    "refill.failed": "Dump tidak dapat dimuat sebagai {database} ({tool}, kode {exit_code}). Yang sudah dimuat dibuang "
    "lagi.",
    "refill.failed.next": "Lihat baris terakhir catatan pekerjaan (hak membuat database, ekstensi, atau ruang "
    "disk), perbaiki di server, lalu mulai lagi.",
    "refill.moved": "Tabel {database} sudah yang dipulihkan, tetapi tidak semua view, rutin, pemicu, atau acaranya "
    "terpasang lagi.",
    "refill.moved.next": "Tabel lama tersimpan di database dengan akhiran _sebelum_ dan tanggal. Pasang yang kurang "
    "dari dump pengaman atau dump di gudang; catatan pekerjaan menyebut yang pertama gagal.",
}

CERTIFICATES = {
    "certificate.none": "Pekerjaan ini tidak memberi sertifikat: hanya uji pemulihan yang berhasil yang memberinya.",
    "certificate.disproved": "Sertifikat ini gugur: pemeriksaan sesudahnya menemukan salinannya rusak. Jalankan backup "
    "baru dan uji lagi.",
}

TEXTS = ASKING | CERTIFICATES
