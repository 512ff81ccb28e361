"""Words of backups that are not as usual."""

from __future__ import annotations

LABELS = {
    "finding_kind": {"anomaly": "Tidak seperti biasanya"},
    "measure": {
        "total_bytes": "Ukuran",
        "file_count": "Banyak berkas",
        "added_bytes": "Data baru atau berubah",
        "row_count": "Banyak baris",
    },
}

TEXTS = {
    "anomaly.range": "Backup ini berhasil dan tersimpan, tetapi isinya jauh berbeda dari biasanya.",
    "anomaly.range.next": "Tanyakan kepada pemilik server apakah perubahan ini disengaja. Bila tidak, berkas mungkin "
    "terhapus, terenkripsi, atau foldernya kosong: jangan menimpa server, dan pulihkan dari salinan terbukti. Menutup "
    "temuan berarti menerima isi yang baru; kisaran biasanya dihitung ulang dari pekerjaan ini.",
}
