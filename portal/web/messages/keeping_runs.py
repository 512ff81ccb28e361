"""Words of the runs on a server's repository; messages.runs takes them in."""

from __future__ import annotations

KINDS = {"integrity": "Pemeriksaan keutuhan", "prune": "Pemusnahan salinan", "copy": "Salinan kedua"}
STEPS = {
    "read_part": "Membaca dan memeriksa data di gudang",
    "forget": "Mengeluarkan salinan dari daftar",
    "copy": "Menyalin ke gudang kedua",
    "look_up": "Mencocokkan daftar di gudang kedua",
    "tidy": "Menghapus data yang tidak dipakai lagi dan memeriksa sisanya",
}

RUN_TEXTS = {
    "run.succeeded.integrity": "Bagian gudang yang mendapat giliran sudah dibaca seluruhnya dan utuh.",
    "run.succeeded.integrity.next": "Periksa bagian berikutnya pada gilirannya, sampai satu putaran lengkap.",
    "run.safe.integrity": "Gudang hanya dibaca; salinan dan data di server tidak diubah.",
    "run.succeeded.prune": "Salinan yang disetujui sudah dimusnahkan, dan salinan lainnya masih terdaftar.",
    "run.succeeded.prune.next": "Simpan bukti pemusnahan ini.",
    "run.safe.prune": "Hanya salinan dalam daftar yang disetujui yang dikeluarkan; data di server tidak diubah.",
    "run.succeeded.copy": "Semua salinan server ini juga tersimpan di gudang kedua.",
    "run.succeeded.copy.next": "Tidak ada yang perlu dilakukan; portal menyalin lagi setelah backup berikutnya.",
    "run.safe.copy": "Gudang pertama hanya dibaca; salinan dan data di server tidak diubah.",
    "vault.copies_lost": "{count} salinan yang tercatat di portal tidak ada lagi di gudang, antara lain {first}.",
    "vault.copies_lost.next": "Periksa siapa yang mengubah gudang di luar portal, dan pulihkan dari gudang kedua. "
    "Jangan memusnahkan apa pun.",
    "vault.unlisted": "{count} salinan di gudang tidak tercatat di portal, antara lain {first}: pekerjaan yang "
    "membuatnya mati sebelum sempat mencatat.",
    "vault.unlisted.next": "Salinan itu tidak diuji dan tidak dimusnahkan oleh portal. Administrator sistem "
    "memeriksanya dengan restic, lalu mengeluarkannya atau membiarkannya.",
    "vault.no_key": "Kunci portal untuk mesin gudang, atau kunci host mesinnya, belum ada.",
    "vault.no_key.next": "Administrator sistem menjalankan flask repository-vault key dan flask "
    "repository-vault trust.",
    "vault.unreachable": "Mesin gudang tidak dapat dicapai.",
    "vault.unreachable.next": "Periksa apakah mesinnya menyala dan kuncinya diterima; lalu mulai lagi. Yang sudah "
    "tersalin tidak hilang.",
    "vault.lost": "Gudang server ini yang dulu ada di {path} tidak ditemukan lagi di sana. Cakram yang tidak terpasang "
    "tampak sama dengan gudang yang hilang, jadi tidak ada gudang baru yang dibuat.",
    "vault.lost.next": "Pasang cakram gudang yang benar, lalu mulai lagi. Bila gudangnya memang hilang, administrator "
    "sistem mengembalikannya dari gudang kedua, atau membuat gudang kosong dengan restic init seperti dalam README.",
    "second.not_set": "Gudang kedua belum diatur di portal ini.",
    "second.not_set.next": "Administrator sistem mengisi LUMBUNG_SECOND_VAULT, lalu menjalankan ulang portal.",
    "second.nothing": "Belum ada salinan server ini. Jalankan backup dahulu, lalu salin ke gudang kedua.",
    "second.no_key": "Kunci portal untuk gudang kedua, atau kunci host mesinnya, belum ada.",
    "second.no_key.next": "Administrator sistem menjalankan flask second-vault key dan flask second-vault trust.",
    "second.unreachable": "Gudang kedua tidak dapat dicapai.",
    "second.unreachable.next": "Periksa apakah cakramnya terpasang, mesinnya menyala, dan kuncinya diterima; lalu "
    "mulai lagi.",
    "second.lost": "Salinan server ini yang dulu ada di gudang kedua tidak ditemukan lagi di sana.",
    "second.lost.next": "Pasang cakram yang benar. Bila isinya memang hilang, administrator sistem menjalankan flask "
    "second-vault renew, lalu semuanya disalin ulang.",
    "second.damaged": "Data di gudang kedua rusak: yang dibaca tidak sama dengan sidiknya.",
    "second.damaged.next": "Gudang pertama tidak terpengaruh. Ganti cakram gudang kedua atau kosongkan folder server "
    "ini di sana, jalankan flask second-vault renew, lalu salin ulang.",
    "second.missing": "{count} salinan belum terdaftar di gudang kedua walau sudah disalin.",
    "second.missing.next": "Lihat catatan pekerjaan, lalu mulai lagi.",
    "second.not_removed": "Ada salinan dalam perintah ini yang tidak pernah disetujui untuk dimusnahkan. Tidak ada "
    "yang dihapus.",
    "second.not_removed.next": "Mulai lagi dari halaman server; minta auditor memeriksa jejak audit.",
    "second.late": "{lacking} salinan server ini belum ada di gudang kedua setelah {hours} jam.",
    "second.late.next": "Lihat pekerjaan Salinan kedua yang terakhir, perbaiki sebabnya, lalu mulai lagi.",
    "proof.overdue": "Sudah lebih dari {days} hari tidak ada salinan {sources} yang diuji sampai terbukti pulih.",
    "proof.overdue.next": "Lihat mengapa uji pemulihannya tidak berjalan atau gagal, perbaiki sebabnya, lalu jalankan "
    "uji pemulihan di halaman server.",
    "removal.others_gone": "{count} salinan yang harus tinggal tidak lagi terdaftar di gudang.",
    "removal.others_gone.next": "Jangan menjalankan apa pun pada gudang ini. Administrator sistem memeriksanya.",
    "removal.still_there": "{count} salinan masih terdaftar walau sudah dikeluarkan.",
    "removal.still_there.next": "Lihat catatan pekerjaan, lalu mulai lagi.",
    "authority.none_for_server": "Belum ada permohonan yang disetujui untuk server {server}. Tidak ada yang "
    "dijalankan.",
    "authority.none_for_server.next": "Jalankan setelah ada permohonan yang disetujui untuk server ini.",
    "cut.altered": "Daftar salinan tidak sama dengan yang disetujui. Tidak ada yang dimusnahkan.",
    "cut.altered.next": "Tolak pemusnahan ini, minta auditor memeriksa jejak audit, lalu ajukan daftar baru.",
    "cut.not_approved": "Pemusnahan ini belum atau tidak lagi disetujui. Tidak ada yang dimusnahkan.",
    "cut.not_approved.next": "Ajukan daftar baru di halaman Masa simpan server ini.",
    "cut.rule_changed": "Aturan masa simpan berubah setelah daftar ini dibuat. Tidak ada yang dimusnahkan.",
    "cut.rule_changed.next": "Tolak pemusnahan ini, lalu ajukan daftar baru menurut aturan sekarang.",
    "cut.stays": "{count} salinan dalam daftar kini harus tinggal (ditahan, diminta dipulihkan, masih dalam masa "
    "simpan, atau menjadi salinan terbukti terakhir). Tidak ada yang dimusnahkan.",
    "cut.stays.next": "Tolak pemusnahan ini, lalu ajukan daftar baru dari pratinjau sekarang.",
    "finding.open": "Masih ada {count} temuan terbuka pada server ini, jadi tidak ada salinan yang boleh "
    "dimusnahkan. Tangani dan tutup temuannya di halaman Temuan, lalu ulangi.",
    "finding.open.next": "Tangani temuannya, minta Kasubbid Komdat menutupnya, lalu mulai lagi.",
    "snapshot.removed": "Salinan itu sudah dimusnahkan atas persetujuan, jadi tidak dapat dipakai lagi.",
    "snapshot.removed.next": "Pilih salinan lain di halaman server.",
}
