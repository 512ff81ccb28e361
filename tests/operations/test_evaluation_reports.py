"""The evaluation as a paper: frozen, numbered, sealed, and the same figures in the workbook."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta

import pikepdf
import pytest
from openpyxl import load_workbook

from portal.documents import render
from portal.documents.signing import holds
from portal.errors import Forbidden, InvalidInput, NotFound, TransitionRefused
from portal.operations import audit, catalogue, issued, seals, styles
from portal.operations import evaluation_reports as desk
from portal.sop.evaluation import Month
from portal.store.models import AuditEntry, EvaluationReport, IssuedPaper, Run, Server, Survey
from portal.store.queries.evaluation.unusual import UNREACHABLE
from portal.web.evaluation import workbook
from schemas.evaluation import Share
from tests.documents import reading
from tests.support import machines, mandates
from tests.support.machines import AT

NOVEMBER = Month(2026, 11)
URL = "https://lumbung.kantor.example/evaluasi/penilaian?bulan=2026-11"
LATER = AT + timedelta(hours=6)


@pytest.fixture
def office(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings, name="=2+3 Arsip")
    request = machines.approved(cast["sari"], cast["joko"], server)
    machines.backed_up(request, cast["agus"], settings)
    machines.finished(machines.started(request, cast["agus"], settings), state="failed", code="ssh.refused")
    Survey.create(backup_request=request, user=cast["sari"], ease=5, result=4, created_at=AT)
    return server


@pytest.fixture
def issue(cast, settings, office):
    def issued(key="key-1", at=LATER, who="ratna", note="Baik.", month=NOVEMBER):
        return desk.issue(month, note, cast[who], key, at=at, settings=settings)

    return issued


def test_it_says_what_was_counted_and_carries_it(issue, settings):
    report = issue()
    document = desk.pdf(report.id, settings)
    read = reading.text(document)
    for part in ("LAPORAN EVALUASI LAYANAN BACKUP DAN MIRRORING", "BULAN NOVEMBER 2026", "1 dari 1 server",
                 "1 dari 2 pekerjaan berhasil", "Ratna Dewayani", "=2+3 Arsip", "Baik.", "menolak sambungan",
                 report.number, "mudah diajukan 5,0; cepat ditangani –", "sesuai 4,0; 1 dari 1 balasan dinilai",
                 "/evaluasi/penilaian?bulan=2026-11"):  # fmt: skip
        assert part in read, part
    with pikepdf.open(io.BytesIO(document)) as opened:
        told = json.loads(opened.attachments["data.json"].get_file().read_bytes())
    assert told["figures"]["coverage"] == {"part": 1, "whole": 1}
    assert told["figures"]["success"] == {"part": 1, "whole": 2}
    assert told["number"] == report.number
    assert holds(document, seals.seal_of(settings))


def test_it_has_words_for_every_way_not_to_get_in():
    words = render._environment.get_template("evaluation/_words.html").module
    assert set(words.UNREACHABLE) == set(UNREACHABLE)


def test_its_figures_stay_what_they_were(issue, settings):
    report = issue()
    before = desk.pdf(report.id, settings)
    Run.update(state="succeeded").execute()
    Server.update(name="Lain").execute()
    assert desk.pdf(report.id, settings) == before
    assert hashlib.sha256(before).hexdigest() == IssuedPaper.get_by_id(report.paper_id).sha256
    assert desk.figures_of(EvaluationReport.get()).success == Share(part=1, whole=2)
    again = issue("key-2", at=LATER + timedelta(minutes=1))
    assert (again.edition, again.sequence) == (2, 2)
    assert desk.figures_of(again).success == Share(part=2, whole=2)
    assert "terbitan ke-2" in reading.text(desk.pdf(again.id, settings))


def test_the_same_form_sent_twice_issues_one(issue):
    assert issue().id == issue().id
    assert EvaluationReport.select().count() == 1
    assert AuditEntry.select().where(AuditEntry.tag == "evaluation:issued").count() == 1
    assert audit.verify().ok


@pytest.mark.parametrize("who", ["hendro", "joko", "agus", "tono", "sari", "sri"])
def test_only_the_head_of_the_division_issues(issue, who):
    with pytest.raises(Forbidden):
        issue(who=who)
    assert EvaluationReport.select().count() == 0


def test_a_month_to_come_and_too_long_a_note_are_refused(issue):
    with pytest.raises(TransitionRefused):
        issue(month=Month(2026, 12))
    with pytest.raises(InvalidInput):
        issue(note="x" * 2001)


def test_what_was_changed_on_disk_is_not_handed_out(issue, settings):
    report = issue()
    desk.pdf(report.id, settings)
    path = issued.path_of(IssuedPaper.get().sha256, settings)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(TransitionRefused):
        desk.pdf(report.id, settings)
    path.unlink()
    with pytest.raises(TransitionRefused):
        desk.pdf(report.id, settings)
    with pytest.raises(NotFound):
        desk.pdf(99, settings)


def test_an_empty_month_can_be_told_too(cast, settings):
    report = desk.issue(NOVEMBER, "", cast["ratna"], "key-0", at=AT, settings=settings)
    assert "Katalog server masih kosong" in reading.text(desk.pdf(report.id, settings))


def test_the_workbook_has_the_same_numbers_as_numbers(issue):
    report = issue()
    told, trend = desk.figures_of(report), desk.trend_of(report)
    book = load_workbook(io.BytesIO(workbook.of(told, trend, number=report.number, marks_url=URL)))
    assert book.sheetnames == ["Ringkasan", "Per Satker", "SLA", "Pengecualian", "12 bulan", "Data server"]
    rows = {row[0].value: row for row in book["Ringkasan"].iter_rows()}
    assert [cell.value for cell in rows["Keberhasilan"]] == ["Keberhasilan", 0.5, 1, 2]
    assert rows["Keberhasilan"][1].number_format == "0 %"
    assert report.number in book["Ringkasan"]["A1"].value
    server = book["Data server"]["A2"]
    assert (server.value, server.data_type) == ("=2+3 Arsip", "s")
    marks = rows["Penilaian pemohon, rata-rata (1 sampai 5)"]
    assert [cell.value for cell in marks[1:3]] == [4.5, 2]
    assert rows["Rincian tiap penilaian"][1].hyperlink.target == URL
    assert [cell.value for cell in book["Per Satker"][2]][-2:] == [4.5, 2]
    assert book["Data server"]["E2"].is_date
    assert book["12 bulan"]["A13"].value.strftime("%Y-%m-%d") == "2026-11-01"
    assert book["12 bulan"].max_row == 13
    unusual = [cell.value for cell in book["Pengecualian"][2]]
    assert unusual[:2] == ["Server tidak terjangkau", "=2+3 Arsip"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "https://x", "007"])
def test_what_people_typed_stays_text(cast, settings, issue, text):
    told = desk.figures_of(issue())
    changed = told.model_copy(update={"servers": (told.servers[0].model_copy(update={"name": text}),)})
    cell = load_workbook(io.BytesIO(workbook.of(changed, [], marks_url=URL)))["Data server"]["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_deputy_issues_it_on_the_offices_own_letterhead_and_pattern(issue, cast, settings):
    day = LATER.date()
    style = styles.default(settings).model_copy(
        update={"agency": "BADAN CONTOH NASIONAL", "pattern": "{class}-{seq}/{year}"}
    )
    styles.save(style, 0, cast["dewi"], at=AT, settings=settings)
    mandates.let(cast, "ratna", at=AT, letter_date=AT.date(), first_day=AT.date(), last_day=day)
    report = issue(who="wulan")
    assert report.number == "EV-001/2026"
    assert report.paper.post == "Plh. Kepala Bidang PJKKD"
    text = reading.text(desk.pdf(report.id, settings))
    for words in ("BADAN CONTOH NASIONAL", "Plh. Kepala Bidang PJKKD", "Wulan Kusumaningrum",
                  "menggantikan Ratna Dewayani", "Kepala PPIKSN"):  # fmt: skip
        assert words in text, words


def test_the_list_of_servers_is_signed_by_whoever_is_in_the_post(cast, settings, office):
    day = LATER.date()
    style = styles.default(settings).model_copy(update={"agency": "BADAN CONTOH NASIONAL"})
    styles.save(style, 0, cast["dewi"], at=AT, settings=settings)
    text = reading.text(catalogue.pdf("", at=LATER, settings=settings))
    assert "BADAN CONTOH NASIONAL" in text
    assert "Joko Widagdo" in text
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", at=AT, letter_date=AT.date(),
                 first_day=AT.date(), last_day=day)  # fmt: skip
    text = reading.text(catalogue.pdf("", at=LATER, settings=settings))
    assert "Plh. Kepala Subbidang Komunikasi Data" in text
    assert "Wulan Kusumaningrum" in text
