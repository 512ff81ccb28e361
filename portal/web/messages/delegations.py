"""Words of acting officials: Plh. and Plt., their mandates, and why one does not count."""

from __future__ import annotations

LABELS = {
    "menu": {"delegations.index": "Plh./Plt."},
    "subject": {"mandate": "Mandat Plh./Plt."},
    "event": {
        "mandate:granted": "Mandat Plh./Plt. diberikan",
        "mandate:ended": "Mandat Plh./Plt. diakhiri",
    },
    "detail": {
        "mandate": "Berdasarkan mandat",
        "stood_for": "Saat itu menjalankan",
        "acting": "Sebagai",
        "post": "Jabatan",
        "acting_for": "Menggantikan",
        "deputy": "Pelaksana",
        "first_day": "Hari pertama",
        "last_day": "Hari terakhir",
        "steps": "Hanya langkah",
    },
    "outbox_kind": {"mandate": "Mandat Plh./Plt."},
    "acting": {"plh": "Plh.", "plt": "Plt."},
    "acting_long": {"plh": "Pelaksana harian (Plh.)", "plt": "Pelaksana tugas (Plt.)"},
    "mandate_state": {
        "current": "Berlaku",
        "coming": "Akan datang",
        "past": "Sudah lewat",
    },
    "mandate_standing": {
        "current": "Berlaku",
        "coming": "Akan datang",
        "over": "Sudah lewat",
        "ended": "Diakhiri lebih awal",
        "void": "Tidak berlaku",
    },
    "mandate_extent": {
        "all": "Semua tugas jabatan",
        "steps": "Hanya keputusan pada langkah yang dipilih",
    },
    "mandate_field": {
        "post": "Jabatan",
        "deputy_id": "Pelaksana",
        "post_title": "Nama jabatan di surat",
        "letter_number": "Nomor surat",
        "letter_date": "Tanggal surat",
        "first_day": "Hari pertama",
        "last_day": "Hari terakhir",
        "extent": "Cakupan",
        "steps": "Langkah",
        "reason": "Alasan",
    },
}

TEXTS = {
    "mandate.granted": "{name} menjadi pelaksana {role} dari {first:date} sampai {last:date}. Pelaksana dan pemegang "
    "jabatan diberi tahu.",
    "mandate.ended": "Mandat {letter} sudah diakhiri; kotak masuk jabatan itu tertutup bagi pelaksananya sejak saat "
    "ini.",
    "mandate.unknown": "Mandat itu tidak ada.",
    "mandate.not_yours": "Pelaksana {role} hanya dapat ditetapkan atau diakhiri pemegang jabatan itu atau atasannya. "
    "Tidak ada yang berubah.",
    "mandate.redelegation": "Anda menjalankan jabatan ini berdasarkan mandat, dan mandat tidak dapat dilimpahkan lagi. "
    "Mintalah pemegang jabatan atau atasannya menetapkan pelaksana lain.",
    "mandate.no_post": "Pilih jabatan yang diwakili.",
    "mandate.post_unknown": "Jabatan itu tidak ada, atau pemegangnya sudah berganti. Muat ulang halaman dan pilih "
    "lagi.",
    "mandate.not_vacant": "Jabatan ini sudah ada pemegangnya. Pilih jabatan dengan nama pemegangnya untuk "
    "menetapkan Plh.",
    "mandate.no_deputy": "Pilih pelaksananya.",
    "mandate.deputy_unknown": "Orang itu tidak ada di daftar. Pilih dari daftar.",
    "mandate.deputy_inactive": "Akun {name} sudah ditutup. Pilih orang lain.",
    "mandate.deputy_is_holder": "Pemegang jabatan tidak dapat menjadi pelaksananya sendiri. Pilih orang lain.",
    "mandate.deputy_is_oneself": "Anda tidak dapat menetapkan diri sendiri. Pilih orang lain.",
    "mandate.deputy_holds": "{name} sudah memegang peran ini. Pilih orang lain.",
    "mandate.deputy_audits": "Auditor tidak dapat menjadi pelaksana: ia memeriksa keputusan ini. Pilih orang lain.",
    "mandate.letter_date": "Tanggal surat tidak boleh sesudah hari ini.",
    "mandate.first_day": "Hari pertama harus antara {first:date} dan {last:date}.",
    "mandate.last_day": "Hari terakhir tidak boleh sebelum hari pertama.",
    "mandate.too_long": "Satu mandat paling lama {days} hari. Untuk waktu yang lebih panjang diperlukan surat baru.",
    "mandate.overlap": "Waktunya bertumpukan dengan mandat {name}, surat {letter}, {first:date} sampai {last:date}. "
    "Ubah tanggalnya, atau akhiri mandat itu lebih dahulu.",
    "mandate.steps": "Pilih paling sedikit satu langkah milik {role}.",
    "mandate.post_title": "Tuliskan nama jabatan seperti yang tercetak di surat, misalnya Kepala Bidang.",
    "mandate.ended_already": "Mandat {letter} sudah berakhir. Tidak ada yang berubah.",
    "mandate.was_ended": "Mandat Anda sebagai pelaksana {post} ({letter}) diakhiri {by} pada {since}, jadi "
    "keputusan ini tidak tercatat. Keputusan dibuat pemegang jabatan atau pelaksana yang baru.",
    "mandate.is_over": "Mandat Anda sebagai pelaksana {post} ({letter}) habis pada akhir {last:date}, jadi "
    "keputusan ini tidak tercatat. Bila masih diperlukan, mintalah surat mandat baru.",
    "mandate.not_yet": "Mandat Anda sebagai pelaksana {post} ({letter}) baru berlaku mulai {first:date}, jadi "
    "keputusan ini tidak tercatat.",
    "mandate.void": "Mandat Anda sebagai pelaksana {post} ({letter}) tidak berlaku lagi karena pemegang jabatannya "
    "berganti, jadi keputusan ini tidak tercatat. Mintalah surat mandat baru.",
    "mandate.other_step": "Mandat Anda sebagai pelaksana {post} ({letter}) tidak mencakup langkah ini, jadi "
    "keputusan ini tidak tercatat. Keputusan dibuat pemegang jabatan.",
    "mandate.of_requester": "Mandat Anda ({letter}) diberikan oleh pemohon sendiri, jadi permohonan ini tidak dapat "
    "Anda putuskan atas namanya. Atasan jabatan itu harus menetapkan pelaksananya.",
    "mandate.of_asker": "Mandat Anda ({letter}) diberikan oleh yang mengajukan hal ini sendiri, jadi tidak dapat Anda "
    "putuskan atas namanya. Atasan jabatan itu harus menetapkan pelaksananya. Tidak ada yang berubah.",
    "mandate.two_hands": "Yang menyetujui permohonan {number} tidak boleh juga mengerjakannya, dan Anda sudah "
    "menjalankan salah satunya. Keputusan ini milik pejabat atau administrator lain.",
}
