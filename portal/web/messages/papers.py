"""Words of the papers that went out: their seal, their register, their check by anybody."""

from __future__ import annotations

LABELS = {
    "paper": {
        "certificate": "Sertifikat Uji Pemulihan",
        "disposal": "Berita Acara Pemusnahan Salinan",
    },
    "paper_state": {
        "genuine": "Asli",
        "void": "Batal",
        "superseded": "Asli, tetapi sudah ada lembar yang lebih baru",
        "withdrawn": "Ditarik",
        "disproved": "Gugur",
        "damaged": "Arsipnya rusak",
    },
}

TEXTS = {
    "paper.damaged": "Berkas surat {number} di arsip portal tidak sama lagi dengan yang disegel, jadi tidak diberikan. "
    "Beri tahu administrator sistem; salinan yang sudah diunduh dapat diperiksa di halaman verifikasi.",
    "verification.no_file": "Pilih dahulu berkas PDF yang hendak diperiksa.",
    "verification.empty": "Berkas itu kosong. Pilih berkas PDF suratnya.",
    "verification.too_large": "Berkas lebih besar dari {most:bytes}; surat portal tidak pernah sebesar itu.",
}
