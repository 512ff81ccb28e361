"""Words of the runs of mirrors, and of what their guard stops; messages.runs takes them in."""

from __future__ import annotations

KINDS = {
    "mirror": "Mirroring",
    "mirror_to_server": "Mirroring ke server lain",
    "mirror_database": "Mirroring database",
}
STEPS = {
    "guard": "Uji coba dan penjaga",
    "mirror": "Menyamakan salinan",
    "agree": "Mencocokkan sekali lagi",
    "forward": "Meneruskan ke server lain",
    "take": "Mengambil database",
    "stand_by": "Memuat dan menghitung di server siaga",
    "turn": "Menukar dengan yang lama",
}

RUN_TEXTS = {
    "run.succeeded.mirror": "Salinan sudah disamakan dengan folder di server.",
    "run.succeeded.mirror.next": "Tidak ada yang perlu dilakukan. Yang terhapus atau tertimpa tersimpan di karantina "
    "selama masa simpannya.",
    "run.safe.mirror": "Data di server tidak diubah. Salinan hanya diubah setelah penjaga mengizinkannya, dan yang "
    "terhapus atau tertimpa dipindahkan ke karantina.",
    "run.succeeded.mirror_to_server": "Salinan di gudang dan di server tujuan sudah disamakan dengan folder di server.",
    "run.succeeded.mirror_to_server.next": "Tidak ada yang perlu dilakukan. Yang terhapus atau tertimpa tersimpan di "
    "karantina, di gudang dan di server tujuan, selama masa simpannya.",
    "run.safe.mirror_to_server": "Data di server asal tidak diubah. Salinan hanya diubah setelah penjaga "
    "mengizinkannya, dan yang terhapus atau tertimpa dipindahkan ke karantina.",
    "mirror.lost": "Salinan mirroring yang dulu ada di {path} tidak ditemukan lagi di gudang. Cakram yang tidak "
    "terpasang tampak sama dengan salinan yang hilang, jadi tidak ada yang disalin ke sana.",
    "mirror.lost.next": "Pasang cakram gudang yang benar, lalu mulai lagi. Bila salinannya memang hilang, akhiri "
    "mirroring ini dan siapkan yang baru.",
    "mirror.target_taken": "Folder {path} di server tujuan sudah berisi dan bukan hasil mirroring ini, jadi tidak "
    "diubah. Salinan di gudang sudah disamakan.",
    "mirror.target_taken.next": "Kosongkan folder itu atau akhiri mirroring ini lalu pilih folder lain.",
    "mirror.target_gone": "Folder {path} di server tujuan hilang atau kosong, padahal sebelumnya berisi salinan. Tidak "
    "ada yang dikirim ke sana. Salinan di gudang sudah disamakan.",
    "mirror.target_gone.next": "Periksa apakah disk di server tujuan masih terpasang, lalu mulai lagi. Bila memang "
    "dikosongkan, sediakan folder kosong itu dan tulis kata baru di berkas penanda {marker} agar diisi dari awal.",
    "mirror.target_refused": "Folder {path} tidak dapat dibuat atau dibaca di server tujuan. Salinan di gudang sudah "
    "disamakan.",
    "mirror.target_refused.next": "Pastikan folder induknya ada dan dapat ditulisi akun portal, lalu mulai lagi.",
    "mirror.target_deletes": "Meneruskan berarti menghapus {count} isi dari {path} di server tujuan; batasnya {most}. "
    "Di sana tidak ada yang diubah. Salinan di gudang sudah disamakan.",
    "mirror.target_deletes.next": "Periksa siapa yang menaruh berkas di folder tujuan itu dan pindahkan, lalu mulai "
    "lagi.",
    "mirror.target_differs": "Setelah diteruskan, {count} isi di {path} belum sama dengan salinan di gudang.",
    "mirror.target_differs.next": "Periksa siapa yang menulis di folder tujuan itu, lalu mulai lagi.",
    "run.succeeded.mirror_database": "Database di server siaga sudah disamakan; jumlah baris setiap tabel sama dengan "
    "saat diambil.",
    "run.succeeded.mirror_database.next": "Tidak ada yang perlu dilakukan. Isi yang lama tetap ada di server siaga "
    "dengan nama lain sampai mirroring berikutnya berhasil.",
    "run.safe.mirror_database": "Database di server asal tidak diubah. Yang di server siaga baru ditukar setelah "
    "seluruh isinya termuat dan jumlah barisnya cocok; sampai saat itu yang lama tetap dipakai.",
    "mirror.standby_changed": "Database {database} di {standby} berisi {now} baris, padahal mirroring terakhir "
    "meninggalkannya dengan {then} baris: ada yang bekerja di sana. Tidak ada yang diganti.",
    "mirror.standby_changed.next": "Selamatkan dahulu data yang ditulis di server siaga. Bila isinya boleh diganti, "
    "ubah nama database itu di sana, lalu mulai lagi.",
    "mirror.standby_written": "Database {database} di {standby} ditulis setelah mirroring terakhir: isi {count} tabel "
    "berubah, di antaranya {table}. Tidak ada yang diganti.",
    "mirror.standby_written.next": "Selamatkan dahulu data yang ditulis di server siaga. Bila isinya boleh diganti, "
    "ubah nama database itu di sana, lalu mulai lagi.",
    "mirror.empty_database": "Database {database} kini tidak berisi satu baris pun, padahal terakhir kali berisi "
    "{count} baris. Yang di server siaga tidak diubah.",
    "mirror.empty_database.next": "Periksa database asalnya. Bila memang dikosongkan, akhiri mirroring ini "
    "lalu siapkan yang baru.",
    "mirror.name_taken": "Di server siaga {standby} sudah ada database {database} yang bukan hasil mirroring ini, jadi "
    "tidak ditimpa.",
    "mirror.name_taken.next": "Periksa database itu di server siaga. Ganti namanya atau hapus bila tidak dipakai, lalu "
    "mulai lagi.",
    "mirror.empty_source": "Penjaga menghentikan pekerjaan: folder {path} di server kini kosong, padahal salinannya "
    "berisi {entries} isi. Salinan tidak diubah.",
    "mirror.empty_source.next": "Periksa di server apakah disk folder itu masih terpasang. Bila memang dikosongkan, "
    "Kasubbid Komdat dapat meloloskannya satu kali di halaman ini.",
    "mirror.mount_changed": "Penjaga menghentikan pekerjaan: disk atau folder yang terpasang di {path} tidak sama "
    "dengan saat terakhir disamakan. Salinan tidak diubah.",
    "mirror.mount_changed.next": "Tanyakan kepada pengelola server apakah disknya diganti. Bila benar, Kasubbid Komdat "
    "dapat meloloskannya satu kali di halaman ini; disk yang baru lalu menjadi patokan.",
    "mirror.sentinel_missing": "Penjaga menghentikan pekerjaan: berkas penanda {sentinel} tidak ada di {path}. Salinan "
    "tidak diubah.",
    "mirror.sentinel_missing.next": "Periksa apakah folder yang benar terpasang. Kembalikan berkas penandanya di "
    "server, lalu mulai lagi; atau Kasubbid Komdat meloloskannya satu kali di halaman ini.",
    "mirror.many_deletes": "Penjaga menghentikan pekerjaan: {count} dari {entries} isi salinan akan dihapus "
    "({share}%); batasnya {most} isi dan {most_share}%. Salinan tidak diubah.",
    "mirror.many_deletes.next": "Bandingkan daftar di bawah dengan keadaan di server. Bila memang harus dihapus, "
    "Kasubbid Komdat dapat meloloskan persis daftar itu satu kali di halaman ini.",
    "mirror.moved_meanwhile": "Setelah penjaga memeriksa, lebih banyak lagi yang hilang dari {path} di server. Yang "
    "lebih itu tidak dihapus dari salinan.",
    "mirror.moved_meanwhile.next": "Periksa siapa yang sedang menghapus di server, lalu mulai lagi; penjaga memeriksa "
    "dari awal.",
    "mirror.no_mount": "Server tidak dapat menyebut disk tempat {path} berada, jadi penjaga tidak dapat bekerja.",
    "mirror.no_mount.next": "Pastikan perintah stat (GNU coreutils) terpasang di server, lalu mulai lagi.",
    "mirror.moved_on": "Saat dicocokkan sekali lagi, sebagian isi sudah berubah lagi di server. Perubahan itu terbawa "
    "pada mirroring berikutnya.",
    "authority.mirror_changed": "Aturan mirroring ini berubah setelah pekerjaan {run} dibuat, jadi tidak dijalankan.",
    "authority.mirror_changed.next": "Mulai lagi; pekerjaan baru memakai aturan yang sekarang.",
    "authority.mirror_pass": "Izin lolos untuk pekerjaan {run} sudah dipakai, berakhir, atau bukan dari orang lain, "
    "jadi tidak dijalankan.",
    "authority.mirror_pass.next": "Mulai lagi; penjaga memeriksa dari awal.",
}
