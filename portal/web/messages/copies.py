"""Words of looking into copies."""

from __future__ import annotations

LABELS = {
    "content_kind": {
        "selection": "Pilihan",
        "folder": "Folder",
        "file": "Berkas",
        "link": "Tautan",
        "fifo": "Pipa",
        "device": "Perangkat",
        "database": "Database",
    },
}

TEXTS = {
    "contents.unknown": "Folder atau berkas itu tidak ada dalam daftar isi salinan ini. Buka salinannya dari daftar, "
    "lalu pilih lagi.",
}
