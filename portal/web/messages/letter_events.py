"""Words of the trail about letters: what became of one after it was signed."""

from __future__ import annotations

LABELS = {
    "subject": {"letter": "Surat", "paper": "Berkas surat", "style": "Kop dan kalimat surat"},
    "event": {
        "style:set": "Kop dan kalimat surat diatur",
        "letter:voided": "Surat dibatalkan",
        "letter:replaced": "Surat pengganti ditandatangani",
        "paper:sealed": "Berkas surat disegel",
        "reply:worded": "Kalimat balasan diubah",
        "scan:added": "Hasil pindaian ditambahkan",
    },
}
