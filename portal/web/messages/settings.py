"""Words of the settings."""

from __future__ import annotations

LABELS = {
    "menu": {"settings.index": "Pengaturan"},
    "settings_tile": {
        "calendar.index": "Kalender kantor",
        "people.index": "Pengguna dan peran",
        "people.units": "Satuan kerja",
        "people.directory": "Direktori (LDAP)",
        "styles.index": "Kop dan kalimat surat",
        "outbox.index": "Pemberitahuan",
        "audit.index": "Jejak audit",
    },
    "settings_hint": {
        "calendar.index": "Hari libur, cuti bersama, Ramadan, jam khusus",
        "people.index": "Akun, peran, dan kata sandi pertama",
        "people.units": "Satker dan kepalanya",
        "people.directory": "Keadaan sambungan ke direktori pegawai",
        "styles.index": "Kop, logo, nomor, kalimat penutup, dan tembusan surat",
        "outbox.index": "Surel dan webhook yang dikirim, dan yang gagal",
        "audit.index": "Siapa mengubah apa",
    },
    "setting": {
        "smtp_host": "Server surel",
        "smtp_port": "Port",
        "smtp_security": "Enkripsi",
        "smtp_user": "Akun di server surel",
        "smtp_password": "Kata sandi akun",
        "mail_sender": "Alamat pengirim",
        "ca_bundle": "Sertifikat yang dipercaya",
        "webhook_url": "Penerima webhook",
        "webhook_secret": "Kunci bersama",
        "vault": "Folder gudang",
        "repository_vault": "Repositori di mesin lain",
        "repository_vault_port": "Port mesin repositori",
        "second_vault": "Gudang kedua",
        "second_vault_port": "Port gudang kedua",
        "second_copy_late_hours": "Salinan kedua terlambat setelah (jam)",
        "restore_keep_days": "Hasil uji pemulihan disimpan (hari)",
        "safety_keep_days": "Dump pengaman disimpan (hari)",
        "integrity_circle_days": "Seluruh data diperiksa setiap (hari)",
        "restore_test_days": "Uji pemulihan setiap (hari)",
        "base_url": "Alamat portal",
        "var": "Folder kerja",
        "database_url": "Basis data",
        "session_idle_minutes": "Sesi berakhir setelah diam (menit)",
        "session_days": "Sesi paling lama (hari)",
        "sign_in_per_minute": "Percobaan masuk per menit",
        "attachment_max_bytes": "Lampiran paling besar (byte)",
        "attachments_per_request": "Lampiran per permohonan",
        "emergency_hours": "Izin darurat berlaku (jam)",
        "emergency_review_days": "Tinjauan darurat (hari kerja)",
    },
    "vault_place": {"repository": "Mesin repositori", "second": "Gudang kedua"},
    "smtp_security": {"starttls": "STARTTLS", "tls": "TLS", "none": "Tanpa enkripsi"},
}

TEXTS = {
    "settings.test_asked": "Surel uji dikirim ke {email}. Muat ulang halaman ini beberapa detik lagi untuk melihat "
    "hasilnya.",
}
