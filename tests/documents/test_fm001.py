from __future__ import annotations

from pathlib import Path

import pytest

from portal.documents.papers import FollowUp
from portal.documents.render import render
from schemas.fields import Frequency, Service
from tests.documents import reading, samples

SERVICES = {
    "backup_files": "Backup file",
    "backup_database": "Backup database",
    "mirror_files": "Mirroring file",
    "mirror_database": "Mirroring database",
}


@pytest.fixture(scope="module")
def form() -> bytes:
    return render("fm001", samples.fm001())


def test_it_shows_every_field_of_the_official_form(form: bytes) -> None:
    read = reading.text(form)
    for expected in (
        "FM 001 SOP 119.002/IF 03 01/ISN 2.2", "BADAN TENAGA NUKLIR NASIONAL", "PUSAT PENDAYAGUNAAN INFORMATIKA",
        "DAN KAWASAN STRATEGIS NUKLIR", "FORMULIR BACKUP SERVER", "Tanggal : 23 November 2026", "Satker",
        "Nama : Ratna Puspitasari, S.Kom.", "Nomor HP : +62 812-3456-7890", "NIP : 198704122010122003",
        "Email : ratna.p@batan.go.id", "Nama Server web-jdih.batan.go.id",
        "Nama Aplikasi Jaringan Dokumentasi dan Informasi Hukum", "Nama Folder", "/srv/www/jdih-unggahan", "/etc/nginx",
        "Frekuensi : Setiap hari", "Masa simpan : 90 hari", "Alasan : Peraturan dan naskah perjanjian",
        "Berkas : daftar-folder.pdf", "Kepala PUSAT/Biro/Insp", "Pemohon", "(Dr. Bambang Wirawan, M.H.)",
        "NIP. 197203151998031002", "(Ratna Puspitasari, S.Kom.)", "NIP. 198704122010122003", "Keterangan :",
        "Form backup server dapat diunduh di", "http://datacenter.batan.go.id/", "Saran dan masukan silahkan email",
        "layanan_mail@batan.go.id", "Administrator", "(Dimas Nugroho, A.Md.)", "NIP. 199301252019031006",
        "Ditindaklanjuti", "Ditunda, dengan alasan:", "Tgl 24 November 2026",
        "Dilarang mengcopy/memperbanyak dokumen ini tanpa sepengetahuan dan izin tertulis dari PPIKSN",
    ):  # fmt: skip
        assert expected in read


def test_it_fills_one_page_of_a4(form: bytes) -> None:
    assert reading.pages(form) == 1


def test_it_says_who_signed_and_when(form: bytes) -> None:
    assert "23 November 2026 pukul 10.12 WIB" in reading.text(form)


def test_it_ticks_the_boxes_that_were_filled(form: bytes, tmp_path: Path) -> None:
    for label in ("Nama Server", "Nama Aplikasi", "Nama Folder", "Ditindaklanjuti", "Backup file"):
        assert reading.ticked(form, label, tmp_path), label
    for label in ("Ditunda", "Backup database", "Mirroring file", "Mirroring database"):
        assert not reading.ticked(form, label, tmp_path), label


def test_it_has_a_box_for_each_service_and_a_word_for_each_frequency() -> None:
    assert set(SERVICES) == set(Service)
    words = {reading.text(render("fm001", samples.fm001(frequency=frequency))) for frequency in Frequency}
    assert len(words) == len(Frequency)


@pytest.mark.parametrize("service", SERVICES)
def test_it_ticks_each_service_alone(service: str, tmp_path: Path) -> None:
    form = render("fm001", samples.fm001(services=(service,)))
    assert {code for code, label in SERVICES.items() if reading.ticked(form, label, tmp_path)} == {service}


def test_it_leaves_boxes_empty_and_lines_dotted_on_an_empty_form(tmp_path: Path) -> None:
    form = render("fm001", samples.empty_fm001())
    for label in (
        "Nama Server",
        "Nama Aplikasi",
        "Nama Folder",
        "Ditindaklanjuti",
        "Ditunda",
        *SERVICES.values(),
    ):
        assert not reading.ticked(form, label, tmp_path), label
    read = reading.text(form)
    assert read.count("(.....") == 3
    assert "melalui portal" not in read
    assert reading.pages(form) == 1


def test_it_shows_a_postponement_with_reason_and_date(tmp_path: Path) -> None:
    form = render(
        "fm001",
        samples.fm001(
            foot="postponed", postponed_reason="Menunggu ruang simpan.", postponed_until=samples.REPLY.dated
        ),
    )
    assert reading.ticked(form, "Ditunda", tmp_path)
    assert not reading.ticked(form, "Ditindaklanjuti", tmp_path)
    words = [word.text for word in reading.words(form)]
    assert all(word in words for word in ("Menunggu", "simpan.", "(sampai"))


def test_it_keeps_its_page_with_a_reason_to_wait_and_with_a_restore_when_sealed() -> None:
    seal = "https://lumbung.kantor.example/verifikasi/abcdefghijklmnopqrstuv"
    why = "Penambahan disk gudang belum selesai; pengadaannya diperkirakan rampung akhir pekan ini, lalu dipasang."
    waits = samples.fm001(foot="postponed", postponed_reason=why, postponed_until=samples.REPLY.dated)
    wish = FollowUp(kind="restore", about="PB-2026-0001", place="/srv/www/html/beranda.html", target="to_server",
                    copied_at=samples.at(23, 2, 0))  # fmt: skip
    for paper in (waits, samples.fm001(follow_up=wish)):
        form = render("fm001", paper.model_copy(update={"verification": seal}))
        assert reading.pages(form) == 1
    assert "Tujuan : Dipulihkan ke server, ke folder baru" in reading.text(form)


def test_it_moves_long_lists_to_an_annex_and_keeps_the_form_on_its_page() -> None:
    folders = tuple(f"/srv/data/arsip-{number:02d}" for number in range(40))
    form = render("fm001", samples.fm001(folders=folders, reason="Alasan yang panjang sekali. " * 30))
    first, rest = reading.text(form, "-l", "1"), reading.text(form, "-f", "2")
    assert "40 folder, daftar pada lampiran" in first
    assert "Dilarang mengcopy" in first
    assert all(folder in rest for folder in folders)
    assert reading.pages(form) == 2


def test_it_keeps_its_page_with_names_of_120_characters() -> None:
    name = "Pusat Sains dan Teknologi Akselerator serta Aplikasi Isotop dan Radiasi untuk Kesejahteraan Masyarakat Raya"
    form = render("fm001", samples.fm001(unit=name, name=name, application_name=name, server_name=name))
    assert reading.pages(form) == 1
