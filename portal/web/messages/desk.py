"""Words of the officials' desk: taking a decision back, deciding from the inbox."""

from __future__ import annotations

TEXTS = {
    "bulk.nothing": "Pilih paling sedikit satu permohonan.",
    "bulk.not_here": "Pada langkah ini permohonan diputuskan satu per satu.",
    "bulk.refused": "{number} tidak diteruskan: {why}",
    "remark.empty": "Tuliskan isinya.",
    "remark.unknown": "Pertanyaan itu tidak ada.",
    "remark.role": "Catatan dan pertanyaan ditulis oleh pejabat permohonan ini, bukan oleh pemohonnya.",
    "remark.ended": "Permohonan ini sudah berakhir, jadi pemohonnya tidak dapat ditanya lagi di sini.",
    "remark.answered": "Pertanyaan ini sudah dijawab pada {at}; jawabannya tidak dapat diubah.",
    "remark.note": "Catatan internal tersimpan.",
    "remark.question": "Pertanyaan Anda terkirim kepada pemohon.",
    "remark.answer_sent": "Jawaban Anda terkirim.",
    "desk.look_first": "Periksa dahulu: ada aturan kebijakan yang tidak terpenuhi, atau belum ada kebijakannya. "
    "Putuskan dari isi permohonannya.",
    "undo.done": "Keputusan Anda dibatalkan. Permohonan {number} kembali pada langkah {step}.",
    "undo.nothing": "Tidak ada keputusan yang dapat dibatalkan pada permohonan ini.",
    "undo.not_yours": "Keputusan terakhir dibuat oleh {by}; hanya pembuatnya yang dapat membatalkannya.",
    "undo.final": "“{action}” tidak dapat dibatalkan.",
    "undo.opened": "{by} sudah membuka permohonan ini pada {at}, jadi keputusan Anda tidak dapat dibatalkan lagi. "
    "Sampaikan langsung kepada {by} bila ada yang keliru.",
    "undo.void": "Surat {number} dari keputusan ini sudah dinyatakan batal di register, jadi keputusannya tidak dapat "
    "dibatalkan lagi. Suratnya diperbaiki dengan menandatangani penggantinya di Arsip surat; bila keputusannya yang "
    "keliru, sampaikan kepada meja berikutnya.",
    "undo.went_on": "{by} sudah memilih “{action}” pada {at}, jadi keputusan Anda tidak dapat dibatalkan lagi.",
    "undo.work_begun": "Pekerjaan, jadwal, atau cermin sudah dibuat berdasarkan keputusan ini, jadi tidak dapat "
    "dibatalkan lagi. Batalkan pekerjaannya di halaman Pekerjaan, atau tunda permohonannya.",
}

LABELS = {
    "event": {
        "request:opened": "Permohonan dibuka di meja berikutnya",
        "request:undo": "Keputusan dibatalkan",
        "remark:note": "Catatan internal ditulis",
        "remark:question": "Pemohon ditanya",
        "remark:answered": "Pertanyaan dijawab",
    },
}
