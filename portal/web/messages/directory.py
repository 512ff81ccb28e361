"""Words of the directory (LDAP): at the sign-in, and on its page."""

from __future__ import annotations

TEXTS = {
    "password.directory": "Kata sandi akun ini dijaga direktori pegawai; gantilah di sana.",
    "directory.unreachable": "Direktori pegawai sedang tidak menjawab, jadi kata sandi Anda belum dapat diperiksa. "
    "Akun lokal tetap dapat masuk; coba lagi beberapa saat lagi atau hubungi administrator sistem.",
    "directory.certificate": "Sertifikat direktori pegawai tidak dapat dipercaya, jadi kata sandi tidak dikirim. "
    "Beri tahu administrator sistem.",
    "directory.bind_refused": "Direktori pegawai menolak akun portal, jadi kata sandi Anda belum dapat diperiksa. "
    "Beri tahu administrator sistem.",
    "directory.search_refused": "Direktori pegawai tidak dapat mencari di tempat yang disetel ({told}). Beri tahu "
    "administrator sistem.",
    "directory.ambiguous": "Ada lebih dari satu orang dengan nama itu di direktori pegawai. Beri tahu administrator "
    "sistem.",
    "directory.local_account": "Nama {username} sudah dipakai akun lokal, jadi tidak dapat masuk lewat direktori. "
    "Masuklah dengan nama pengguna dan kata sandi akun lokal itu.",
    "directory.incomplete": "Kata sandi benar, tetapi isian {field} di direktori pegawai kosong atau tidak sah. "
    "Minta pengelola direktori melengkapinya.",
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
    "detail": {"group": "Kelompok direktori"},
}
