"""Words of the second factor."""

from __future__ import annotations

TEXTS = {
    "sign_in.code": "Kode tidak cocok, sudah dipakai, atau lewat waktunya. Tunggu kode berikutnya, lalu coba lagi.",
    "sign_in.ticket": "Langkah ini sudah berakhir. Mulai lagi dari kata sandi.",
    "factor.must_enrol": "Peran Anda mewajibkan faktor kedua. Pasang dahulu sebelum melanjutkan.",
    "factor.exists": "Faktor kedua sudah terpasang. Lepas dahulu bila ingin memasang di perangkat lain.",
    "factor.none": "Tidak ada faktor kedua yang terpasang.",
    "factor.none_waiting": "Pemasangan faktor kedua belum dimulai. Mulai lagi dari halaman Faktor kedua.",
    "factor.code_wrong": "Kode tidak cocok. Periksa jam ponsel Anda, lalu isi kode yang sedang tampil.",
    "factor.own": "Faktor kedua Anda sendiri dilepas di halaman Akun, dengan kata sandi.",
    "factor.removed": "Faktor kedua dilepas. Mulai sekarang Anda masuk hanya dengan kata sandi.",
    "factor.reset": "Faktor kedua {name} dilepas dan semua sesinya berakhir.",
}
LABELS = {
    "event": {
        "session:code_asked": "Kode faktor kedua diminta",
        "factor:enrolled": "Faktor kedua dipasang",
        "factor:recovery_used": "Kode cadangan dipakai",
        "factor:codes_renewed": "Kode cadangan diganti",
        "factor:removed": "Faktor kedua dilepas",
        "factor:reset": "Faktor kedua dilepas administrator",
    },
    "detail": {"codes_left": "Kode cadangan tersisa"},
}
