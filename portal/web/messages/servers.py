"""Words of the catalogue of servers."""

from __future__ import annotations

LABELS = {
    "host_key_state": {
        "none": "Belum diperiksa",
        "proposed": "Menunggu persetujuan",
        "approved": "Disetujui",
        "changed": "Berubah",
    },
    "host_key_event": {
        "server:host_key_proposed": "Diajukan",
        "server:host_key_approved": "Disetujui",
        "server:host_key_refused": "Ditolak",
        "server:host_key_changed": "Berubah",
    },
    "entry_kind": {
        "folder": "Folder",
        "file": "Berkas",
        "link": "Tautan",
        "other": "Lainnya",
    },
}

TEXTS = {
    "server.unknown": "Server itu tidak ada di katalog.",
    "server.name_taken": "Nama {name} sudah dipakai server lain di katalog.",
    "server.inactive": "Server {server} sedang tidak aktif, jadi tidak ada yang dijalankan. Aktifkan lagi di "
    "halamannya bila perlu.",
    "server.no_key": "Server {server} belum punya kunci. Pilih atau buat kunci, lalu pasang di server.",
    "server.host_key_none": "Kunci host server {server} belum diperiksa. Pindai dan ajukan di halaman "
    "server; orang kedua menyetujuinya.",
    "server.host_key_proposed": "Kunci host server {server} masih menunggu persetujuan orang kedua.",
    "server.host_key_changed": "Kunci host server {server} berubah, jadi semua pekerjaannya dihentikan. "
    "Kunci yang baru harus dibandingkan di konsol server, diajukan, lalu disetujui orang kedua.",
    "server.inactive.next": "Aktifkan server di halamannya, lalu mulai lagi.",
    "server.no_key.next": "Pilih atau buat kunci di halaman server, pasang di server, lalu mulai lagi.",
    "server.host_key_none.next": "Pindai kunci host di halaman server, lalu minta orang kedua menyetujuinya.",
    "server.host_key_proposed.next": "Minta Kasubbid Komdat atau Kabid PJKKD menyetujuinya, lalu mulai lagi.",
    "server.host_key_changed.next": "Bandingkan kunci baru di konsol server, ajukan, dan minta orang kedua "
    "menyetujuinya.",
    "server.enrolled": "Server {name} sudah masuk katalog. Lanjutkan dengan langkah-langkah di bawah.",
    "server.saved": "Perubahan sudah disimpan.",
    "server.moved": "Alamat server berubah, jadi kunci hostnya harus dipindai dan disetujui lagi.",
    "server.key_chosen": "Kunci {name} sekarang dipakai. Pasang kunci publiknya di server.",
    "server.activated": "Server diaktifkan lagi.",
    "server.deactivated": "Server dinonaktifkan. Salinannya tetap tersimpan.",
    "key.name_taken": "Nama kunci {name} sudah dipakai.",
    "key.unknown": "Kunci itu tidak ada.",
    "key.not_chosen": "Pilih salah satu kunci yang ada, atau buat kunci baru.",
    "host_key.scan_outdated": "Hasil pemindaian itu tidak berlaku lagi. Pindai sekali lagi, lalu ajukan.",
    "host_key.already_approved": "Kunci host server ini sudah disetujui dan masih cocok.",
    "host_key.proposed": "Kunci host sudah diajukan. Kasubbid Komdat atau Kabid PJKKD yang lain "
    "menyetujuinya.",
    "host_key.approved": "Kunci host disetujui. Portal sekarang boleh menghubungi server ini.",
    "host_key.refused": "Kunci host ditolak. Server menunggu pemindaian baru.",
    "host_key.refusal_reason": "Penolakan memerlukan alasan: {problem}",
    "host_key.approver": "Kunci host disetujui Kasubbid Komdat atau Kabid PJKKD yang bukan administrator "
    "server. Tidak ada yang berubah.",
    "host_key.own_proposal": "Kunci host yang Anda ajukan sendiri harus disetujui orang lain. Tidak ada yang "
    "berubah.",
    "host_key.moved_on": "Kunci host server {server} yang Anda lihat bukan lagi yang diajukan. Lihat "
    "keadaannya sekarang, lalu putuskan lagi.",
    "source.added": "Folder {path} masuk daftar.",
    "source.removed": "Folder {path} keluar dari daftar. Salinannya tetap tersimpan.",
    "inquiry.kind": "Pertanyaan itu tidak dikenal.",
    "probe.not_root": "Akun ini bukan root: berkas yang tidak boleh dibacanya akan tertinggal, dan pekerjaan "
    "menyebut namanya.",
    "probe.no_rsync": "rsync belum terpasang di server; backup belum dapat berjalan. Pasang dahulu, "
    "misalnya: apt install rsync.",
    "probe.old_rsync": "Versi rsync di server lebih tua daripada 3.5.0. Perbarui bila distribusinya "
    "menyediakan.",
}
