"""Words of the runs and servers: why a run may not start, or a server not be used."""

from __future__ import annotations

TEXTS = {
    "authority.not_approved": "Pekerjaan hanya berjalan atas permohonan yang disetujui; permohonan {number} belum "
    "disetujui. Tidak ada yang dijalankan.",
    "authority.withdrawn": "Permohonan {number} sudah ditarik pemohonnya. Tidak ada yang dijalankan.",
    "authority.not_followed_up": "Tandai permohonan {number} sebagai “Ditindaklanjuti” sebelum menjalankan pekerjaan.",
    "authority.postponed": "Permohonan {number} ditunda sampai {until}. Lanjutkan dahulu.",
    "authority.scope_changed": "Yang disetujui dalam permohonan {number} tidak lagi sama dengan yang tercatat. "
    "Pekerjaan tidak dijalankan; minta Kasubbid Komdat memeriksanya.",
    "authority.term_ended": "Masa persetujuan permohonan {number} berakhir pada {ends_at}. Ajukan permohonan baru.",
    "authority.other_server": "Persetujuan ini bukan untuk server {server}.",
    "authority.service": "Layanan {service} tidak termasuk yang disetujui.",
    "authority.folder": "Folder {folder} tidak termasuk yang disetujui.",
    "authority.spec_changed": "Rincian pekerjaan {run} berubah setelah dibuat, jadi tidak dijalankan. Buat "
    "pekerjaan baru.",
    "authority.server_changed": "Data server {server} berubah setelah pekerjaan ini dibuat, jadi tidak dijalankan. "
    "Buat pekerjaan baru.",
    "server.unknown": "Server itu tidak ada di katalog.",
    "server.inactive": "Server {server} tidak aktif.",
    "server.no_key": "Server {server} belum punya kunci. Pilih atau buat kunci, lalu pasang di server.",
    "run.unknown": "Pekerjaan itu tidak ada.",
    "run.ended": "Pekerjaan ini sudah berakhir, jadi tidak dapat dibatalkan.",
    "run.role": "Tindakan ini milik {role}. Tidak ada yang dijalankan.",
    "run.no_sources": "Belum ada folder yang dipilih pada server {server}.",
    "snapshot.unknown": "Salinan itu tidak ada.",
}
