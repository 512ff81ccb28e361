"""Words of the menu."""

from __future__ import annotations

LABELS = {
    "menu_group": {
        "work": "Permohonan",
        "machines": "Cadangan",
        "records": "Catatan",
    },
    "menu": {
        "home.index": "Beranda",
        "inbox.index": "Kotak masuk",
        "requests.index": "Permohonan",
        "servers.index": "Server",
        "runs.index": "Pekerjaan",
        "restores.index": "Pemulihan",
        "papers.register": "Arsip surat",
        "audit.index": "Jejak audit",
    },
}
