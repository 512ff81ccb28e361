"""Words of a request's whole file."""

from __future__ import annotations

LABELS = {
    "event": {"request:bundle_taken": "Berkas lengkap diunduh"},
    "detail": {"whole": "Seluruhnya"},
}
TEXTS = {
    "bundle.not_yet": "Berkas lengkap baru ada setelah permohonan dikirim. Kirim dulu formulirnya, lalu unduh lagi.",
}
