"""Words of the office calendar, of what a change of it moves, and of the simulator."""

from __future__ import annotations

LABELS = {
    "event": {
        "calendar:day_set": "Hari kalender ditetapkan",
        "calendar:day_removed": "Hari kalender dihapus",
        "calendar:period_set": "Masa kalender ditetapkan",
        "calendar:period_removed": "Masa kalender dihapus",
        "request:due_moved": "Tenggat pindah karena kalender",
    },
    "menu": {"calendar.index": "Kalender"},
    "detail": {
        "what": "Perubahan",
        "day": "Tanggal",
        "day_kind": "Jenis hari",
        "hours": "Jam",
        "first": "Hari pertama",
        "last": "Hari terakhir",
        "years": "Tahun",
        "days": "Hari",
        "periods": "Masa",
        "moved": "Tenggat yang pindah",
        "old_due": "Tenggat lama",
        "new_due": "Tenggat baru",
    },
    "day_kind": {
        "holiday": "Hari libur",
        "joint_leave": "Cuti bersama",
        "special": "Jam khusus",
    },
    "what": {
        "day_set": "Hari ditetapkan",
        "day_removed": "Hari dihapus",
        "period_set": "Masa ditetapkan",
        "period_removed": "Masa dihapus",
        "seeded": "Tahun diisi",
    },
    "allowance_unit": {"hour": "jam kantor", "day": "hari kerja"},
}

TEXTS = {
    "calendar.tried_closed": "dicoba tutup",
    "calendar.did.day_set": "{name} ({day_kind}), {day}, ditetapkan.",
    "calendar.did.day_removed": "{name}, {day}, dihapus; hari itu kembali ke jam biasa.",
    "calendar.did.period_set": "Masa {name}, {first} sampai {last}, ditetapkan.",
    "calendar.did.period_removed": "Masa {name}, {first} sampai {last}, dihapus.",
    "calendar.did.seeded": "Tahun {years} diisi: {days} hari dan {periods} masa.",
    "calendar.role": "Kalender kantor diubah oleh administrator sistem. Tidak ada yang berubah.",
    "calendar.unknown_day": "Tanggal itu tidak ada di kalender; mungkin sudah dihapus orang lain.",
    "calendar.unknown_period": "Masa itu tidak ada di kalender; mungkin sudah dihapus orang lain.",
    "calendar.hours": "Tulis jam buka seperti 07.30-12.00, 13.00-16.00.",
    "calendar.span_order": "Jam {start} sampai {end} tidak berurutan: jam mulai harus lebih dahulu, pada hari "
    "yang sama.",
    "calendar.spans_overlap": "Jam mulai {start} terletak sebelum {end}, akhir jam sebelumnya. Tulis berurutan, tanpa "
    "tumpang tindih.",
    "calendar.special_hours": "Isi jam bukanya. Untuk hari tutup, pilih hari libur atau cuti bersama.",
    "calendar.period_length": "Hari terakhir tidak boleh sebelum hari pertama, dan masanya paling lama {most} hari.",
    "calendar.period_order": "Hari terakhir tidak boleh sebelum hari pertama.",
    "calendar.period_hours": "Isi jam sedikitnya satu hari; yang kosong mengikuti jam biasa.",
    "calendar.periods_overlap": "Masa ini bertumpang tindih dengan {name}, {first} sampai {last}. Ubah salah satunya.",
    "calendar.no_opening": "Dengan kalender ini kantor tidak pernah buka. Tidak ada yang disimpan.",
    "calendar.moved": "Keadaan berubah sejak pratinjau dibuat. Periksa lagi daftar di bawah, lalu simpan.",
    "calendar.moment": "Isi tanggal dan jam, misalnya 8 Maret 2027 pukul 14.00.",
    "calendar.amount.kind": "Isi dengan bilangan bulat.",
    "calendar.amount.range": "Antara {min} dan {max}.",
    "calendar.year": "Isi tahun antara {min} dan {max}.",
    "calendar.saved": "Kalender disimpan. {moved} tenggat permohonan dihitung ulang.",
    "calendar.nothing": "Kalender sudah seperti itu; tidak ada yang berubah.",
    "calendar.weekday": "Hari {weekday} tidak dikenal.",
    "calendar.time": "Jam “{value}” tidak dapat dibaca. Tulis seperti 07.30.",
    "calendar.zone": "Zona waktu {zone} tidak dikenal.",
}
