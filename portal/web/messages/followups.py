"""Words of the requests about a service that exists, of their proof, and of the survey at the end."""

from __future__ import annotations

LABELS = {
    "request_kind": {
        "service": "Layanan backup",
        "restore": "Pemulihan",
        "extension": "Perpanjangan",
        "termination": "Penghentian",
    },
    "request_title": {
        "service": "Permohonan layanan backup server",
        "restore": "Permohonan pemulihan data",
        "extension": "Permohonan perpanjangan layanan",
        "termination": "Permohonan penghentian layanan",
    },
    "ask_button": {
        "restore": "Minta pemulihan",
        "extension": "Perpanjang",
        "termination": "Hentikan",
    },
    "menu": {"services.index": "Salinan saya"},
    "service_state": {
        "ended": "Dihentikan",
        "lapsed": "Masa berlaku habis",
        "postponed": "Ditunda",
        "not_begun": "Menunggu dikerjakan",
        "never": "Belum ada salinan",
        "overdue": "Salinan terlambat",
        "unproven": "Belum terbukti",
        "stopping": "Akan berhenti",
        "ending": "Segera berakhir",
        "good": "Baik",
    },
    "survey_question": {
        "ease": "Mudah diajukan",
        "speed": "Cepat ditangani",
        "result": "Hasilnya sesuai kebutuhan",
    },
    "survey_mark": {
        "1": "sangat tidak setuju",
        "2": "tidak setuju",
        "3": "cukup",
        "4": "setuju",
        "5": "sangat setuju",
    },
    "form_field": {
        "term_months": "Lama perpanjangan",
        "ends_on": "Hari terakhir layanan",
        "target": "Ke mana",
    },
}

TEXTS = {
    "followup.no_entry": "Pilih lagi berkas atau folder dari salinan layanan ini; yang dipilih tadi tidak ada lagi.",
    "followup.choose": "Pilih salinan, lalu berkas atau folder yang harus kembali, dan tekan “Lewat permohonan”.",
    "proof.not_restored": "Pemulihannya belum selesai. Jalankan dari halaman pemulihannya, atau laporkan dengan alasan "
    "bahwa tidak dapat dilaksanakan.",
    "button.restore.specification_selection.approve": "Setujui pemulihan dan disposisi ke Administrator",
    "move.restore.policy_selection.approve": "Pemulihan diteruskan ke Kasubbid Komdat untuk diputuskan.",
    "move.restore.specification_selection.approve": "Yang dipilih pemohon dari salinan itu, dan hanya itu, boleh "
    "dipulihkan dalam 7 hari setelah Anda setujui.",
    "move.restore.execution.follow_up": "Kotak “Ditindaklanjuti” dicentang; pemulihannya dapat dijalankan.",
    "move.restore.execution.report": "Laporan layanan terbit dengan hasil pemulihannya, lalu naik ke Kasubbid Komdat.",
    "hint.policy.server.absent": "{server} belum terdaftar. Tidak apa-apa: Administrator mendaftarkannya "
    "sebelum disetujui.",
    "hint.policy.server.not_ready": "{server} terdaftar, tetapi belum siap disalin. Administrator menyiapkannya.",
    "hint.policy.server.met": "{server} sudah terdaftar dan siap disalin.",
    "hint.policy.folders.words": "{words} baris berupa keterangan, {paths} berupa jalur lengkap. Jalur lengkap "
    "(diawali garis miring) mempercepat seleksi; bila tidak tahu, keterangan sudah cukup.",
    "service.ended": "Layanan ini dihentikan atas permintaan. Salinan yang ada tetap tersimpan sampai masa "
    "simpannya lewat.",
    "service.lapsed": "Masa berlakunya sudah lewat, jadi tidak ada salinan baru. Perpanjang bila masih diperlukan.",
    "service.postponed": "Pengerjaannya sedang ditunda; lihat alasannya pada permohonannya.",
    "service.not_begun": "Sudah disetujui dan menunggu dikerjakan Administrator.",
    "service.never": "Sudah dikerjakan, tetapi belum ada salinan yang selesai.",
    "service.overdue": "Salinan terakhir lebih tua daripada yang diminta. Administrator melihat hal yang sama dan "
    "menanganinya; hubungi Kasubbid Komdat bila mendesak.",
    "service.unproven": "Ada salinan, tetapi belum ada yang terbukti dapat dipulihkan.",
    "service.stopping": "Berjalan sampai {ends_at:date}, lalu berhenti sesuai permintaan. Salinan yang ada tetap "
    "tersimpan sampai masa simpannya lewat.",
    "service.ending": "Berjalan baik, tetapi masa berlakunya habis pada {ends_at:date}. Perpanjang sebelum itu "
    "bila masih diperlukan.",
    "service.good": "Tersalin sesuai yang diminta, dan terbukti dapat dipulihkan.",
    "proof.not_in_force": "Masa berlaku yang baru belum berlaku. Tandai permohonan ini ditindaklanjuti dahulu.",
    "proof.copy_unproven": "Ada data layanan ini yang salinannya belum terbukti dapat dipulihkan. Jalankan backup dan "
    "uji pemulihannya pada permohonan layanannya.",
    "proof.service_holds": "Hari terakhir layanan belum lewat. Tunda permohonan ini sampai hari itu.",
    "proof.starts_by_itself": "Masih ada jadwal atau mirroring layanan ini yang belum berhenti. Portal menghentikannya "
    "dengan sendirinya dalam beberapa menit setelah hari terakhir.",
    "proof.still_running": "Masih ada pekerjaan layanan ini yang antre atau berjalan. Tunggu sampai selesai, atau "
    "batalkan.",
    "followup.not_yours": "Yang dapat mengajukan ini hanya pemohon layanan itu dan Kepala Satkernya.",
    "followup.no_service": "Layanan ini belum disetujui atau sudah ditarik, jadi belum ada yang dapat diperpanjang, "
    "dihentikan, atau dipulihkan.",
    "followup.ended": "Layanan {number} sudah berakhir pada {ends_at}. Bila masih diperlukan, ajukan permohonan baru.",
    "followup.other_open": "Permohonan {number} tentang layanan ini masih berjalan. Tunggu sampai selesai, atau tarik "
    "dahulu permohonan itu.",
    "followup.ends_on": "Pilih tanggal dari hari ini ({first}) sampai hari terakhir masa berlakunya ({last}).",
    "followup.more_than_asked": "Pemohon meminta {asked} bulan; setujui sebanyak itu atau kurang.",
    "followup.kept": "Draf tersimpan. Permohonan belum dikirim.",
    "survey.mark.kind": "Pilih nilai 1 sampai 5, atau lewati.",
    "survey.mark.range": "Pilih nilai {min} sampai {max}, atau lewati.",
    "button.extension.specification_selection.approve": "Setujui perpanjangan dan disposisi ke Administrator",
    "button.termination.specification_selection.approve": "Setujui penghentian dan disposisi ke Administrator",
    "move.extension.policy_selection.approve": "Perpanjangan sesuai kebijakan dan diteruskan untuk diseleksi sesuai "
    "spesifikasi layanan.",
    "move.termination.policy_selection.approve": "Penghentian diteruskan ke Kasubbid Komdat untuk diputuskan.",
    "move.extension.specification_selection.approve": "Masa berlaku layanan bertambah selama bulan yang Anda setujui. "
    "Server, folder, dan database yang boleh disalin tidak berubah. Berlaku sejak ditindaklanjuti Administrator.",
    "move.termination.specification_selection.approve": "Kewenangan layanan ini berakhir pada hari terakhir yang "
    "diminta. Salinan yang sudah ada tidak dihapus; pemusnahannya memerlukan persetujuan tersendiri.",
    "move.extension.execution.follow_up": "Kotak “Ditindaklanjuti” dicentang dan masa berlaku yang baru "
    "langsung berlaku.",
    "move.termination.execution.follow_up": "Kotak “Ditindaklanjuti” dicentang. Bila hari terakhirnya hari ini, "
    "layanan berhenti seketika: jadwalnya berakhir dan pekerjaan yang antre ditolak.",
    "move.extension.execution.report": "Laporan layanan terbit dengan masa berlaku yang baru, lalu naik ke Kasubbid "
    "Komdat.",
    "move.termination.execution.report": "Laporan layanan terbit dengan bukti bahwa layanan sudah berhenti, lalu naik "
    "ke Kasubbid Komdat.",
}
