"""Words of the papers that went out: their seal, their register, their check by anybody."""

from __future__ import annotations

LABELS = {
    "finding_kind": {"seal": "Sertifikat segel surat"},
    "paper": {
        "certificate": "Sertifikat Uji Pemulihan",
        "disposal": "Berita Acara Pemusnahan Salinan",
    },
    "letter_state": {"signed": "Terbit", "withdrawn": "Ditarik", "void": "Batal"},
    "register_column": {
        "year": "Tahun",
        "class": "Kelas",
        "sequence": "Urutan",
        "number": "Nomor",
        "kind": "Jenis",
        "date": "Tanggal",
        "request": "Permohonan",
        "signer": "Penanda tangan",
        "state": "Keadaan",
        "reason": "Alasan batal",
    },
    "export_name": {"register": "register-surat"},
    "sample": {
        "requester": "Nama Pemohon Contoh, S.T.",
        "unit": "Pusat Contoh",
        "server": "server-contoh",
        "reason": "Contoh alasan permohonan.",
        "refusal": "Contoh alasan penolakan, seperti yang ditulis pejabat yang menyeleksi.",
        "to_post": "Kepala PPIKSN",
        "unit_post": "Kepala Pusat Contoh",
        "affairs_post": "Kepala Bagian Tata Usaha",
        "signer": "Nama Penanda Tangan Contoh, M.T.",
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
    "paper.seal_expired": "Sertifikat segel kantor berakhir pada {until}, jadi berkas surat ini belum dapat dibuat. "
    "Nomor dan isinya sudah tersimpan; berkasnya disegel setelah administrator sistem memasang sertifikat yang baru.",
    "seal.ends_soon": "Sertifikat segel surat berakhir pada {until}. Sesudah itu surat tetap bernomor, tetapi "
    "berkasnya menunggu sertifikat yang baru.",
    "seal.ends_soon.next": "Mintalah sertifikat yang baru, pasang sebagai LUMBUNG_SEAL_PKCS12, lalu mulai ulang "
    "portal.",
    "seal.ended": "Sertifikat segel surat berakhir pada {until}. Surat yang ditandatangani sejak itu bernomor dan "
    "tersimpan, tetapi berkasnya belum dapat diunduh.",
    "seal.ended.next": "Pasang sertifikat yang baru sebagai LUMBUNG_SEAL_PKCS12, lalu mulai ulang portal; surat yang "
    "menunggu disegel dengan sendirinya.",
    "letter.unknown": "Surat itu tidak ada di register, atau bukan untuk Anda.",
    "letter.voided": "Surat {number} dibatalkan. Nomornya tetap tercatat dengan alasannya.",
    "letter.already_void": "Surat {number} sudah dibatalkan lebih dahulu. Tidak ada yang berubah.",
    "letter.taken_back": "Surat {number} sudah ditarik penanda tangannya, jadi tidak perlu dibatalkan. Nomornya "
    "menunggu surat berikutnya dari permohonan itu.",
    "letter.not_void": "Surat {number} masih berlaku, jadi tidak perlu pengganti. Batalkan dahulu bila keliru.",
    "letter.replaced": "Pengganti surat ini sudah terbit dengan nomor {number}.",
    "letter.replacement_signed": "Surat pengganti terbit dengan nomor {number}.",
    "letter.not_registrar": "Hanya Kabag TU yang dapat membatalkan surat, dan bukan surat permohonannya sendiri.",
    "letter.not_signer": "Pengganti ditandatangani pemegang peran yang menandatangani surat aslinya.",
    "letter.reason_length": "Tulis alasannya dengan {min} sampai {max} karakter.",
    "reply.saved": "Konsep balasan tersimpan.",
    "reply.length": "Isi antara {min} dan {max} karakter.",
    "scan.kept": "Hasil pindaian tersimpan bersama {paper} {number}.",
    "scan.no_file": "Pilih dahulu berkas hasil pindaiannya.",
    "scan.not_yours": "Hanya pemohon dan pejabat pada permohonan ini yang dapat mengunggah hasil pindaian.",
    "scan.unreadable": "Berkas itu tidak dapat dibaca sebagai hasil pindaian: rusak, terkunci, terlalu besar, "
    "atau lebih dari {pages} halaman. Pindai lagi sebagai PDF atau JPEG, 150 sampai 300 dpi.",
    "scan.no_code": "Kode kotak pada kaki surat tidak terbaca. Pastikan seluruh halaman ikut terpindai, lurus dan "
    "tidak buram (150 dpi atau lebih), lalu unggah lagi.",
    "scan.unknown_code": "Kode pada hasil pindaian ini bukan dari surat portal ini. Periksa kertasnya.",
    "scan.other_paper": "Ini hasil pindaian {paper} {number}, milik permohonan lain. Unggah di halaman permohonan itu.",
    "scan.several": "Berkas ini memuat beberapa surat sekaligus. Pindai dan unggah satu per satu.",
    "scan.void": "Surat {number} sudah dibatalkan, jadi hasil pindaiannya tidak diterima. Pakai surat penggantinya.",
    "scan.too_many": "Paling banyak {most} hasil pindaian untuk satu permohonan.",
    "style.saved": "Kop dan kalimat surat versi {version} berlaku mulai sekarang.",
    "style.not_yours": "Kop dan kalimat surat diatur Kabag TU atau administrator sistem.",
    "style.stale": "Versi lain baru saja disimpan oleh {by}. Isian Anda belum berlaku; muat ulang halaman ini, lalu "
    "ulangi perubahan Anda di atas versi itu.",
    "style.needed": "Isi bagian ini.",
    "style.too_long": "Paling banyak {max} karakter.",
    "style.too_many_lines": "Paling banyak {max} baris, tiap baris paling banyak 160 karakter.",
    "style.class_code": "Kode kelas terdiri dari huruf, angka, spasi, titik, garis bawah, atau tanda hubung; paling "
    "banyak 16 karakter dan diawali huruf atau angka.",
    "style.logo_kind": "Logo harus berkas PNG yang utuh.",
    "style.logo_size": "Logo paling besar {bytes:bytes} dan {side} piksel tiap sisi.",
    "verification.no_file": "Pilih dahulu berkas PDF yang hendak diperiksa.",
    "verification.empty": "Berkas itu kosong. Pilih berkas PDF suratnya.",
    "verification.too_large": "Berkas lebih besar dari {most:bytes}; surat portal tidak pernah sebesar itu.",
}
