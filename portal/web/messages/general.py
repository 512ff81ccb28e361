"""Words of the frame: the door, form fields, and what a page says when it cannot go on."""

from __future__ import annotations

TEXTS = {
    "access.sign_in": "Anda perlu masuk terlebih dahulu, atau sesi Anda sudah berakhir.",
    "access.denied": "Peran Anda tidak mencakup halaman atau tindakan ini. Tidak ada yang berubah.",
    "access.no_rule": "Halaman ini belum dibuka untuk siapa pun.",
    "page.not_found": "Halaman atau berkas ini tidak ada, sudah dipindahkan, atau bukan untuk Anda.",
    "page.method": "Alamat ini tidak menerima cara pengiriman tersebut.",
    "page.too_large": "Kiriman melebihi batas {limit}. Tidak ada yang disimpan; perkecil berkasnya lalu kirim lagi.",
    "page.too_many": "Terlalu banyak percobaan dalam waktu singkat. Tunggu satu menit, lalu coba lagi.",
    "page.token": "Formulir ini berasal dari sesi yang sudah berakhir. Tidak ada yang disimpan; muat ulang halaman, "
    "lalu kirim lagi.",
    "page.failed": "Terjadi kesalahan pada portal. Perubahan yang belum selesai dibatalkan dan data yang sudah "
    "tersimpan tetap aman.",
    "page.bad_request": "Kiriman ini tidak dapat dibaca. Tidak ada yang disimpan.",
    "input.invalid": "Ada isian yang perlu diperbaiki. Isian lain tetap tersimpan di halaman ini.",
    "missing": "Wajib diisi.",
    "string_too_short": "Terlalu pendek; paling sedikit {min_length} karakter.",
    "string_too_long": "Terlalu panjang; paling banyak {max_length} karakter.",
    "string_type": "Isi dengan teks.",
    "int_parsing": "Isi dengan bilangan bulat.",
    "int_type": "Isi dengan bilangan bulat.",
    "greater_than_equal": "Paling kecil {ge}.",
    "less_than_equal": "Paling besar {le}.",
    "literal_error": "Pilih salah satu yang tersedia.",
    "enum": "Pilih salah satu yang tersedia.",
    "too_short": "Pilih paling sedikit {min_length}.",
    "too_long": "Paling banyak {max_length}.",
    "bool_parsing": "Pilih ya atau tidak.",
    "date_parsing": "Isi dengan tanggal yang benar.",
    "date_from_datetime_parsing": "Isi dengan tanggal yang benar.",
    "value_error": "Isian ini tidak dapat diterima.",
    "text.control": "Berisi karakter yang tidak tampak; ketik ulang tanpa menempel.",
}
