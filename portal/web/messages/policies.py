"""Words of the policy: its terms, each rule's answer with its numbers, publishing and reading a version."""

from __future__ import annotations

LABELS = {
    "menu": {"policies.index": "Kebijakan"},
    "subject": {"policy": "Kebijakan"},
    "event": {
        "policy:published": "Kebijakan diterbitkan",
        "policy:seen": "Kebijakan dibaca Kabid",
    },
    "detail": {
        "policy": "Kebijakan",
        "policy_version": "Versi kebijakan",
        "valid_from": "Berlaku sejak",
        "changed": "Yang diubah",
        "shown": "Ditampilkan kepada pejabat",
        "not_met": "Tidak terpenuhi",
        "unknown": "Belum diketahui",
    },
    "policy_term": {
        "services": "Layanan yang dilayani",
        "frequencies": "Seberapa sering",
        "units": "Satker yang dilayani",
        "retention_classes": "Kelas masa simpan",
        "largest_gib": "Ukuran terbesar satu permohonan",
        "most_folders": "Jumlah folder terbanyak",
        "windows": "Jam pelaksanaan",
        "speed_mib": "Laju salin yang diperhitungkan",
        "most_term_months": "Masa berlaku terlama",
    },
    "policy_rule": {
        "services": "Layanan",
        "unit": "Satker",
        "frequency": "Seberapa sering",
        "retention": "Masa simpan",
        "size": "Ukuran",
        "server": "Server",
        "folders": "Folder",
        "window": "Jam pelaksanaan",
        "term": "Masa berlaku",
    },
    "policy_stage": {"policy": "Kebijakan", "specification": "Spesifikasi layanan"},
    "verdict": {"met": "Terpenuhi", "not_met": "Tidak terpenuhi", "unknown": "Belum diketahui"},
}

RULES = {
    "policy.services.met": "{services} termasuk layanan yang dilayani.",
    "policy.services.not_met": "{services} tidak dilayani. Yang dilayani: {allowed}.",
    "policy.unit.any": "Semua satker dilayani.",
    "policy.unit.met": "Satker {unit} termasuk yang dilayani.",
    "policy.unit.not_met": "Satker {unit} tidak termasuk yang dilayani: {units}.",
    "policy.frequency.met": "{frequency} termasuk yang dilayani.",
    "policy.frequency.not_met": "{frequency} tidak dilayani. Yang dilayani: {frequencies}.",
    "policy.retention.met": "{days} hari termasuk kelas {name} ({least} sampai {most} hari).",
    "policy.retention.not_met": "{days} hari tidak termasuk kelas mana pun; kelas yang ada antara {least} dan {most} "
    "hari.",
    "policy.size.met": "{size:bytes}, dari paling besar {most:bytes}.",
    "policy.size.not_met": "{size:bytes}, lebih {over:bytes} dari batas {most:bytes}.",
    "policy.size.unknown": "Belum diukur; batasnya {most:bytes}. Administrator mengukur folder di halaman server.",
    "policy.size.part": "Baru {measured} yang terukur, bersama {size:bytes}; {left} belum. Batasnya {most:bytes}.",
    "policy.server.unknown": "Formulir tidak menyebut nama server. Server dipilih dari katalog saat menyetujui.",
    "policy.server.absent": "{server} belum ada di katalog. Daftarkan dahulu sebelum menyetujui.",
    "policy.server.not_ready": "{server} ada di katalog, tetapi belum siap: kunci host belum disetujui, kunci portal "
    "belum ada, atau servernya dinonaktifkan.",
    "policy.server.met": "{server} ada di katalog dan kunci hostnya sudah disetujui.",
    "policy.folders.met": "{paths} folder dengan jalur lengkap, dari paling banyak {most}.",
    "policy.folders.not_met": "{paths} folder, lebih dari batas {most}.",
    "policy.folders.words": "{words} baris masih berupa keterangan, bukan jalur lengkap; {paths} sudah lengkap. "
    "Batasnya {most} folder.",
    "policy.folders.none": "Formulir tidak menyebut folder. Folder atau database ditetapkan saat menyetujui; batasnya "
    "{most} folder.",
    "policy.window.any": "Boleh dijalankan pada jam berapa pun.",
    "policy.window.met": "Salinan pertama diperkirakan {seconds:duration} pada {speed} MiB/detik, dari jendela "
    "{longest:duration}.",
    "policy.window.not_met": "Salinan pertama diperkirakan {seconds:duration} pada {speed} MiB/detik, lebih lama dari "
    "jendela {longest:duration}.",
    "policy.window.unknown": "Ukurannya belum lengkap diketahui, jadi lamanya belum dapat diperkirakan. Jendela "
    "terpanjang {longest:duration}, laju {speed} MiB/detik.",
    "policy.term.met": "{months} bulan, dari paling lama {most} bulan.",
    "policy.term.not_met": "{months} bulan, lebih dari batas {most} bulan.",
    "policy.term.unknown": "Ditetapkan Kasubbid Komdat saat menyetujui; paling lama {most} bulan.",
}

TEXTS = RULES | {
    "policy.unknown": "Versi kebijakan itu tidak ada.",
    "policy.role": "Kebijakan diterbitkan oleh Kasubbid Komdat. Tidak ada yang berubah.",
    "policy.reader": "Tanda sudah dibaca diberikan oleh Kabid PJKKD. Tidak ada yang berubah.",
    "policy.published": "Versi {number} sudah diterbitkan sejak formulir ini dibuka. Isian Anda masih ada di bawah; "
    "bandingkan dengan versi itu, lalu terbitkan lagi.",
    "policy.superseded": "Kebijakan versi {number} mulai berlaku sejak halaman ini dibuka; tadi yang tampak versi "
    "{seen}. Keputusan Anda belum dicatat. Baca hasil seleksi yang baru di bawah, lalu putuskan lagi.",
    "policy.unchanged": "Tidak ada yang berbeda dari versi terakhir, jadi tidak ada yang diterbitkan.",
    "policy.unknown_unit": "Satker {unit} tidak ada.",
    "policy.valid_from": "Pilih tanggal antara {first} dan {last}; yang sudah lewat tetap dinilai dengan kebijakan "
    "waktu itu.",
    "policy.is_published": "Kebijakan versi {number} diterbitkan, berlaku sejak {valid_from}. Kabid PJKKD melihatnya "
    "di Beranda.",
    "policy.is_seen": "Kebijakan versi {number} ditandai sudah dibaca.",
    "policy.clock": "Tulis jam seperti 18.00.",
    "policy.no_frequency": "Pilih paling sedikit satu.",
    "policy.no_class": "Isi paling sedikit satu kelas masa simpan.",
    "policy.class_order": "Batas kelas {name} terbalik: yang pertama harus lebih kecil.",
    "policy.class_overlap": "Kelas {name} memuat hari yang sudah ada di kelas lain.",
    "policy.row": "Baris {line}: {problem}",
    "policy_number.kind": "Tulis dengan angka saja, tanpa koma.",
    "policy_number.range": "Isi antara {min} dan {max}.",
}
