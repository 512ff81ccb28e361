"""Words of how the own mails come."""

from __future__ import annotations

LABELS = {
    "event": {"user:mail_rhythm": "Cara menerima surel dipilih"},
    "detail": {"mail_rhythm": "Surel"},
    "mail_rhythm": {"single": "Satu per satu", "daily": "Satu surel setiap hari kerja"},
}

TEXTS = {
    "mailing.single": "Mulai sekarang setiap kabar dikirim sebagai surel tersendiri.",
    "mailing.daily": "Mulai sekarang kabar Anda dikumpulkan dalam satu surel setiap hari kerja, saat kantor buka.",
}
