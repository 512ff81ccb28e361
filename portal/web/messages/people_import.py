"""Words of people from a file."""

from __future__ import annotations

TEXTS = {
    "file.empty": "Berkas kosong. Baris pertama berisi judul kolom, lalu satu baris untuk setiap pegawai.",
    "file.too_large": "Berkas melebihi {most:bytes}. Bagi menjadi beberapa berkas.",
    "file.too_many": "Berkas berisi lebih dari {max} pegawai. Bagi menjadi beberapa berkas.",
    "file.encoding": "Baris {line} bukan teks UTF-8. Simpan ulang dari aplikasi tabel sebagai “CSV UTF-8”.",
    "file.broken": "Tanda kutip di baris {line} tidak berpasangan, jadi kolomnya tidak dapat dibaca.",
    "file.columns": "Kolom yang wajib belum ada: {missing}. Gunakan judul kolom seperti pada berkas contoh.",
    "file.column_unknown": "Kolom “{title}” tidak dikenal. Gunakan judul kolom seperti pada berkas contoh.",
    "file.column_twice": "Ada kolom yang muncul dua kali: {missing}.",
    "file.cells": "Baris ini mempunyai lebih banyak kolom daripada judulnya.",
    "import.twice": "{value} muncul lebih dari sekali di berkas ini.",
    "import.directory": "Akun ini dijaga direktori pegawai; ubahlah di sana.",
    "import.nip_number": "NIP berubah menjadi bilangan ({value}), jadi angka terakhirnya hilang. Ubah format kolomnya "
    "menjadi teks, lalu isi lagi.",
    "import.nip_taken": "NIP ini juga milik {username}.",
    "import.closed": "Akunnya sedang ditutup dan tetap ditutup.",
    "import.stale": "Isi berkas atau data pengguna sudah berubah sejak pratinjau. Belum ada yang disimpan; periksa "
    "pratinjau yang baru di bawah ini.",
    "import.not_feasible": "Tidak ada yang disimpan: masih ada baris yang ditolak, atau tidak ada yang berubah.",
}
LABELS = {
    "person_column": {
        "username": "Nama pengguna",
        "name": "Nama",
        "nip": "NIP",
        "email": "Surel",
        "phone": "Telepon",
        "post": "Jabatan",
        "unit_code": "Satker",
    },
    "person_sample": {
        "username": "rini.puspita",
        "name": "Rini Puspita, S.Kom.",
        "nip": "199301122019022004",
        "email": "rini.puspita@kantor.example",
        "phone": "+62215554321",
        "post": "Arsiparis Ahli Pertama",
        "unit_code": "PPIKSN",
    },
    "import_state": {
        "refused": "Ditolak",
        "new": "Pengguna baru",
        "changed": "Berubah",
        "unchanged": "Tidak berubah",
    },
    "export_name": {"people_sample": "contoh-pengguna"},
    "event": {"user:imported": "Pengguna diimpor dari berkas"},
    "detail": {
        "new_people": "Pengguna baru",
        "changed_people": "Pengguna berubah",
        "unchanged": "Tidak berubah",
    },
}
