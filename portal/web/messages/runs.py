"""Words of the runs: what they do, how far they are, and how each ended.

For every code that ends a run: `<code>` says what happened, `<code>.next` what to do. What is safe follows from the
kind of run (`run.safe.<kind>`). A test holds these against the codes of the workers.
"""

from __future__ import annotations

from portal.web.messages import commands, emergency_runs, keeping_runs, mirror_runs, refills

LABELS = {
    "run_kind": {
        "backup": "Backup",
        "restore_test": "Uji pemulihan",
        "host_key_scan": "Pindai kunci host",
        "probe": "Pemeriksaan server",
        "listing": "Lihat isi folder",
        "measure": "Ukur folder",
        **keeping_runs.KINDS,
        **mirror_runs.KINDS,
        "index": "Siapkan daftar isi",
        "restore_download": "Pemulihan untuk diunduh",
        "restore_to_server": "Pemulihan ke server",
        **refills.KINDS,
        "databases": "Cari database",
    },
    "run_state": {
        "queued": "Menunggu",
        "running": "Berjalan",
        "succeeded": "Berhasil",
        "incomplete": "Tidak lengkap",
        "failed": "Gagal",
        "cancelled": "Dibatalkan",
        "interrupted": "Terputus",
    },
    "run_step": {
        "preflight": "Pemeriksaan awal",
        "dump": "Mengambil database",
        "pull": "Menyalin dari server",
        "snapshot": "Menyimpan ke gudang",
        "restore": "Memulihkan ke folder terpisah",
        "compare": "Membandingkan berkas demi berkas",
        "load": "Memuat ulang database",
        "scan": "Membaca kunci host",
        "probe": "Memeriksa server",
        "listing": "Membaca isi folder",
        "measure": "Mengukur folder",
        **keeping_runs.STEPS,
        **mirror_runs.STEPS,
        "index": "Menyusun daftar isi",
        "extract": "Mengambil dari gudang",
        "check": "Mencocokkan dengan daftar isi",
        "push": "Mengirim ke folder baru di server",
        "recheck": "Mencocokkan di server",
        **refills.STEPS,
        **commands.STEPS,
        "databases": "Membaca daftar database",
    },
    "step_state": {
        "running": "Berjalan",
        "done": "Selesai",
        "failed": "Berhenti",
        "skipped": "Dilewati",
    },
    "difference": {
        "missing": "tidak ada",
        "extra": "berlebih",
        "kind": "jenisnya berbeda",
        "size": "ukurannya berbeda",
        "content": "isinya berbeda",
        "mode": "hak aksesnya berbeda",
        "mtime_ns": "waktunya berbeda",
        "uid": "pemiliknya berbeda",
        "gid": "grupnya berbeda",
        "target": "tujuan tautannya berbeda",
        "target_base64": "tujuan tautannya berbeda",
        "hard_link": "tautan kerasnya terputus",
    },
}

AUTHORITY = {
    "authority.not_approved": "Pekerjaan hanya berjalan atas permohonan yang disetujui; permohonan {number} "
    "belum disetujui. Tidak ada yang dijalankan.",
    "authority.withdrawn": "Permohonan {number} sudah ditarik pemohonnya. Tidak ada yang dijalankan.",
    "authority.not_followed_up": "Permohonan {number} belum ditandai “Ditindaklanjuti”. Tidak ada yang "
    "dijalankan.",
    "authority.postponed": "Permohonan {number} ditunda sampai {until}. Tidak ada yang dijalankan.",
    "authority.scope_changed": "Yang disetujui dalam permohonan {number} tidak lagi sama dengan yang "
    "tercatat. Pekerjaan tidak dijalankan.",
    "authority.term_ended": "Masa persetujuan permohonan {number} berakhir pada {ends_at}. Tidak ada yang "
    "dijalankan.",
    "authority.other_server": "Persetujuan ini bukan untuk server {server}. Tidak ada yang dijalankan.",
    "authority.service": "Layanan {service} tidak termasuk yang disetujui. Tidak ada yang dijalankan.",
    "authority.folder": "Folder {folder} tidak termasuk yang disetujui. Tidak ada yang dijalankan.",
    "authority.spec_changed": "Rincian pekerjaan {run} berubah setelah dibuat, jadi tidak dijalankan.",
    "authority.server_changed": "Data server {server} berubah setelah pekerjaan ini dibuat, jadi tidak "
    "dijalankan.",
    "authority.restore_not_approved": "Pemulihan {restore} belum disetujui, ditolak, atau sudah dijalankan. Tidak ada "
    "yang dijalankan.",
    "authority.restore_own": "Pemulihan {restore} disetujui oleh yang memintanya sendiri, jadi tidak dijalankan.",
    "authority.restore_changed": "Yang disetujui dalam pemulihan {restore} tidak lagi sama dengan yang tercatat, jadi "
    "tidak dijalankan.",
    "authority.restore_expired": "Persetujuan pemulihan {restore} berakhir pada {ends_at}. Tidak ada yang dijalankan.",
    "authority.restore_not_approved.next": "Minta Kasubbid Komdat memutuskannya, atau ajukan pemulihan baru.",
    "authority.restore_own.next": "Ajukan pemulihan baru, dan minta auditor memeriksa jejak audit.",
    "authority.restore_changed.next": "Ajukan pemulihan baru, dan minta auditor memeriksa jejak audit.",
    "authority.restore_expired.next": "Ajukan pemulihan baru.",
    **emergency_runs.AUTHORITY,
    "authority.not_approved.next": "Tunggu sampai permohonan disetujui Kasubbid Komdat.",
    "authority.withdrawn.next": "Bila layanan tetap diperlukan, pemohon mengajukan permohonan baru.",
    "authority.not_followed_up.next": "Tandai permohonan sebagai “Ditindaklanjuti”, lalu jalankan lagi.",
    "authority.postponed.next": "Lanjutkan permohonan di halamannya, atau tunggu sampai tanggal itu.",
    "authority.scope_changed.next": "Minta Kasubbid Komdat memeriksa persetujuannya dan auditor memeriksa "
    "jejak audit.",
    "authority.term_ended.next": "Ajukan permohonan baru.",
    "authority.other_server.next": "Jalankan dari permohonan untuk server ini, atau ajukan permohonan baru.",
    "authority.service.next": "Ajukan permohonan baru yang mencakup layanan ini.",
    "authority.folder.next": "Keluarkan folder itu dari pekerjaan, atau ajukan permohonan baru yang "
    "mencakupnya.",
    "authority.spec_changed.next": "Buat pekerjaan baru, dan minta auditor memeriksa jejak audit.",
    "authority.server_changed.next": "Jalankan lagi; pekerjaan baru memakai data server yang sekarang.",
}

RUNS = {
    "run.unknown": "Pekerjaan itu tidak ada.",
    "run.started": "Pekerjaan {run} sudah masuk antrean.",
    "run.cancel_asked": "Pembatalan pekerjaan {run} sudah disampaikan. Pekerjaan berhenti pada saat yang "
    "aman.",
    "run.ended": "Pekerjaan ini sudah berakhir, jadi tidak dapat dibatalkan.",
    "run.role": "Tindakan ini milik {role}. Tidak ada yang dijalankan.",
    "run.no_sources": "Belum ada folder atau database yang dipilih pada server {server}. Pilih di halaman server "
    "itu.",
    "run.not_restartable": "Pekerjaan {run} belum berakhir atau sudah berhasil, jadi tidak perlu dimulai "
    "lagi.",
    "run.no_log": "Catatan pekerjaan ini belum ada.",
    "run.no_evidence": "Pekerjaan ini tidak meninggalkan bukti.",
    "snapshot.unknown": "Salinan itu tidak ada.",
    "run.succeeded.backup": "Semua yang diminta sudah disalin dan disimpan di gudang.",
    "run.succeeded.restore_test": "Salinan dipulihkan ke folder terpisah dan cocok berkas demi berkas dengan "
    "daftarnya; database di dalamnya dimuat ulang dan jumlah barisnya sama.",
    "run.succeeded.host_key_scan": "Kunci host sudah dibaca.",
    "run.succeeded.probe": "Server sudah diperiksa.",
    "run.succeeded.listing": "Isi folder sudah dibaca.",
    "run.succeeded.measure": "Folder sudah diukur.",
    "run.succeeded.index": "Daftar isi salinan siap dibuka.",
    "run.succeeded.restore_download": "Berkas sudah diambil dari salinan dan cocok dengan daftar isinya; siap diunduh.",
    "run.succeeded.restore_to_server": "Berkas sudah dipulihkan ke folder baru di server; isinya sama di kedua sisi.",
    "run.succeeded.restore_download.next": "Unduh berkasnya dari halaman pemulihan sebelum masa simpannya berakhir.",
    "run.succeeded.restore_to_server.next": "Periksa folder baru itu, lalu pindahkan sendiri yang diperlukan.",
    "run.succeeded.backup.next": "Jalankan uji pemulihan: salinan baru terbukti setelah berhasil dipulihkan.",
    "run.succeeded.restore_test.next": "Tidak ada yang perlu dilakukan. Bukti ini dipakai dalam laporan "
    "layanan.",
    "run.not_kept": "Salinan tersimpan, tetapi {paths} disetujui untuk disimpan dan tidak ada di daftar yang disimpan.",
    "run.not_kept.next": "Pilih lagi di halaman server, lalu mulai lagi. Bila memang tidak perlu disimpan, mintakan "
    "perubahan layanan agar persetujuannya tidak lagi memuatnya.",
    "run.incomplete": "Salinan tersimpan, tetapi {count} berkas tertinggal; namanya ada di bawah.",
    "run.incomplete.next": "Periksa hak baca berkas yang tertinggal di server, atau ulangi saat berkas itu "
    "tidak sedang berubah.",
    "run.cancelled": "Pekerjaan dihentikan atas permintaan {by}.",
    "run.cancelled.next": "Mulai lagi bila masih diperlukan; yang sudah tersalin tidak dikirim ulang.",
    "run.interrupted": "Worker yang mengerjakannya berhenti memberi kabar (mati, dimulai ulang, atau "
    "mesinnya terputus).",
    "run.interrupted.next": "Mulai lagi; yang sudah tersalin tidak dikirim ulang. Bila berulang, periksa "
    "mesin worker.",
    "run.unexpected": "Terjadi kesalahan yang tidak terduga pada worker ({kind}).",
    "run.unexpected.next": "Mulai lagi. Bila berulang, unduh catatan pekerjaan dan sampaikan kepada "
    "administrator sistem.",
    "run.safe.backup": "Data di server tidak diubah, dan salinan yang sudah tersimpan sebelumnya tetap utuh.",
    "run.safe.restore_test": "Salinan di gudang dan data di server tidak diubah; pemulihan berlangsung di "
    "folder terpisah.",
    "run.safe.restore_download": "Salinan di gudang dan data di server tidak diubah. Berkas yang belum cocok tidak "
    "ditinggalkan untuk diunduh.",
    "run.safe.restore_to_server": "Salinan di gudang dan data asli di server tidak diubah; yang terkirim hanya ada di "
    "folder baru di sebelahnya.",
    "run.safe.inquiry": "Tidak ada yang berubah di server maupun di gudang.",
    "run.safe.kept": "Salinan tersimpan di gudang; data di server tidak diubah.",
    "run.queued": "Menunggu giliran worker.",
    "run.queued_behind": "Menunggu pekerjaan {run} pada server yang sama selesai.",
    "run.queued_long": "Sudah menunggu {seconds} tanpa dijawab. Kemungkinan worker tidak berjalan: periksa "
    "proses “worker” dan “inquiry”. Pekerjaan ini tidak hilang dan berjalan sendiri begitu worker kembali.",
    "run.queue_away": "Antrean (Redis) tidak terjangkau. Pekerjaan ini sudah tercatat dan dikirim sendiri "
    "begitu antrean kembali.",
    "run.stopping": "Pembatalan sudah diminta {by}; pekerjaan sedang dihentikan.",
}

SSH = {
    "ssh.unknown_host": "Nama {host} tidak ditemukan di DNS.",
    "ssh.unknown_host.next": "Periksa ejaan alamat server, atau pakai alamat IP.",
    "ssh.address_not_allowed": "Alamat {address} berada di luar jaringan yang boleh dihubungi portal.",
    "ssh.address_not_allowed.next": "Periksa alamat server. Bila benar, administrator sistem menambah "
    "jaringannya di pengaturan.",
    "ssh.refused": "Server menolak sambungan pada port itu; tidak ada layanan SSH yang menjawab.",
    "ssh.refused.next": "Pastikan sshd berjalan di server dan portnya benar, lalu ulangi.",
    "ssh.unreachable": "Server tidak terjangkau dari mesin worker.",
    "ssh.unreachable.next": "Periksa apakah server menyala dan jaringan atau firewall mengizinkan mesin "
    "portal, lalu ulangi.",
    "ssh.no_banner": "Yang menjawab di port itu bukan layanan SSH, atau terlalu lambat menjawab.",
    "ssh.no_banner.next": "Periksa nomor port, lalu ulangi.",
    "ssh.closed": "Server memutus sambungan sebelum selesai.",
    "ssh.closed.next": "Periksa catatan sshd di server (batas sambungan, fail2ban), lalu ulangi.",
    "ssh.timeout": "Server terhubung, tetapi tidak menjawab dalam batas waktu.",
    "ssh.timeout.next": "Periksa beban server dan jaringan, lalu ulangi.",
    "ssh.answer_too_long": "Jawaban server terlalu panjang untuk dibaca.",
    "ssh.answer_too_long.next": "Pilih folder yang lebih kecil, atau ketik alamat foldernya.",
    "ssh.auth_refused": "Server menolak kunci portal untuk akun ini.",
    "ssh.auth_refused.next": "Pasang baris kunci portal di ~/.ssh/authorized_keys akun itu di server, lalu "
    "ulangi.",
    "ssh.host_key_changed": "Kunci host {server} tidak sama dengan yang disetujui. Tidak ada kata sandi, "
    "kunci, atau data yang dikirim ke sana.",
    "ssh.host_key_changed.next": "Tanyakan kepada pengelola server apakah mesinnya diganti. Pindai kunci "
    "host di halaman server itu, bandingkan di konsolnya, lalu ajukan untuk disetujui orang kedua.",
    "ssh.key_missing": "Berkas kunci portal untuk server ini tidak ada di mesin worker.",
    "ssh.key_missing.next": "Administrator sistem mengembalikan berkas kuncinya, atau ganti kunci di halaman "
    "server dan pasang yang baru.",
    "ssh.too_old": "Layanan SSH di server terlalu tua: tidak ada cara sandi aman yang dikenal kedua pihak.",
    "ssh.too_old.next": "Perbarui OpenSSH di server (paling tua versi 7), lalu ulangi.",
    "ssh.failed": "Sambungan SSH gagal.",
    "ssh.failed.next": "Lihat catatan pekerjaan untuk sebabnya, lalu ulangi.",
}

COPYING = {
    "source.moved": "Folder {path} kini sebuah tautan ke tempat lain di server, jadi tidak disalin.",
    "source.moved.next": "Periksa siapa yang mengubahnya. Bila memang dipindahkan, ajukan permohonan "
    "untuk tempat barunya.",
    "source.missing": "Folder {path} tidak ada di server.",
    "source.missing.next": "Periksa alamat folder. Bila dipindahkan, ajukan permohonan untuk tempat barunya.",
    "source.not_folder": "{path} di server bukan folder.",
    "source.not_folder.next": "Pilih folder yang memuatnya.",
    "source.unreadable": "Akun portal di server tidak boleh membaca folder {path}.",
    "source.unreadable.next": "Beri akun itu hak baca di server, lalu ulangi.",
    "pull.empty_source": "Folder {path} di server kini kosong, padahal salinannya di gudang berisi berkas. Salinan itu "
    "tidak diubah.",
    "pull.empty_source.next": "Periksa di server apakah disk folder itu masih terpasang, lalu ulangi. Bila memang "
    "dikosongkan, taruh satu berkas apa saja di dalamnya, lalu ulangi; cadangan yang lama tetap tersimpan.",
    "source.unknown": "Folder itu tidak ada dalam daftar server ini.",
    "rsync.missing_on_server": "Program rsync belum terpasang di server.",
    "rsync.missing_on_server.next": "Pasang rsync di server (misalnya: apt install rsync), lalu ulangi.",
    "rsync.timeout": "Penyalinan berhenti: server diam terlalu lama.",
    "rsync.timeout.next": "Periksa jaringan dan beban server, lalu mulai lagi; yang sudah tersalin tidak "
    "dikirim ulang.",
    "rsync.link_lost": "Sambungan ke server terputus di tengah penyalinan.",
    "rsync.link_lost.next": "Periksa jaringan, lalu mulai lagi; yang sudah tersalin tidak dikirim ulang.",
    "rsync.failed": "Penyalinan berhenti karena kesalahan (rsync, kode {exit_code}).",
    "rsync.failed.next": "Lihat baris terakhir catatan pekerjaan, lalu mulai lagi.",
    "rsync.old": "Versi rsync di mesin portal lebih tua daripada 3.5.0.",
    "vault.no_space": "Ruang gudang tidak cukup: tersisa {free}, diperlukan {needed}.",
    "vault.no_space.next": "Tambah ruang gudang atau kurangi folder, lalu mulai lagi.",
    "vault.full": "Gudang penuh: tidak ada ruang lagi untuk menulis.",
    "vault.full.next": "Tambah ruang gudang atau kurangi folder, lalu mulai lagi.",
    "vault.busy": "Ruang server ini di gudang sedang dipakai proses lain.",
    "vault.busy.next": "Tunggu sampai pekerjaan lain pada server ini selesai, lalu mulai lagi.",
    "vault.no_inodes": "Gudang tidak dapat menampung berkas baru lagi (inode tersisa {free}).",
    "vault.no_inodes.next": "Perluas sistem berkas gudang, lalu mulai lagi.",
    "vault.read_only": "Gudang tidak dapat ditulisi (hanya-baca).",
    "vault.read_only.next": "Administrator sistem memeriksa disk gudang dan memasangnya kembali, lalu mulai "
    "lagi.",
    "restic.no_repository": "Tempat penyimpanan server ini di gudang tidak ditemukan.",
    "restic.no_repository.next": "Administrator sistem memeriksa apakah disk gudang terpasang, lalu mulai "
    "lagi.",
    "restic.locked": "Tempat penyimpanan server ini sedang dipakai pekerjaan lain.",
    "restic.locked.next": "Tunggu sampai pekerjaan itu selesai, lalu mulai lagi.",
    "restic.wrong_password": "Kata sandi tempat penyimpanan tidak cocok.",
    "restic.wrong_password.next": "Administrator sistem memulihkan berkas kata sandi di folder rahasia "
    "portal. Jangan membuat yang baru: salinan lama hanya terbuka dengan yang lama.",
    "restic.password_missing": "Berkas kata sandi tempat penyimpanan server ini tidak ada, padahal "
    "salinannya ada.",
    "restic.password_missing.next": "Administrator sistem mengembalikan berkas itu ke folder rahasia portal. "
    "Jangan membuat yang baru: salinan lama hanya terbuka dengan yang lama.",
    "restic.damaged": "Sebagian data di gudang rusak dan tidak lolos pemeriksaan.",
    "restic.damaged.next": "Jangan menghapus apa pun. Jalankan uji pemulihan salinan lain, dan administrator "
    "sistem memeriksa disk gudang.",
    "restic.snapshot_unknown": "Salinan {snapshot} tidak ditemukan di gudang.",
    "restic.snapshot_unknown.next": "Administrator sistem memeriksa apakah disk gudang yang benar terpasang.",
    "restic.failed": "Penyimpanan ke gudang berhenti karena kesalahan (restic, kode {exit_code}).",
    "restic.failed.next": "Lihat baris terakhir catatan pekerjaan, lalu mulai lagi.",
    "manifest.failed": "Daftar isi salinan tidak dapat ditulis.",
    "manifest.failed.next": "Periksa ruang dan disk di mesin portal, lalu mulai lagi.",
    "proof.differs": "Hasil pemulihan tidak sama dengan daftar isinya: {count} perbedaan, yang pertama "
    "{first}.",
    "proof.differs.next": "Salinan ini jangan diandalkan. Jalankan backup baru dan uji lagi; administrator "
    "sistem memeriksa disk gudang.",
    "proof.manifest_missing": "Daftar isi salinan ini tidak ada lagi di mesin portal.",
    "proof.manifest_missing.next": "Pulihkan folder bukti dari cadangan portal, atau jalankan backup baru "
    "dan uji lagi.",
    "proof.manifest_changed": "Daftar isi salinan ini berubah sejak disegel.",
    "proof.manifest_changed.next": "Minta auditor memeriksanya. Jalankan backup baru dan uji lagi.",
    "restore.no_space": "Ruang untuk memulihkan tidak cukup: tersisa {free}, diperlukan {needed}.",
    "restore.no_space.next": "Kosongkan ruang di mesin portal (folder pemulihan lama), lalu uji lagi.",
    "restore.not_listed": "{path} tidak ada dalam daftar isi salinan ini.",
    "restore.not_listed.next": "Buka salinannya, pilih lagi, lalu ajukan pemulihan baru.",
    "restore.target_taken": "{path} sudah ada di server, jadi tidak ditulisi.",
    "restore.target_taken.next": "Periksa isinya di server. Mulai lagi: pekerjaan baru memakai folder baru.",
    "restore.target_refused": "Folder {path} tidak dapat dibuat di server.",
    "restore.target_refused.next": "Pastikan folder induknya ada dan dapat ditulisi akun portal, lalu mulai lagi.",
    "restore.target_full": "Disk server tujuan penuh; {path} hanya terisi sebagian.",
    "restore.target_full.next": "Kosongkan ruang di server, hapus folder itu, lalu mulai lagi.",
    "restore.target_incomplete": "Sebagian berkas tidak dapat ditulis di {path}.",
    "restore.target_incomplete.next": "Lihat catatan pekerjaan, perbaiki hak tulis di server, hapus folder itu, lalu "
    "mulai lagi.",
    "restore.target_differs": "Isi {path} di server tidak sama dengan yang dikirim: {count} perbedaan, yang pertama "
    "{first}.",
    "restore.target_differs.next": "Jangan memakai folder itu. Periksa disk dan siapa yang menulis di sana, lalu mulai "
    "lagi.",
    "restore.target_exists": "Folder untuk memulihkan sudah ada sebelum pemulihan dimulai, jadi tidak "
    "dipakai.",
    "restore.target_exists.next": "Uji lagi: pekerjaan baru memakai folder baru. Bila berulang, "
    "administrator sistem memeriksa folder pemulihan di mesin portal.",
    "index.failed": "Daftar isi salinan ini tidak dapat disusun.",
    "index.failed.next": "Periksa ruang dan disk di mesin portal, lalu siapkan lagi.",
    "command.missing": "Program {program} tidak terpasang di mesin worker.",
    "command.missing.next": "Administrator sistem memasangnya, lalu mulai lagi.",
    "command.failed": "Program {program} tidak dapat dijalankan di mesin worker.",
    "command.failed.next": "Administrator sistem memeriksa pemasangannya, lalu mulai lagi.",
    "command.silent": "Program berhenti memberi kabar selama {seconds} detik, jadi dihentikan.",
    "command.silent.next": "Periksa jaringan, server, dan disk, lalu mulai lagi; yang sudah tersalin tidak "
    "dikirim ulang.",
}

TEXTS = (
    AUTHORITY
    | RUNS
    | SSH
    | COPYING
    | keeping_runs.RUN_TEXTS
    | refills.RUN_TEXTS
    | commands.RUN_TEXTS
    | mirror_runs.RUN_TEXTS
)
