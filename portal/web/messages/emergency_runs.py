"""Words of runs under a broken glass that may not start; part of the runs' own."""

from __future__ import annotations

AUTHORITY = {
    "authority.emergency_unknown": "Pekerjaan ini menyebut backup darurat {emergency}, yang tidak ada. Tidak ada yang "
    "dijalankan.",
    "authority.emergency_unknown.next": "Minta auditor memeriksa jejak audit.",
    "authority.emergency_kind": "Wewenang darurat {emergency} hanya untuk backup, bukan untuk pekerjaan ini. Tidak ada "
    "yang dijalankan.",
    "authority.emergency_kind.next": "Jalankan di bawah permohonan yang disetujui.",
    "authority.emergency_changed": "Isi backup darurat {emergency} tidak lagi sama dengan yang disegel saat "
    "dijalankan, jadi tidak diteruskan.",
    "authority.emergency_changed.next": "Jalankan yang baru bila masih darurat, dan minta auditor memeriksa "
    "jejak audit.",
    "authority.emergency_opener": "Yang menjalankan backup darurat {emergency} waktu itu tidak berwenang. Tidak "
    "ada yang dijalankan.",
    "authority.emergency_opener.next": "Minta auditor memeriksa jejak audit.",
    "authority.emergency_closed": "Tinjauan backup darurat {emergency} sudah ditutup. Tidak ada yang dijalankan.",
    "authority.emergency_closed.next": "Ajukan permohonan biasa; bila kembali darurat, jalankan yang baru.",
    "authority.emergency_expired": "Wewenang darurat {emergency} berakhir pada {ends_at}. Tidak ada yang dijalankan.",
    "authority.emergency_expired.next": "Ajukan permohonan biasa; bila masih darurat, jalankan yang baru.",
}
