"""What each paper of a walked request says, read from the PDF as an official would; and that none exists too early."""

from __future__ import annotations

import io
from datetime import date

import pytest

from portal.documents.render import render
from portal.errors import NotFound
from portal.operations import attachments, papers, submission
from portal.store.models import BackupRequest, Run, Snapshot
from tests.documents import reading
from tests.support import copies, desks
from tests.support.desks import FORM, MONDAY

KINDS = ["fm001", "nota_dinas", "disposition", "report", "reply", "receipt"]


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def read(file: desks.File, kind: str) -> str:
    return reading.text(papers.pdf(file.row, kind, file.settings))


def assert_says(text: str, *parts: str) -> None:
    missing = [part for part in parts if part not in text]
    assert not missing, f"{missing} not in: {text}"


def refusal(file: desks.File, kind: str) -> str:
    with pytest.raises(NotFound) as refused:
        papers.pdf(file.row, kind, file.settings)
    return refused.value.code


def granted(file: desks.File) -> desks.File:
    """The whole granted way, with something said at every desk."""
    file.act("bambang", "forward", note="Mohon dibantu.")
    file.act("hendro", "forward", note="Telaah segera.", instructions=("process", "report"))
    file.act("ratna", "approve", note="Sesuai kebijakan.")
    file.act("joko", "approve", note="Di luar jam sibuk.", scope=file.scope())
    file.act("agus", "follow_up")
    file.prove()
    file.act("agus", "report", note="Tidak ada gangguan.")
    file.act("joko", "forward", note="Lengkap.")
    file.act("ratna", "forward", note="Setuju.")
    file.act("dewi", "answer", note="Terima kasih atas kerja samanya.")
    file.act("sari", "receive", note="Sudah saya terima.")
    return file


@pytest.mark.parametrize(
    ("step", "there"),
    [
        ("unit_note", ["fm001"]),
        ("center_disposition", ["fm001", "nota_dinas"]),
        ("policy_selection", ["fm001", "nota_dinas", "disposition"]),
        ("execution", ["fm001", "nota_dinas", "disposition"]),
    ],
)
def test_it_has_each_paper_when_the_flow_has_made_it(file, step, there):
    file.walk(step)
    assert papers.available(file.row) == there
    for kind in KINDS:
        if kind in there:
            assert papers.pdf(file.row, kind, file.settings).startswith(b"%PDF-")
        else:
            assert refusal(file, kind) == "paper.not_yet"


def test_it_has_no_paper_of_a_draft_and_no_other_kinds(cast, settings):
    draft = submission.create_draft(cast["sari"], "k-1", FORM, at=MONDAY)
    assert papers.available(draft) == []
    file = desks.File(settings, cast, draft.id)
    for kind in KINDS:
        assert refusal(file, kind) == "paper.not_yet"
    for kind in ("", "../fm001", "FM001", "pdf"):
        assert refusal(file, kind) == "paper.unknown"


def test_it_writes_each_paper_of_a_granted_request(file):
    granted(file)
    row, letters = file.row, file.letters
    assert papers.available(row) == KINDS
    number = row.number
    assert_says(read(file, "fm001"), "FORMULIR BACKUP SERVER", "FM 001 SOP 119.002/IF 03 01/ISN 2.2", "Sari Wulandari",
                "199003122015042001", "/srv/www", "Situs laboratorium dipakai setiap hari.", "30 hari",
                "Dr. Bambang Prasetyo, M.Eng.", "Agus Riyadi, A.Md.", "Ditindaklanjuti",
                "Dilarang mengcopy/memperbanyak dokumen ini")  # fmt: skip
    assert_says(read(file, "nota_dinas"), letters["nota_dinas"], "NOTA DINAS", number, "Kepala PPIKSN",
                "Mohon dibantu.", "Dr. Bambang Prasetyo, M.Eng.", "23 November 2026")  # fmt: skip
    assert_says(read(file, "disposition"), "LEMBAR DISPOSISI", letters["disposition"], letters["nota_dinas"],
                "Telaah segera.", "Sesuai kebijakan.", "Di luar jam sibuk.", "Kepala Bidang PJKKD",
                "Kepala Subbidang Komunikasi Data", "Administrator server")  # fmt: skip
    assert_says(read(file, "report"), letters["report"], letters["disposition"], number, "Tidak ada gangguan.",
                "Lengkap.", "Setuju.", "Agus Riyadi, A.Md.", "Joko Widagdo", "Ratna Dewayani", "20.431",
                "SHA256:abc")  # fmt: skip
    assert_says(read(file, "reply"), letters["reply"], letters["report"], letters["nota_dinas"], number,
                "disetujui dan telah dilaksanakan", "Web PRTRN", "/srv/www", "23 November 2027", "Dewi Anggraini, S.E.",
                "Terima kasih atas kerja samanya.", "Terbukti pada 23 November 2026")  # fmt: skip
    assert_says(read(file, "receipt"), letters["receipt"], letters["reply"], number, "Sari Wulandari",
                "Sudah saya terima.")  # fmt: skip
    assert len(set(letters.values())) == 5


def test_it_lets_the_disposition_sheet_grow_with_each_desk(file):
    file.walk("policy_selection")
    assert "Sesuai kebijakan." not in read(file, "disposition")
    file.act("ratna", "approve", note="Sesuai kebijakan.")
    assert_says(read(file, "disposition"), "Sesuai kebijakan.")
    number = file.letters["disposition"]
    file.act("joko", "refuse", note="Server tidak terjangkau.")
    assert_says(read(file, "disposition"), "Sesuai kebijakan.", "Server tidak terjangkau.", number)


def test_it_answers_a_refusal_by_policy_with_its_reason(file):
    file.walk("policy_selection")
    file.act("ratna", "refuse", note="Layanan hanya untuk server dinas.")
    file.act("dewi", "answer", note="Silakan ajukan kembali.")
    text = read(file, "reply")
    assert_says(text, "belum dapat disetujui", "Layanan hanya untuk server dinas.", "Kepala Bidang PJKKD",
                "Silakan ajukan kembali.", file.letters["nota_dinas"])  # fmt: skip
    assert "telah dilaksanakan" not in text
    assert refusal(file, "report") == "paper.not_yet"
    file.act("sari", "receive")
    assert_says(read(file, "receipt"), file.letters["reply"])


def test_it_answers_a_refusal_by_specification_with_both_reasons(file):
    file.walk("specification_selection")
    file.act("joko", "refuse", note="Server tidak terjangkau.")
    file.act("ratna", "refuse", note="Jaringan belum tersedia.")
    file.act("dewi", "answer")
    text = read(file, "reply")
    assert_says(text, "belum dapat disetujui", "Server tidak terjangkau.", "Jaringan belum tersedia.",
                "Kepala Subbidang Komunikasi Data")  # fmt: skip
    assert text.index("Server tidak terjangkau.") < text.index("Jaringan belum tersedia.")


def test_it_leaves_out_a_reason_that_was_overruled(file):
    file.walk("specification_selection")
    file.act("joko", "refuse", note="Server tidak terjangkau.")
    file.act("ratna", "approve", note="Sudah dibuka.")
    file.act("joko", "refuse", note="Kapasitas tidak cukup.")
    file.act("ratna", "refuse")
    file.act("dewi", "answer")
    text = read(file, "reply")
    assert_says(text, "Kapasitas tidak cukup.")
    assert "Server tidak terjangkau." not in text


def test_it_prints_the_foot_of_the_form_when_it_is_put_off(file, tmp_path):
    file.walk("execution")
    assert not reading.ticked(papers.pdf(file.row, "fm001", file.settings), "Ditunda", tmp_path)
    file.act("agus", "postpone", note="Menunggu disk baru.", postponed_until=date(2026, 11, 26))
    pdf = papers.pdf(file.row, "fm001", file.settings)
    assert_says(reading.text(pdf), "Menunggu disk baru.", "26 November 2026", "Agus Riyadi, A.Md.")
    assert reading.ticked(pdf, "Ditunda", tmp_path)
    assert not reading.ticked(pdf, "Ditindaklanjuti", tmp_path)
    file.act("agus", "follow_up")
    pdf = papers.pdf(file.row, "fm001", file.settings)
    assert reading.ticked(pdf, "Ditindaklanjuti", tmp_path)
    assert not reading.ticked(pdf, "Ditunda", tmp_path)


def test_it_names_on_the_form_what_came_with_it(cast, settings):
    draft = submission.create_draft(cast["sari"], "k-1", FORM, at=MONDAY)
    attachments.attach(draft.id, cast["sari"], "denah-jaringan.pdf", io.BytesIO(b"%PDF-1.7"), at=MONDAY,
                       settings=settings)  # fmt: skip
    submission.submit(draft.id, 0, cast["sari"], FORM, at=MONDAY, settings=settings)
    file = desks.File(settings, cast, draft.id)
    file.act("bambang", "forward")
    assert_says(read(file, "fm001"), "denah-jaringan.pdf")
    assert_says(read(file, "nota_dinas"), "2 (dua) berkas")


def test_it_prints_hostile_text_as_text(cast, settings):
    reason = "<script>alert(1)</script> & {{ config }} <img src=file:///etc/passwd> {% raw %}"
    file = desks.file(settings, cast, reason=reason, folders="/srv/$(id)\n/srv/<b>tebal</b>")
    file.act("bambang", "forward", note="<style>*{display:none}</style> tetap terbaca")
    for kind in ("fm001", "nota_dinas"):
        text = read(file, kind)
        assert_says(text, "<script>alert(1)</script> & {{ config }}", "/srv/$(id)", "/srv/<b>tebal</b>")
        assert "root:x:0" not in text
    assert_says(read(file, "nota_dinas"), "<style>*{display:none}</style> tetap terbaca")


def test_it_dates_papers_by_the_office_and_not_by_utc(file):
    # 18.00 UTC on Monday is one in the morning of Tuesday.
    file.at = MONDAY.replace(hour=18)
    file.act("bambang", "forward")
    assert_says(read(file, "nota_dinas"), "24 November 2026")


def test_it_says_nothing_new_when_a_paper_is_printed_again(file):
    granted(file)
    before = {kind: read(file, kind) for kind in KINDS}
    BackupRequest.update(draft={"reason": "lain"}).execute()
    assert {kind: read(file, kind) for kind in KINDS} == before


def test_it_lists_the_databases_that_were_kept_and_loaded(file):
    file.walk("")
    file.prove()
    snapshot = copies.with_databases(Snapshot.get())
    loads = [
        {"engine": "mariadb", "database": "situs", "tables": 1, "row_count": 7, "differences": [],
         "load_seconds": 20.0, "count_seconds": 1.0},
        {"engine": "postgresql", "database": "arsip", "tables": 2, "row_count": 5009, "differences": [],
         "load_seconds": 20.0, "count_seconds": 1.0},
    ]  # fmt: skip
    proof = Run.get(Run.kind == "restore_test")
    Run.update(evidence={**proof.evidence, "loads": loads}).where(Run.id == proof.id).execute()
    file.act("agus", "report")
    report = read(file, "report")
    assert_says(report, "Backup file, Backup database, pekerjaan nomor", "Folder /srv/www",
                "situs (MariaDB/MySQL): 1 tabel, 7 baris", "arsip (PostgreSQL): 2 tabel, 5.009 baris",
                "2 database dimuat ulang", "5.016 baris, sama dengan saat diambil",
                "lama 1 menit 24 detik")  # fmt: skip
    assert "postgresql:arsip" not in report
    file.act("joko", "forward")
    file.act("ratna", "forward")
    file.act("dewi", "answer")
    assert_says(read(file, "reply"), "Database", "arsip (PostgreSQL): 2 tabel, 5.009 baris")
    assert snapshot.sources[-1] == "mariadb:situs"


def test_it_calls_a_copy_of_databases_alone_a_backup_of_databases(file):
    file.walk("")
    file.prove()
    snapshot = copies.with_databases(Snapshot.get())
    alone = ["postgresql:arsip", "mariadb:situs"]
    file.act("agus", "report")
    Snapshot.update(sources=alone).where(Snapshot.id == snapshot.id).execute()
    report = reading.text(render("report", papers.build(file.row, "report", file.settings)))
    assert_says(report, "Backup database, pekerjaan nomor")
    assert "Backup file, Backup database" not in report
