"""Words of the introduction at the first sign-in."""

from __future__ import annotations

LABELS = {
    "event": {"user:welcomed": "Perkenalan ditutup"},
    "welcome_desk": {
        "requester": "Anda mengajukan permohonan backup, mengikuti perjalanannya dari meja ke meja, dan menerima "
        "balasannya.",
        "unit_head": "Permohonan pegawai Satker Anda sampai di meja Anda lebih dahulu. Anda mengirimkannya ke PPIKSN "
        "dengan Nota Dinas, atau mengembalikannya untuk diperbaiki.",
        "center_head": "Anda mendisposisikan permohonan kepada Kabid PJKKD dan melihat bagaimana layanan ini berdiri.",
        "division_head": "Anda menilai permohonan menurut kebijakan, meneruskan laporannya, dan menerbitkan evaluasi "
        "bulanan.",
        "subdivision_head": "Anda menilai spesifikasi layanan, menyetujui kunci host server, dan menjaga jadwal, masa "
        "simpan, dan kebijakan.",
        "administrator": "Anda mengerjakan yang sudah disetujui: menjalankan backup, membuktikan bahwa salinannya "
        "dapat dipulihkan, lalu melaporkannya.",
        "admin_affairs_head": "Anda menandatangani Surat Balasan dan menjaga register surat.",
        "system_admin": "Anda menjaga akun, peran, kalender kantor, dan setelan portal; permohonan diputuskan pejabat.",
        "auditor": "Anda membaca jejak audit, surat, dan evaluasi. Tidak ada yang berubah karena Anda membacanya.",
    },
    "welcome_first": {
        "requests.new": "Isi FM 001. Draf tersimpan sambil Anda mengetik.",
        "requests.index": "Lihat permohonan Anda: di meja siapa, kapan tenggatnya, dan kapan kira-kira dibalas.",
        "services.index": "Lihat salinan Anda, dan minta pemulihan atau perpanjangan dari sana.",
        "inbox.index": "Buka yang menunggu keputusan Anda, dari tenggat yang paling dekat. Tekan ? untuk pintasan "
        "papan ketik.",
        "delegations.index": "Tetapkan Plh. sebelum Anda cuti atau dinas, agar meja Anda tidak kosong.",
        "evaluation.index": "Lihat angka bulan ini; setiap angka menunjukkan buktinya.",
        "policies.index": "Baca kebijakan yang berlaku; hasil seleksi setiap permohonan mengikutinya.",
        "servers.index": "Lihat server yang dicadangkan: kunci, folder, database, dan salinan terakhirnya.",
        "schedules.index": "Buat jadwal bagi permohonan yang sudah ditindaklanjuti.",
        "runs.index": "Ikuti pekerjaan yang sedang berjalan sampai selesai.",
        "papers.register": "Lihat surat yang terbit dan nomornya.",
        "styles.index": "Periksa kop, nomor, dan kalimat penutup surat sebelum surat pertama ditandatangani.",
        "people.index": "Daftarkan pegawai dan beri perannya, satu per satu atau dari CSV.",
        "calendar.index": "Periksa hari libur dan cuti bersama; semua tenggat mengikutinya.",
        "settings.index": "Kirim surel uji, dan lihat apa yang berlaku di portal ini.",
        "audit.index": "Lihat siapa mengubah apa, dan apakah rantainya utuh.",
    },
}

TEXTS = {"welcome.closed": "Perkenalan ditutup. Anda dapat membukanya lagi dari halaman Panduan."}
