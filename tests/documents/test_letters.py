from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from portal.documents.papers import DispositionEntry
from portal.documents.render import render
from schemas.decision import INSTRUCTIONS
from tests.documents import reading, samples

INSTRUCTION_WORDS = (
    "Diproses sesuai ketentuan",
    "Dipelajari dan ditelaah",
    "Dikoordinasikan",
    "Dilaporkan hasilnya",
    "Disiapkan balasan",
    "Diarsipkan",
)


def assert_in_order(read: str, *parts: str) -> None:
    place = 0
    for part in parts:
        place = read.find(part, place)
        assert place >= 0, f"{part!r} is not where it belongs in {read}"


def test_it_lays_out_a_nota_dinas() -> None:
    pdf = render("nota_dinas", samples.nota_dinas())
    assert_in_order(
        reading.text(pdf), "BADAN TENAGA NUKLIR NASIONAL", "BIRO HUKUM, HUBUNGAN MASYARAKAT, DAN KERJA SAMA",
        "NOTA DINAS", "NOMOR 012/BHHK/ND/XI/2026", "Yth. : Kepala PPIKSN", "Dari : Kepala Biro Hukum",
        "Tanggal : 23 November 2026", "Sifat : Biasa", "Lampiran : 1 (satu) berkas",
        "Hal : Permohonan Layanan Backup Server", "PB-2026-0017", "Ratna Puspitasari, S.Kom.", "/srv/www/jdih",
        "Setiap hari", "90 hari", "Peraturan dan naskah perjanjian", "awal Desember", "FM 001",
        "Kepala Biro Hukum, Hubungan Masyarakat, dan Kerja Sama,", "23 November 2026 pukul 10.12 WIB",
        "Dr. Bambang Wirawan, M.H.", "NIP 197203151998031002", "Tembusan:", "Kepala Bagian Tata Usaha PPIKSN",
    )  # fmt: skip
    assert reading.pages(pdf) == 1


def test_it_grows_the_disposition_sheet_with_each_desk(tmp_path: Path) -> None:
    pdf = render("disposition", samples.disposition())
    assert_in_order(
        reading.text(pdf), "LEMBAR DISPOSISI", "Surat dari", "Diterima : 23 November 2026",
        "No. Agenda : 034/PPIKSN/AG/XI/2026", "Sifat : Biasa", "No. : 012/BHHK/ND/XI/2026", "Tgl. : 23 November 2026",
        "Hal : Permohonan Layanan Backup Server nomor PB-2026-0017", "Dari: Kepala PPIKSN", "Diteruskan kepada:",
        "Dengan hormat harap:", "Paraf dan tanggal:", "Dari: Plh. Kepala Bidang", "Disetujui",
        "menggantikan Agus Prakoso, M.T.", "Dari: Kepala Subbidang", "Disetujui", "Laksanakan di luar jam sibuk.",
    )  # fmt: skip
    assert reading.pages(pdf) == 1
    marks = [[reading.ticked(pdf, words, tmp_path, nth) for words in INSTRUCTION_WORDS] for nth in range(3)]
    expected = [[code in entry.instructions for code in INSTRUCTIONS] for entry in samples.ENTRIES]
    assert marks == expected


def test_it_has_a_word_for_every_standard_instruction(tmp_path: Path) -> None:
    entry = DispositionEntry(
        sender=samples.CENTER_HEAD, action="forward", to_post="Kabid", instructions=INSTRUCTIONS
    )
    pdf = render("disposition", samples.disposition(entries=(entry,)))
    assert len(INSTRUCTION_WORDS) == len(INSTRUCTIONS)
    assert all(reading.ticked(pdf, words, tmp_path) for words in INSTRUCTION_WORDS)


def test_it_refuses_an_instruction_that_the_sheet_has_no_box_for() -> None:
    with pytest.raises(ValidationError):
        DispositionEntry(
            sender=samples.CENTER_HEAD, action="forward", to_post="Kabid", instructions=("burn",)
        )


def test_it_leaves_an_empty_block_for_the_desk_that_has_the_sheet(tmp_path: Path) -> None:
    pdf = render(
        "disposition", samples.disposition(entries=samples.ENTRIES[:1], awaiting="Kepala Bidang PJKKD")
    )
    assert "Dari: Kepala Bidang PJKKD" in reading.text(pdf)
    assert not any(reading.ticked(pdf, words, tmp_path, 1) for words in INSTRUCTION_WORDS)


def test_it_shows_a_refusal_and_where_it_went() -> None:
    entry = samples.ENTRIES[2].model_copy(
        update={"action": "refuse", "to_post": "Kepala Bidang PJKKD", "note": "Ruang simpan tidak cukup."}
    )
    read = reading.text(render("disposition", samples.disposition(entries=(*samples.ENTRIES[:2], entry))))
    assert_in_order(read, "Dari: Kepala Subbidang", "Tidak disetujui", "Kepala Bidang PJKKD")
    assert "Ruang simpan tidak cukup." in read


def test_it_reports_the_work_its_proof_and_its_way_up() -> None:
    pdf = render("report", samples.report())
    assert_in_order(
        reading.text(pdf), "LAPORAN LAYANAN BACKUP SERVER", "NOMOR 009/PPIKSN/LAP/XI/2026",
        "Yth. : Kepala Subbidang Komunikasi Data", "Dari : Administrator Server", "PB-2026-0017",
        "012/BHHK/ND/XI/2026", "034/PPIKSN/AG/XI/2026", "pekerjaan nomor 41", "Berhasil", "web-jdih (10.20.3.14)",
        "/etc/nginx", "24 November 2026 pukul 13.02 WIB", "pukul 13.09 WIB", "7 menit 12 detik", "18.452 berkas",
        "5,0 GiB", samples.SNAPSHOT, samples.MANIFEST, "SHA256:q3nVYc0nqEo3bV7w2N0oN9h7cVb0u1mYqk2d4Xy8Zt0",
        "restic 0.14.0", "Terbukti dapat dipulihkan", "19.120 entri", "1 menit 38 detik", "Administrator Server,",
        "Dimas Nugroho, A.Md.", "Penerusan Laporan", "Yusuf Maulana, S.T.", "25 November 2026 pukul 08.05 WIB",
        "Sesuai spesifikasi layanan.", "Plh. Kepala Bidang", "Siti Rahmawati, M.Kom.",
    )  # fmt: skip


def test_it_never_calls_a_restore_with_differences_proven() -> None:
    run = samples.run()
    assert run.proof
    failed = run.model_copy(update={"proof": run.proof.model_copy(update={"difference_count": 3})})
    read = reading.text(render("report", samples.report(runs=(failed,))))
    assert "3 perbedaan ditemukan" in read
    assert "Terbukti" not in read
    read = reading.text(render("report", samples.report(runs=(run.model_copy(update={"proof": None}),))))
    assert "Belum dilakukan" in read
    assert "Terbukti" not in read


def test_it_names_what_an_incomplete_run_left_out() -> None:
    run = samples.run(outcome="incomplete", skipped=("/srv/www/jdih/rahasia.key",))
    assert_in_order(
        reading.text(render("report", samples.report(runs=(run,)))),
        "Tidak lengkap",
        "Tidak tersalin",
        "/srv/www/jdih/rahasia.key",
    )


def test_it_answers_a_granted_request() -> None:
    pdf = render("reply", samples.granted())
    assert_in_order(
        reading.text(pdf), "Nomor : 021/PPIKSN/TI 00/XI/2026 Tangerang Selatan, 25 November 2026", "Sifat : Biasa",
        "Lampiran : 1 (satu) berkas", "Hal : Balasan Permohonan Layanan", "Yth. Sdr. Ratna Puspitasari, S.Kom.",
        "012/BHHK/ND/XI/2026", "PB-2026-0017", "disetujui dan telah dilaksanakan", "Backup file", "web-jdih",
        "/srv/www/jdih", "90 hari", "23 November 2027", "18.452 berkas, 5,0 GiB", samples.SNAPSHOT,
        "Terbukti pada 24 November 2026", "009/PPIKSN/LAP/XI/2026", "Kepala Bagian Tata Usaha,",
        "Endang Lestari, S.E.", "NIP 197405191999032001", "Tembusan:",
    )  # fmt: skip
    assert reading.pages(pdf) == 1


def test_it_answers_a_refused_request_with_its_reasons() -> None:
    pdf = render("reply", samples.refused())
    read = reading.text(pdf)
    assert_in_order(
        read, "Sifat : Biasa", "Hal : Balasan", "belum dapat disetujui", "Kepala Bidang Pengelolaan",
        "1. Server yang dimohonkan belum terdaftar", "2. Masa simpan melampaui", "mengajukan permohonan baru",
        "Kepala Bagian Tata Usaha,", "Endang Lestari, S.E.",
    )  # fmt: skip
    assert "Lampiran" not in read
    assert "telah dilaksanakan" not in read
    assert reading.pages(pdf) == 1


def test_it_writes_no_reply_that_grants_nothing_or_gives_no_reason() -> None:
    with pytest.raises(ValidationError):
        samples.granted(delivery=None)
    with pytest.raises(ValidationError):
        samples.refused(reasons=" \n ")


def test_it_gives_a_receipt() -> None:
    pdf = render("receipt", samples.receipt())
    assert_in_order(
        reading.text(pdf), "TANDA TERIMA", "NOMOR 015/PPIKSN/TT/XI/2026", "Kepala Bagian Tata Usaha PPIKSN",
        "021/PPIKSN/TI 00/XI/2026", "disetujui dan telah dilaksanakan", "Ratna Puspitasari, S.Kom.",
        "Tangerang Selatan, 26 November 2026", "Yang menerima,", "26 November 2026 pukul 09.15 WIB",
    )  # fmt: skip


@pytest.mark.parametrize("name", [name for name in samples.EVERY if name != "fm001"])
def test_it_keeps_a_binding_margin_of_three_centimetres(name: str) -> None:
    paper = samples.EVERY[name]()
    assert min(word.left for word in reading.words(render(paper.template, paper))) >= 3 / 2.54 * 72 - 0.5


@pytest.mark.parametrize("name", samples.EVERY)
def test_it_marks_a_draft_and_only_a_draft(name: str) -> None:
    build = samples.EVERY[name]
    assert "KONSEP" in reading.text(render(build().template, build(draft=True, number="")))
    assert "KONSEP" not in reading.text(render(build().template, build()))


@pytest.mark.parametrize("name", samples.EVERY)
def test_it_claims_no_certified_signature(name: str) -> None:
    paper = samples.EVERY[name]()
    read = reading.text(render(paper.template, paper)).lower()
    assert "bsre" not in read
    assert "sertifikat elektronik" not in read
    assert "ditandatangani secara elektronik" not in read


@pytest.mark.parametrize("length", range(0, 1800, 150))
def test_it_never_leaves_a_signature_alone_on_a_page(length: int) -> None:
    note = ("Mohon menjadi perhatian pelaksana layanan. " * 50)[:length]
    for pdf in (render("nota_dinas", samples.nota_dinas(note=note)), render("reply", samples.granted(note=note)),
                render("report", samples.report(note=note, forwardings=()))):  # fmt: skip
        last = reading.layout(pdf).rstrip("\f").split("\f")[-1]
        assert "terima kasih" in last
        assert "NIP 19" in last
