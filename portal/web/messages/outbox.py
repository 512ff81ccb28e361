"""Words of the notifications: what is told, how far a message is, why one did not arrive."""

from __future__ import annotations

LABELS = {
    "menu": {"outbox.index": "Pemberitahuan"},
    "subject": {"outbox": "Pemberitahuan"},
    "event": {
        "outbox:tested": "Pesan uji dikirim",
        "outbox:sent_again": "Pemberitahuan dikirim ulang",
    },
    "detail": {"channel": "Saluran", "channels": "Saluran"},
    "outbox_kind": {
        "run_failed": "Pekerjaan gagal",
        "run_incomplete": "Pekerjaan tidak lengkap",
        "run_missed": "Backup terjadwal tidak berjalan",
        "finding": "Temuan baru",
        "emergency": "Backup darurat",
        "digest": "Ringkasan harian",
        "news": "Kabar permohonan",
        "question": "Pertanyaan kepada pemohon",
        "answer": "Jawaban pemohon",
        "desk": "Permohonan di meja",
        "undone": "Keputusan dibatalkan",
        "postponement": "Surat penundaan menunggu",
        "reminder": "Pengingat tenggat",
        "escalation": "Keterlambatan kepada atasan",
        "bundle": "Ringkasan pribadi",
        "test": "Pesan uji",
    },
    "outbox_state": {
        "pending": "Menunggu",
        "sending": "Sedang dikirim",
        "sent": "Terkirim",
        "failed": "Tidak terkirim",
        "dropped": "Tidak perlu lagi",
        "bundled": "Menunggu ringkasan",
    },
    "channel": {"mail": "Surel", "webhook": "Webhook"},
}

TEXTS = {
    "outbox.role": "Pemberitahuan diurus administrator, Kasubbid Komdat, dan administrator sistem. "
    "Tidak ada yang berubah.",
    "outbox.off": "Belum ada saluran yang disetel, jadi tidak ada pesan yang dikirim.",
    "outbox.unknown": "Pemberitahuan itu tidak ada.",
    "outbox.not_failed": "Pemberitahuan ini tidak sedang gagal: sudah terkirim, masih menunggu, atau sudah dikirim "
    "ulang orang lain. Muat ulang halaman untuk melihatnya.",
    "outbox.test_asked": "Pesan uji masuk antrean. Dalam beberapa detik keadaannya tampak di daftar ini; surelnya "
    "dikirim ke {email}.",
    "outbox.again": "Pemberitahuan masuk antrean lagi dan segera dicoba.",
    "outbox.left": "Penerimanya tidak lagi memegang peran itu, atau permohonannya sudah tidak di meja itu.",
    "outbox.bundled": "Ikut dalam ringkasan harian penerimanya.",
    "outbox.unexpected": "Pesan ini tidak dapat disusun karena kesalahan pada portal ({kind}).",
    "outbox.unexpected.next": "Sampaikan kepada administrator sistem; sebabnya ada di catatan proses clock.",
    "outbox.stuck": "{count} pemberitahuan sudah menunggu lebih dari 30 menit.",
    "outbox.stuck.next": "Administrator sistem memeriksa apakah proses clock berjalan dan server surel atau penerima "
    "webhook menjawab.",
    "outbox.given_up": "{count} pemberitahuan dalam tujuh hari terakhir tidak sampai dan tidak dicoba lagi.",
    "outbox.given_up.next": "Betulkan sebabnya, lalu tekan “Kirim ulang” pada baris pesannya.",
    "mail.address": "Alamat surel penerima tidak sah.",
    "mail.address.next": "Administrator sistem membetulkan alamat orang itu, lalu kirim ulang.",
    "mail.recipient": "Server surel menolak alamat penerima (kode {status}).",
    "mail.recipient.next": "Periksa alamat surel orang itu, lalu kirim ulang.",
    "mail.sender": "Server surel menolak alamat pengirim portal (kode {status}).",
    "mail.sender.next": "Administrator sistem memeriksa LUMBUNG_MAIL_SENDER dan izin akun di server surel.",
    "mail.refused": "Server surel menolak isi pesan (kode {status}).",
    "mail.refused.next": "Administrator sistem menanyakan aturan server surel kepada pengelolanya.",
    "mail.login": "Server surel menolak akun portal (kode {status}).",
    "mail.login.next": "Administrator sistem memeriksa LUMBUNG_SMTP_USER dan berkas kata sandinya.",
    "mail.tls": "Sambungan terenkripsi ke server surel tidak dapat dibuat: sertifikatnya tidak dikenal, atau server "
    "tidak menawarkannya. Tidak ada yang dikirim tanpa enkripsi.",
    "mail.tls.next": "Administrator sistem memeriksa LUMBUNG_SMTP_SECURITY dan LUMBUNG_CA_BUNDLE.",
    "mail.unreachable": "Server surel tidak menjawab.",
    "mail.unreachable.next": "Administrator sistem memeriksa LUMBUNG_SMTP_HOST, LUMBUNG_SMTP_PORT, dan jaringannya.",
    "webhook.unreachable": "Penerima webhook tidak menjawab.",
    "webhook.unreachable.next": "Administrator sistem memeriksa LUMBUNG_WEBHOOK_URL dan jaringannya.",
    "webhook.tls": "Sertifikat penerima webhook tidak dikenal.",
    "webhook.tls.next": "Administrator sistem memeriksa sertifikat penerima dan LUMBUNG_CA_BUNDLE.",
    "webhook.redirect": "Penerima webhook mengalihkan ke alamat lain (kode {status}); pengalihan tidak diikuti.",
    "webhook.redirect.next": "Administrator sistem mengisi LUMBUNG_WEBHOOK_URL dengan alamat yang sebenarnya.",
    "webhook.status": "Penerima webhook menolak pesan (kode {status}).",
    "webhook.status.next": "Administrator sistem memeriksa alamat dan kunci bersama pada penerima.",
}
