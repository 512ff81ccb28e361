"""Words of the system administrator's room: accounts, roles given and ended, units."""

from __future__ import annotations

TEXTS = {
    "user.unknown": "Pengguna itu tidak ada.",
    "user.own": "Akun Anda sendiri hanya dapat ditutup atau dibuka oleh administrator sistem lain.",
    "user.own_password": "Kata sandi Anda sendiri diganti di halaman Akun, dengan kata sandi saat ini.",
    "user.saved": "Data pengguna disimpan. Perubahannya tercatat di jejak audit.",
    "user.unchanged": "Tidak ada yang berubah.",
    "user.closed": "Akun ditutup. Sesi yang diakhiri: {ended}.",
    "user.reopened": "Akun dibuka kembali dengan peran yang belum diakhiri.",
    "user.sessions_ended": "Sesi yang diakhiri: {ended}.",
    "role.not_chosen": "Pilih perannya.",
    "role.granted": "{name} kini memegang peran {role}.",
    "role.ended": "Peran {role} diakhiri.",
    "role.last_holder": "Tidak dapat diakhiri: {waiting} permohonan menunggu {role}, dan tidak ada orang lain yang "
    "memegang peran itu. Berikan dahulu perannya kepada penggantinya, atau kosongkan jabatannya bila "
    "atasannya akan menunjuk Plt. Bila akun ini harus segera dihentikan, beri kata sandi baru: semua sesinya langsung "
    "berakhir.",
    "unit.gone": "Satker itu tidak ada.",
    "unit.added": "Satker {name} ditambahkan.",
    "unit.saved": "Nama satker disimpan. Surat yang sudah terbit tidak berubah.",
    "unit.activated": "Satker diaktifkan kembali.",
    "unit.deactivated": "Satker dinonaktifkan; tidak ada pengguna yang dapat didaftarkan di dalamnya.",
    "unit.has_people": "Satker {unit} masih mempunyai pengguna aktif. Pindahkan atau tutup akunnya dahulu.",
    "unit.has_head": "Peran Kepala Satker {unit} masih dipegang. Akhiri perannya dahulu.",
    "unit.has_requests": "Satker {unit} masih mempunyai permohonan yang berjalan. Tunggu sampai selesai atau ditarik.",
}
LABELS = {
    "account_state": {"open": "Akun terbuka", "closed": "Akun ditutup"},
    "event": {
        "user:changed": "Data pengguna diubah",
        "user:sessions_ended": "Semua sesi diakhiri",
        "user:closed": "Akun ditutup",
        "user:reopened": "Akun dibuka kembali",
        "unit:renamed": "Nama satker diubah",
        "unit:activated": "Satker diaktifkan",
        "unit:deactivated": "Satker dinonaktifkan",
    },
    "detail": {
        "nip": "NIP",
        "email": "Surel",
        "phone": "Telepon",
        "post": "Jabatan",
        "roles": "Peran",
        "vacated": "Jabatan dikosongkan",
        "own_requests": "Permohonan sendiri yang berjalan",
    },
    "menu_group": {"office": "Kantor"},
    "menu": {"people.index": "Pengguna"},
}
