"""Words of signing in, the own account, people, units and roles."""

from __future__ import annotations

TEXTS = {
    "sign_in.refused": "Nama pengguna dan kata sandi tidak cocok, atau akun sedang dikunci sementara. Setelah sepuluh "
    "kali salah, akun dikunci selama 15 menit.",
    "sign_in.again": "Anda sudah masuk kembali. Isian di halaman ini masih ada; silakan kirim lagi.",
    "session.ended": "Sesi itu sudah diakhiri.",
    "session.unknown": "Sesi itu tidak ada.",
    "account.password_changed": "Kata sandi sudah diganti. Sesi lain yang diakhiri: {ended}.",
    "account.signed_out": "Anda sudah keluar.",
    "password.must_change": "Ganti kata sandi sementara Anda sebelum melanjutkan.",
    "password.too_short": "Kata sandi terlalu pendek; paling sedikit {min} karakter.",
    "password.too_long": "Kata sandi terlalu panjang; paling banyak {max} karakter.",
    "password.too_simple": "Kata sandi terlalu mudah ditebak; jangan memakai nama pengguna atau karakter "
    "yang berulang.",
    "password.wrong": "Kata sandi saat ini tidak cocok.",
    "password.same": "Kata sandi baru sama dengan yang lama.",
    "password.unequal": "Kedua kata sandi baru tidak sama.",
    "unit.code_taken": "Kode {value} sudah dipakai satker lain.",
    "unit.code_shape": "Gunakan huruf, angka, titik, garis miring, atau tanda hubung.",
    "unit.unknown": "Satker {value} tidak ada.",
    "username.taken": "Nama pengguna {value} sudah dipakai.",
    "username.shape": "Mulai dengan huruf; lalu huruf, angka, titik, garis bawah, atau tanda hubung.",
    "role.unit_missing": "Pilih satker yang dikepalai.",
    "role.held": "Peran {role} sudah dipegang.",
    "role.own": "Peran Anda sendiri hanya dapat diubah oleh administrator sistem lain.",
    "role.unknown": "Peran itu tidak ada atau sudah berakhir.",
}
