"""Words of the directory (LDAP): at the sign-in, and on its page."""

from __future__ import annotations

TEXTS = {
    "password.directory": "Kata sandi akun ini dijaga direktori pegawai; gantilah di sana.",
    "directory.unreachable": "Direktori pegawai sedang tidak menjawab, jadi Anda belum dapat masuk dengan nama dan "
    "kata sandi itu. Coba lagi beberapa saat lagi atau hubungi administrator sistem.",
    "directory.certificate": "Sertifikat direktori pegawai tidak dapat dipercaya, jadi Anda belum dapat masuk dengan "
    "nama dan kata sandi itu. Beri tahu administrator sistem.",
    "directory.bind_refused": "Direktori pegawai menolak akun portal, jadi Anda belum dapat masuk dengan nama dan kata "
    "sandi itu. Beri tahu administrator sistem.",
    "directory.search_refused": "Direktori pegawai tidak dapat mencari di tempat yang disetel ({told}). Beri tahu "
    "administrator sistem.",
    "directory.ambiguous": "Ada lebih dari satu orang dengan nama itu di direktori pegawai. Beri tahu administrator "
    "sistem.",
    "directory.local_account": "Nama {username} sudah dipakai akun lokal, jadi tidak dapat masuk lewat direktori. "
    "Masuklah dengan nama pengguna dan kata sandi akun lokal itu.",
    "directory.incomplete": "Kata sandi benar, tetapi isian {field} di direktori pegawai kosong atau tidak sah. "
    "Minta pengelola direktori melengkapinya.",
    "directory.nobody_found": "Direktori tidak mengenal satu pun dari {accounts} akunnya, jadi setelannya mungkin "
    "keliru. Tidak ada yang diubah.",
    "directory.not_there": "Tidak ada orang dengan nama pengguna {username} di direktori pegawai, jadi akunnya tetap "
    "di portal ini.",
    "directory.last_local": "Harus ada administrator sistem lain dengan akun portal, agar masih ada yang dapat masuk "
    "bila direktori tidak menjawab.",
    "directory.is_local": "Kata sandi akun ini sudah dijaga portal.",
    "directory.handed_over": "Mulai sekarang kata sandinya dijaga direktori pegawai; semua sesinya berakhir.",
    "directory.synchronised": "Akun yang diselaraskan dengan direktori: {found}.",
    "directory.left": "Tidak ada lagi di direktori, peran dari direktori dan sesinya diakhiri: {names}.",
    "directory.kept_as_is": "Isian di direktori tidak dapat dipakai, akunnya tidak diubah: {names}.",
    "directory.no_unit": "Kata sandi benar, tetapi satker Anda ({unit}) tidak ada atau tidak aktif di portal. Hubungi "
    "administrator sistem.",
}
LABELS = {
    "field": {
        "username": "Nama pengguna",
        "name": "Nama",
        "email": "Surel",
        "nip": "NIP",
        "phone": "Telepon",
        "post": "Jabatan",
        "unit": "Satker",
    },
    "account_source": {"local": "portal ini", "ldap": "direktori pegawai"},
    "event": {
        "user:synchronised": "Akun diselaraskan dengan direktori",
        "user:left_directory": "Tidak ada lagi di direktori",
        "user:to_directory": "Akun dipindahkan ke direktori",
        "user:to_portal": "Akun dipindahkan ke portal",
    },
    "detail": {
        "group": "Kelompok direktori",
        "accounts": "Akun diselaraskan",
        "gone": "Tidak ada lagi",
        "refused_entries": "Isian tidak dapat dipakai",
    },
}
