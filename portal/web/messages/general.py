"""Words of the frame: the door, and what a page says when it cannot go on."""

from __future__ import annotations

TEXTS = {
    "access.sign_in": "Anda perlu masuk terlebih dahulu, atau sesi Anda sudah berakhir.",
    "guide.unknown": "Bab panduan itu tidak ada. Pilih dari daftar bab.",
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
}
