"""Words of the runs on a server's repository; messages.runs takes them in."""

from __future__ import annotations

KINDS = {"integrity": "Pemeriksaan keutuhan"}
STEPS = {"read_part": "Membaca dan memeriksa data di gudang"}

RUN_TEXTS = {
    "run.succeeded.integrity": "Bagian gudang yang mendapat giliran sudah dibaca seluruhnya dan utuh.",
    "run.succeeded.integrity.next": "Periksa bagian berikutnya pada gilirannya, sampai satu putaran lengkap.",
    "run.safe.integrity": "Gudang hanya dibaca; salinan dan data di server tidak diubah.",
    "authority.none_for_server": "Belum ada permohonan yang disetujui untuk server {server}. Tidak ada yang "
    "dijalankan.",
    "authority.none_for_server.next": "Jalankan setelah ada permohonan yang disetujui untuk server ini.",
}
