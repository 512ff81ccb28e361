"""Words of the databases: how they are reached, what stops a dump, what a restore test of one finds."""

from __future__ import annotations

LABELS = {
    "engine": {
        "postgresql": "PostgreSQL",
        "mariadb": "MariaDB/MySQL",
    },
    "access_method": {
        "peer": "Akun sistem operasi",
        "password": "Nama pengguna dan kata sandi",
    },
}

ACCESS = {
    "access.username": "Nama pengguna database hanya memuat huruf, angka, titik, garis bawah, dan tanda "
    "hubung.",
    "access.host": "Tulis alamat, atau jalur lengkap soket yang diawali garis miring.",
    "access.password": "Kata sandi paling panjang {most} karakter, dalam satu baris.",
    "access.saved": "Cara masuk ke {engine} sudah disimpan. Cari database sekali lagi untuk mencobanya.",
    "seal.broken": "Kata sandi database yang tersimpan tidak dapat dibuka: kunci segel portal bukan yang "
    "dipakai saat menyimpannya.",
    "seal.broken.next": "Isi kata sandinya lagi di halaman server, bagian Database.",
    "database.no_password": "Kata sandi {engine} belum diisi.",
    "database.no_password.next": "Isi kata sandinya di halaman server, bagian Database.",
    "database.engine": "Mesin database itu tidak dikenal.",
    "database.not_shown": "Database {database} tidak ada dalam daftar yang terakhir ditunjukkan server. Cari "
    "database sekali lagi.",
    "database.added": "Database {database} masuk daftar.",
    "database.removed": "Database {database} keluar dari daftar. Salinannya tetap tersimpan.",
    "authority.database": "Database {database} tidak termasuk yang disetujui. Tidak ada yang dijalankan.",
    "authority.database.next": "Keluarkan database itu dari pekerjaan, atau ajukan permohonan baru yang "
    "mencakupnya.",
    "run.succeeded.databases": "Database server sudah dibaca.",
}

ENGINES = {
    "database.auth_refused": "{engine} menolak nama pengguna atau kata sandi portal.",
    "database.auth_refused.next": "Perbaiki cara masuk di halaman server, bagian Database, lalu ulangi.",
    "database.no_account": "Akun SSH portal tidak boleh memakai akun sistem milik {engine} di server.",
    "database.no_account.next": "Izinkan dengan sudo tanpa kata sandi untuk akun itu, atau pakai nama "
    "pengguna dan kata sandi database di halaman server.",
    "database.unknown": "Database {database} tidak ada lagi di server.",
    "database.unknown.next": "Cari database di halaman server. Bila namanya berubah, ajukan permohonan untuk "
    "nama yang baru.",
    "database.no_rights": "Pengguna database portal tidak berhak membaca semua isi {database}.",
    "database.no_rights.next": "Beri hak baca; untuk MariaDB/MySQL juga RELOAD, PROCESS, LOCK TABLES, SHOW "
    "VIEW, TRIGGER, dan EVENT. Lalu mulai lagi.",
    "database.old_tool": "Program dump di server lebih tua daripada servernya.",
    "database.old_tool.next": "Perbarui program klien {engine} di server, lalu mulai lagi.",
    "database.locked": "Database {database} terkunci terlalu lama oleh pemakai lain.",
    "database.locked.next": "Mulai lagi saat tidak ada perubahan besar yang berjalan di database itu.",
    "database.away": "{engine} tidak menjawab di server.",
    "database.away.next": "Pastikan layanannya berjalan, dan alamat atau soket di halaman server benar, lalu "
    "ulangi.",
    "database.remote_full": "Disk penuh saat database {database} diambil.",
    "database.remote_full.next": "Kosongkan ruang di gudang portal dan di folder sementara server, lalu mulai "
    "lagi.",
    "database.no_client": "Program {engine} (klien atau dump) belum terpasang di server.",
    "database.no_client.next": "Pasang program kliennya di server, lalu ulangi.",
    "database.failed": "Database {database} tidak dapat diambil ({engine}, kode {exit_code}).",
    "database.failed.next": "Lihat baris terakhir catatan pekerjaan, lalu mulai lagi.",
}

DUMPS = {
    "dump.damaged": "Hasil dump {file} tidak utuh, jadi tidak disimpan.",
    "dump.damaged.next": "Periksa ruang dan jaringan, lalu mulai lagi.",
    "dump.unsteady": "Ada tabel tanpa transaksi (MyISAM, Aria, dan sejenisnya): isinya dapat berubah selama "
    "diambil.",
    "dump.no_role_passwords": "Akun PostgreSQL disimpan tanpa kata sandinya, karena pengguna portal bukan "
    "superuser.",
}

LOADS = {
    "load.differs": "Database {database} yang dimuat ulang tidak sama dengan saat diambil: {count} tabel "
    "berbeda, yang pertama {table} ({then} baris, kini {now}).",
    "load.differs.next": "Salinan ini jangan diandalkan. Jalankan backup baru dan uji lagi.",
    "load.failed": "Dump database {database} tidak dapat dimuat ulang.",
    "load.failed.next": "Lihat catatan pekerjaan. Salinan ini jangan diandalkan: jalankan backup baru dan uji lagi.",
    "load.absent": "Salinan tidak memuat dump database {database} yang seharusnya ada.",
    "load.absent.next": "Jalankan backup baru dan uji lagi.",
    "scratch.missing": "Program {program} untuk menguji dump belum terpasang di mesin worker.",
    "scratch.missing.next": "Administrator sistem memasang server databasenya di mesin worker (tidak perlu "
    "dijalankan), lalu uji lagi.",
    "scratch.old": "Server database di mesin worker (versi {found}) lebih tua daripada asal dump ({needed}).",
    "scratch.old.next": "Administrator sistem memasang versi yang sama atau lebih baru di mesin worker, lalu "
    "uji lagi.",
    "scratch.failed": "Server database sementara di mesin worker tidak dapat dijalankan, atau mati selama menguji. Ini "
    "gangguan mesin worker; salinannya tidak dinilai dan bukti yang sudah ada tetap berlaku.",
    "scratch.failed.next": "Lihat catatan pekerjaan, periksa memori dan ruang folder sementara, lalu uji lagi.",
    "scratch.missing_part": "Di mesin worker belum terpasang {part}, yang dipakai database {database}. Salinannya "
    "tidak dinilai dan bukti yang sudah ada tetap berlaku.",
    "scratch.missing_part.next": "Administrator sistem memasang paket yang memuat {part} di mesin worker, seperti di "
    "server asal (ekstensi PostgreSQL: paket postgresql-<versi>-{part} atau postgresql-contrib; locale: paket locales "
    "lalu locale-gen; mesin penyimpanan atau collation MariaDB: plugin atau versi MariaDB yang sama), lalu uji lagi.",
}

TEXTS = ACCESS | ENGINES | DUMPS | LOADS
