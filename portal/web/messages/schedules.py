"""Words of the schedules, and of what should have run and did not."""

from __future__ import annotations

LABELS = {
    "subject": {"schedule": "Jadwal"},
    "event": {
        "schedule:created": "Jadwal dibuat",
        "schedule:changed": "Jadwal diubah",
        "schedule:paused": "Jadwal dijeda",
        "schedule:resumed": "Jadwal dilanjutkan",
        "schedule:ended": "Jadwal diakhiri",
        "schedule:retried": "Backup jadwal dicoba lagi",
        "schedule:reopened": "Waktu jadwal dibuka lagi",
    },
    "detail": {
        "rule": "Aturan",
        "count": "Banyaknya",
    },
    "finding_kind": {"schedule_missed": "Jadwal tidak berjalan"},
    "menu": {"schedules.index": "Jadwal"},
    "rhythm": {
        "daily": "Setiap hari",
        "weekly": "Setiap minggu",
        "monthly": "Setiap bulan",
        "cron": "Menurut cron",
    },
    "weekday": {
        "0": "Senin",
        "1": "Selasa",
        "2": "Rabu",
        "3": "Kamis",
        "4": "Jumat",
        "5": "Sabtu",
        "6": "Minggu",
    },
    "schedule_state": {
        "active": "Aktif",
        "paused": "Dijeda",
        "ended": "Diakhiri",
    },
    "scheduled_state": {
        "started": "Dimulai",
        "late": "Terlambat",
        "missed": "Tidak berjalan",
        "refused": "Tidak dapat dimulai",
        "ahead": "Akan berjalan",
        "overdue": "Belum dimulai",
    },
}

TEXTS = {
    "schedule.unknown": "Jadwal itu tidak ada.",
    "schedule.role": "Jadwal dibuat dan diubah oleh Kasubbid Komdat. Tidak ada yang berubah.",
    "schedule.request": "Pilih permohonan yang disetujui dan masih berlaku.",
    "schedule.once": "Permohonan {number} disetujui untuk satu kali backup, jadi tidak dapat dijadwalkan. Jalankan "
    "backupnya dari halaman permohonan, atau ajukan permohonan baru untuk backup berkala.",
    "schedule.moved": "Jadwal ini sudah diubah orang lain sejak halaman dibuka. Muat ulang halaman, lalu ulangi.",
    "schedule.state": "Jadwal ini sedang “{schedule_state}”, jadi tindakan itu tidak berlaku. Muat ulang halaman.",
    "schedule.has_ended": "Jadwal yang sudah diakhiri tidak dapat diubah. Buat jadwal baru.",
    "schedule.never": "Dengan aturan ini jadwal tidak pernah berjalan. Periksa jam, jendela, dan hari liburnya.",
    "schedule.time": "Tulis jam dan menit, misalnya 02:30.",
    "schedule.no_weekday": "Pilih paling sedikit satu hari.",
    "schedule.month_day.kind": "Isi dengan tanggal 1 sampai 31.",
    "schedule.month_day.range": "Isi dengan tanggal {min} sampai {max}.",
    "schedule.cron": "Bukan aturan cron yang sah. Tulis lima bagian: menit, jam, tanggal, bulan, hari. Contoh: "
    "30 2 * * 1-5.",
    "schedule.cron_never": "Waktu ini tidak pernah tiba. Periksa tanggal dan bulannya.",
    "schedule.cron_too_often": "Terlalu sering. Beri jarak paling sedikit {minutes} menit.",
    "schedule.window_half": "Isi awal dan akhir jendela, atau kosongkan keduanya.",
    "schedule.window_empty": "Awal dan akhir jendela tidak boleh sama.",
    "schedule.outside_window": "Jam mulai berada di luar jendela. Ubah jam mulai atau jendelanya.",
    "schedule.rests": "Baris {line}: tulis satu tanggal (2026-12-24), atau dua tanggal dengan tanda hubung berspasi "
    "(2026-12-24 - 2027-01-02).",
    "schedule.rests_order": "Baris {line}: tanggal pertama harus lebih dahulu, dan paling lama satu tahun.",
    "schedule.rests_too_many": "Paling banyak {most} baris.",
    "schedule.jitter.kind": "Isi dengan bilangan bulat.",
    "schedule.jitter.range": "Antara {min} dan {max} menit.",
    "schedule.grace.kind": "Isi dengan bilangan bulat.",
    "schedule.grace.range": "Antara {min} dan {max} menit.",
    "schedule.catch_up.kind": "Isi dengan bilangan bulat.",
    "schedule.catch_up.range": "Antara {min} dan {max} jam.",
    "schedule.bandwidth.kind": "Isi dengan bilangan bulat.",
    "schedule.bandwidth.range": "Antara {min} dan {max} KiB per detik.",
    "schedule.created": "Jadwal {name} dibuat. Backup pertama {when}.",
    "schedule.changed": "Jadwal {name} diubah. Berlaku mulai sekarang.",
    "schedule.paused": "Jadwal {name} dijeda. Tidak ada backup yang dimulai sampai dilanjutkan.",
    "schedule.resumed": "Jadwal {name} dilanjutkan.",
    "schedule.ended": "Jadwal {name} diakhiri. Riwayatnya tetap tersimpan.",
    "schedule.still_running": "Pekerjaan {run} dari jadwal ini belum selesai, jadi tidak dimulai satu lagi.",
    "schedule.still_running.next": "Periksa pekerjaan itu. Bila backup memang selama itu, jarangkan jadwalnya.",
    "schedule.missed": "Jadwal {schedule} tidak berjalan {count} kali, dari {first} sampai {last}: portal tidak "
    "bekerja saat itu, dan waktu untuk mengejarnya sudah lewat.",
    "schedule.missed.next": "Jalankan backup sekarang dari halaman permohonan. Administrator sistem memeriksa mengapa "
    "proses clock berhenti.",
    "schedule.missed_once": "Backup jadwal {schedule} untuk {first} tidak berjalan: portal tidak bekerja saat itu, dan "
    "waktu untuk mengejarnya sudah lewat.",
    "schedule.missed_once.next": "Jalankan backup sekarang dari halaman permohonan. Administrator sistem memeriksa "
    "mengapa proses clock berhenti.",
    "schedule.late": "Jadwal {schedule} baru berjalan setelah terlambat, untuk waktu {due_at}; {count} waktu jadwal "
    "dikejar dengan satu backup.",
    "schedule.late.next": "Periksa hasil pekerjaannya. Administrator sistem memeriksa mengapa proses clock berhenti.",
    "schedule.refused": "Backup jadwal {schedule} untuk {due_at} tidak dapat dimulai. {reason}",
    "schedule.refused.next": "Selesaikan sebabnya, lalu jalankan backup dari halaman permohonan. Bila permohonannya "
    "sudah berakhir, akhiri jadwal ini.",
    "schedule.not_started": "Backup jadwal {schedule} untuk {due_at} sudah menunggu terlalu lama; tidak ada worker "
    "yang mengambilnya.",
    "schedule.not_started.next": "Administrator sistem memeriksa apakah worker dan Redis berjalan.",
    "authority.no_schedule": "Pekerjaan ini tidak dimulai orang dan tidak dimiliki jadwal mana pun, jadi tidak "
    "dijalankan.",
    "authority.no_schedule.next": "Laporkan kepada administrator sistem: isi basis data mungkin telah diubah.",
    "authority.schedule_stopped": "Jadwal {schedule} sudah dijeda atau diakhiri, jadi backupnya tidak dijalankan.",
    "authority.schedule_stopped.next": "Lanjutkan jadwalnya, atau jalankan backup dari halaman permohonan.",
}
