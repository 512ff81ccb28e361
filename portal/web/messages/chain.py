"""Words of the SOP's flow: roles, steps, actions, and why a decision is refused."""

from __future__ import annotations

LABELS = {
    "role": {
        "requester": "Pemohon",
        "unit_head": "Kepala Satker",
        "center_head": "Kepala PPIKSN",
        "division_head": "Kabid PJKKD",
        "subdivision_head": "Kasubbid Komdat",
        "administrator": "Administrator server",
        "admin_affairs_head": "Kabag TU",
        "system_admin": "Administrator sistem",
        "auditor": "Auditor",
    },
    "step": {
        "submission": "Pengisian formulir",
        "returned": "Dikembalikan untuk diperbaiki",
        "unit_note": "Nota Dinas Kepala Satker",
        "center_disposition": "Disposisi Kepala PPIKSN",
        "policy_selection": "Seleksi kebijakan",
        "specification_selection": "Seleksi spesifikasi layanan",
        "refusal_review": "Telaah penolakan",
        "execution": "Pelaksanaan",
        "subdivision_report": "Penerusan laporan oleh Kasubbid Komdat",
        "division_report": "Penerusan laporan oleh Kabid PJKKD",
        "reply": "Balasan permohonan",
        "receipt": "Penerimaan balasan",
        "closed": "Selesai",
        "withdrawn": "Ditarik pemohon",
    },
    "action": {
        "submit": "Kirim",
        "withdraw": "Tarik permohonan",
        "return": "Kembalikan untuk diperbaiki",
        "forward": "Teruskan",
        "approve": "Setujui",
        "refuse": "Tolak",
        "follow_up": "Tindak lanjuti",
        "postpone": "Tunda",
        "resume": "Lanjutkan",
        "report": "Kirim laporan",
        "inform": "Beri tahu penundaan",
        "answer": "Kirim balasan",
        "receive": "Terima balasan",
        "undo": "Batalkan keputusan",
    },
}

TEXTS = {
    "chain.no_such_action": "Langkah “{step}” tidak mengenal tindakan “{action}”. Permohonan tidak berubah; muat ulang "
    "halaman untuk melihat tindakan yang tersedia.",
    "chain.own_request": "Permohonan Anda sendiri tidak dapat Anda putuskan. Pejabat lain dengan peran yang sama harus "
    "memutuskannya.",
    "chain.role": "Keputusan ini milik {role}. Permohonan tidak berubah.",
    "chain.note_required": "Tuliskan catatan untuk keputusan ini.",
    "guard.form_complete": "Formulir FM 001 belum lengkap. Lengkapi kolom yang ditandai, lalu kirim lagi.",
    "guard.fields_marked": "Tandai paling sedikit satu kolom yang harus diperbaiki pemohon.",
    "guard.scope_given": "Pilih server, folder, dan layanan yang disetujui.",
    "guard.not_begun": "Pelaksanaan sudah dimulai, jadi tindakan ini tidak dapat dilakukan lagi.",
    "guard.not_paused": "Permohonan sedang ditunda. Lanjutkan dahulu.",
    "guard.paused": "Permohonan tidak sedang ditunda.",
    "guard.untold": "Permohonan tidak sedang ditunda, atau surat penundaannya sudah terbit.",
    "guard.postpone_complete": "Pilih tanggal setelah hari ini, paling lama satu tahun ke depan.",
    "guard.proven": "Belum ada cadangan yang terbukti dapat dipulihkan. Jalankan cadangan dan uji pemulihan untuk "
    "semua folder yang disetujui sebelum melapor.",
    "guard.reply_written": "Tulis isi balasan terlebih dahulu.",
}
