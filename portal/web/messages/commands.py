"""Words of the commands that run on a server around a backup; messages.runs takes in its part."""

from __future__ import annotations

LABELS = {"finding_kind": {"commands_owed": "Layanan mungkin masih berhenti"}}

STEPS = {"before": "Perintah sebelum backup", "after": "Perintah sesudah backup"}

RUN_TEXTS = {
    "commands.before_failed": "Perintah sebelum backup gagal di server (kode {exit_code}): {command}. Tidak ada yang "
    "disalin.",
    "commands.before_failed.next": "Lihat keluarannya di catatan pekerjaan, perbaiki di server, lalu mulai lagi.",
    "commands.timeout": "Perintah sebelum backup tidak selesai dalam {seconds} detik dan dihentikan: {command}.",
    "commands.timeout.next": "Periksa perintah itu di server; backup tidak dijalankan.",
    "commands.after_failed": "Salinan tersimpan, tetapi perintah sesudah backup gagal di server: {command}.",
    "commands.after_failed.next": "Periksa sekarang apakah layanan yang dihentikan untuk backup sudah berjalan lagi, "
    "dan lihat keluaran perintahnya di catatan pekerjaan.",
    "commands.after_too": "Perintah sesudah backup juga gagal di server ({command}): periksa apakah layanan yang "
    "dihentikan sudah berjalan lagi.",
    "commands.after_unsaid": "Perintah sesudah backup mungkin belum dijalankan ({command}): jalankan sekarang di "
    "server, lalu periksa apakah layanannya sudah berjalan lagi.",
    "authority.commands": "Perintah di sekitar backup ini bukan yang disetujui. Tidak ada yang dijalankan.",
    "authority.commands.next": "Mulai lagi dari halaman permohonan; bila berulang, minta persetujuan baru.",
}

TEXTS = {
    "commands.after_owed": "Pekerjaan {run} terputus setelah perintah sebelum backup dimulai, dan perintah sesudahnya "
    "tidak tercatat selesai. Layanan yang dihentikan untuk backup mungkin masih berhenti.",
    "commands.after_owed.next": "Jalankan sekarang di server: {command}. Tutup temuan ini setelah layanannya berjalan "
    "lagi.",
    "commands.saved": "Perintah disimpan. Berlaku setelah disetujui bersama sebuah permohonan.",
    "commands.too_many": "Paling banyak {most} perintah; gabungkan dalam sebuah skrip di server.",
    "commands.unreadable": "Setiap perintah paling panjang {most} karakter, tanpa karakter kendali.",
    "commands.quotes": "Ada tanda kutip yang tidak ditutup.",
    "commands.program": "Setiap baris diawali nama program, bukan pilihan atau penetapan nilai.",
    "commands.shell": "Perintah tidak lewat shell: tanda seperti | && ; > dan $(…) tidak berlaku. Tulis skrip di "
    "server, lalu sebut skrip itu di sini.",
    "scope.commands_changed": "Perintah di {server} berubah setelah halaman ini dibuka. Baca yang baru di bawah, lalu "
    "setujui lagi.",
}
