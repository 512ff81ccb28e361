"""Words of the requests: FM 001, attachments, decisions, what an approved request allows."""

from __future__ import annotations

TEXTS = {
    "request.unknown": "Permohonan itu tidak ada, atau bukan untuk Anda.",
    "request.not_yours": "Hanya pemohonnya sendiri yang dapat mengubah permohonan ini. Tidak ada yang berubah.",
    "request.already_sent": "Permohonan ini sudah dikirim, jadi isinya tidak dapat diubah lagi. Yang baru Anda ketik "
    "tidak disimpan; salin dahulu bila masih diperlukan.",
    "chain.stale": "Permohonan ini sudah bergerak sejak halaman dibuka ({by}: {action}, {at}). Keputusan Anda tidak "
    "dicatat; lihat keadaan terakhirnya, lalu putuskan lagi bila perlu.",
    "instruction.unknown": "Pilih petunjuk yang tersedia.",
    "form.invalid": "Formulir belum dapat dikirim. Perbaiki kolom yang ditandai; isian lain tetap tersimpan.",
    "form.date": "Isi dengan tanggal yang benar, tahun {min} sampai {max}.",
    "form.tick": "Pilih ya atau tidak.",
    "form.choice": "Pilih salah satu yang tersedia.",
    "form.no_service": "Pilih paling sedikit satu layanan.",
    "form.no_target": "Isi paling sedikit satu: nama server, nama aplikasi, atau nama folder.",
    "form.box_not_ticked": "Kolom ini diisi, tetapi kotaknya belum dicentang.",
    "form.too_many_folders": "Paling banyak {max} folder; yang ditulis {count}.",
    "form.folders_too_long": "Daftar folder terlalu panjang; paling banyak {max} karakter seluruhnya.",
    "phone.invalid": "Nomor telepon tidak dikenali. Contoh: 0812-3456-7890.",
    "phone.extension": "Tulis nomor telepon tanpa nomor ekstensi.",
    "email.invalid": "Alamat surel tidak dikenali. Contoh: nama@kantor.go.id.",
    "attachment.unknown": "Lampiran itu tidak ada, atau bukan untuk Anda.",
    "attachment.empty": "Berkas lampiran kosong.",
    "attachment.kind": "Jenis berkas ini tidak diterima, atau isinya tidak sesuai dengan namanya.",
    "attachment.too_large": "Berkas terlalu besar; paling besar {most:bytes}.",
    "attachment.too_many": "Paling banyak {most} lampiran untuk satu permohonan.",
    "scope.missing": "Pilih server, folder, dan layanan yang disetujui.",
    "scope.unknown_server": "Server itu tidak ada di katalog atau tidak aktif.",
    "scope.service_not_asked": "Layanan {service} tidak diminta dalam permohonan ini.",
    "scope.service_not_available": "Layanan {service} belum tersedia.",
    "number.pattern_too_long": "Pola nomor surat terlalu panjang; paling banyak {limit} karakter.",
    "number.pattern_character": "Pola nomor surat memuat karakter yang tidak boleh dipakai.",
    "number.pattern_unknown_place": "Pola nomor surat memuat bagian yang tidak dikenal: {place}.",
    "number.pattern_missing_place": "Pola nomor surat harus memuat {place}.",
    "number.pattern_malformed": "Pola nomor surat tidak dapat dibaca.",
    "number.too_long": "Nomor surat {number} terlalu panjang; paling banyak {limit} karakter.",
}
