"""Words of the catalogue as a list."""

from __future__ import annotations

LABELS = {
    "catalogue_column": {
        "name": "Server",
        "address": "Alamat",
        "state": "Keadaan",
        "units": "Satker",
        "folders": "Folder",
        "databases": "Database",
        "size": "Ukuran (byte)",
        "schedules": "Jadwal",
        "retention": "Masa simpan (hari)",
        "class": "Kelas masa simpan",
        "vault": "Gudang",
        "copied": "Salinan utuh terakhir",
        "proven": "Terakhir terbukti pulih",
    },
    "catalogue_state": {"active": "Dipakai", "resting": "Tidak aktif"},
    "catalogue_vault": {"first": "Gudang utama", "second": "Gudang kedua"},
    "export_name": {"catalogue": "daftar-database-file"},
}

TEXTS = {
    "catalogue.daily": "Setiap hari pukul {clock}",
    "catalogue.weekly": "Setiap {days} pukul {clock}",
    "catalogue.monthly": "Setiap tanggal {day} pukul {clock}",
    "catalogue.cron": "Menurut cron {cron}",
}
