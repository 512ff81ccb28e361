"""A request's whole file: who gets what, and that its verifier finds whatever was changed."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import runpy
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as properties
from hypothesis import strategies as st

from portal.operations import attachments, audit, bundles, remarks, seals
from portal.store import db
from portal.store.models import Attachment, AuditEntry, IssuedPaper
from schemas.remark import RemarkForm
from tests.support import desks
from tests.support.app import Browser
from tests.support.bundles import closed, unpacked, verified
from tests.web.test_chain_walk import FORM

Open = Callable[..., Browser]
_made: dict[str, bytes] = {}


@pytest.fixture
def file(app, settings, cast) -> desks.File:
    with db.connection():
        return closed(settings, cast)


@pytest.fixture
def whole(request, tmp_path) -> Path:
    """The auditor's file, unpacked; made once for all tests that only change it."""
    if "auditor" not in _made:
        made, browser = request.getfixturevalue("file"), request.getfixturevalue("browser")
        _made["auditor"] = taken(browser("tono"), made)
    return unpacked(_made["auditor"], tmp_path / "berkas")


def taken(who: Browser, file: desks.File) -> bytes:
    answer = who.get(f"/permohonan/{file.request_id}/berkas.zip")
    assert answer.status_code == 200, answer.text
    return answer.data


def names(top: Path) -> set[str]:
    return {str(path.relative_to(top)) for path in top.rglob("*") if path.is_file()}


def test_the_auditors_file_holds_everything_and_is_whole(file, browser, tmp_path, settings) -> None:
    tono = browser("tono")
    answer = tono.get(f"/permohonan/{file.request_id}/berkas.zip")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="berkas-PB-2026-0001.zip"'
    top = unpacked(answer.data, tmp_path / "berkas")
    assert top.name == "PB-2026-0001"
    backup, test = sorted(int(path.name) for path in (top / "pekerjaan").iterdir() if path.is_dir())
    assert names(top) == {
        "BACA-SAYA.txt", "periksa.py", "segel.pem", "MANIFEST.json", "MANIFEST.sig", "pekerjaan/verify-evidence",
        "surat/fm001.pdf", "surat/nota-dinas.pdf", "surat/disposisi.pdf", "surat/laporan.pdf", "surat/balasan.pdf",
        "surat/tanda-terima.pdf", "data/permohonan.json", "lampiran/01-jahat.png", "lampiran/02-surat-kuasa.png",
        "jejak/kejadian.jsonl", f"pekerjaan/{backup}/evidence.json", f"pekerjaan/{backup}/manifest.jsonl",
        f"pekerjaan/{backup}/SHA256SUMS", f"pekerjaan/{backup}/catatan.log", f"pekerjaan/{test}/evidence.json",
        f"pekerjaan/{test}/catatan.log", f"pekerjaan/{test}/sertifikat.pdf"}  # fmt: skip
    seal = seals.own(settings).fingerprint
    code, told = verified(top, "--segel", seal)
    assert (code, "SEMUA UTUH" in told) == (0, True), told
    assert "segel itu milik portal yang dimaksud" in told
    for line in (
        "lampiran/01-jahat.png tercatat",
        "sertifikat.pdf tercatat",
        f"isi salinan pekerjaan {backup} cocok",
    ):
        assert line in told, told
    assert verified(top, "--segel", "ab" * 32)[0] == 1
    data = json.loads((top / "data/permohonan.json").read_text())
    assert data["attachments"][0]["filename"] == "<jahat>.png"
    assert {row["kind"] for row in data["letters"]} == {
        "nota_dinas",
        "disposition",
        "report",
        "reply",
        "receipt",
    }
    assert "/rahasia" not in (top / f"pekerjaan/{backup}/evidence.json").read_text()
    entry = AuditEntry.get(AuditEntry.tag == "request:bundle_taken")
    assert (entry.subject_id, entry.data) == (file.request_id, {"number": "PB-2026-0001", "whole": True})


def test_it_is_checked_as_a_zip_too(file, browser, tmp_path) -> None:
    data = taken(browser("tono"), file)
    top = unpacked(data, tmp_path / "berkas")
    packed = tmp_path / "berkas.zip"
    packed.write_bytes(data)
    code, told = verified(top, str(packed))
    assert code == 0, told
    assert "isi salinan pekerjaan" in told


def test_it_runs_nothing_of_what_it_checks(whole: Path) -> None:
    mark = whole.parent / "dijalankan"
    tool = whole / "pekerjaan/verify-evidence"
    tool.write_text(f"open({str(mark)!r}, 'w')\n")
    assert in_process(whole)[0] == 1
    sealed_again(whole)
    assert in_process(whole)[0] == 1
    assert not mark.exists()


def test_openssl_alone_checks_the_seal(whole: Path) -> None:
    key = subprocess.run(["openssl", "x509", "-in", "segel.pem", "-pubkey", "-noout"], cwd=whole, check=True,
                         capture_output=True).stdout  # fmt: skip
    (whole.parent / "kunci.pem").write_bytes(key)
    argv = [
        "openssl",
        "dgst",
        "-sha256",
        "-verify",
        "../kunci.pem",
        "-signature",
        "MANIFEST.sig",
        "MANIFEST.json",
    ]
    assert "Verified OK" in subprocess.run(argv, cwd=whole, check=True, capture_output=True, text=True).stdout


def test_the_requester_gets_no_evidence_but_every_number_and_hash(file, browser, tmp_path) -> None:
    whole, own = (unpacked(taken(browser(who), file), tmp_path / who) for who in ("tono", "sari"))
    code, told = verified(own)
    assert code == 0, told
    assert "lain ditahan isinya" in told
    missing = names(whole) - names(own)
    technical = {"evidence.json", "manifest.jsonl", "SHA256SUMS", "catatan.log"}
    assert {name.rsplit("/")[-1] for name in missing} == technical
    assert any(name.endswith("sertifikat.pdf") for name in names(own))
    theirs, mine = (
        [json.loads(line) for line in (top / "jejak/kejadian.jsonl").read_text().splitlines()]
        for top in (whole, own)
    )
    assert [line["hash"] for line in mine[: len(theirs)]] == [line["hash"] for line in theirs]
    hidden = [
        json.loads(there["text"]) for here, there in zip(mine, theirs, strict=False) if "text" not in here
    ]
    assert {said["tag"] for said in hidden} >= {"run:started", "run:succeeded"}
    told = (own / "data/permohonan.json").read_text() + (own / "jejak/kejadian.jsonl").read_text()
    for secret in ("host_key_fingerprint", "policy_version", "spec_digest", 'evidence_sha256": "'):
        assert secret not in told, secret
    assert "Sebagian hanya untuk pejabat" in (own / "BACA-SAYA.txt").read_text()
    assert "Sebagian hanya untuk pejabat" not in (whole / "BACA-SAYA.txt").read_text()


def test_the_requester_does_not_read_what_officials_write_for_each_other(file, browser, tmp_path) -> None:
    dewi, joko, at = file.cast["dewi"], file.cast["joko"], file.at
    with db.connection(), db.transaction():
        note = RemarkForm(kind="note", text="Pemohon ini pernah ditegur.", key="catatan-di-berkas-1")
        remarks.write(file.request_id, note, user=joko, at=at)
        audit.record("reply:worded", actor=dewi, subject_type="request", subject_id=file.request_id, at=at,
                     data={"number": "PB-2026-0001", "changes": ["+Pemohon kurang cermat."]})  # fmt: skip
    whole, own = (unpacked(taken(browser(who), file), tmp_path / who) for who in ("tono", "sari"))
    theirs, mine = ((top / "jejak/kejadian.jsonl").read_text() for top in (whole, own))
    for text in ("pernah ditegur", "kurang cermat"):
        assert text in theirs
        assert text not in mine
    assert verified(own)[0] == 0


def test_nobody_else_gets_it_and_a_draft_has_none(file, browser) -> None:
    for who in ("wulan", "sri"):
        assert browser(who).get(f"/permohonan/{file.request_id}/berkas.zip").status_code == 404, who
    wulan = browser("wulan")
    answer = wulan.post("/permohonan/baru", {**FORM, "draft_key": "lain", "do": "save"})
    draft = bundles.BackupRequest.get(bundles.BackupRequest.requester == wulan_id(file))
    assert answer.status_code in (200, 303)
    page = wulan.get(f"/permohonan/{draft.id}/berkas.zip")
    assert (page.status_code, "setelah permohonan dikirim" in page.text) == (404, True)
    assert "Unduh berkas lengkap" in browser("sari").get(f"/permohonan/{file.request_id}").text
    assert "Unduh berkas lengkap" not in wulan.get(f"/permohonan/{draft.id}").text


def wulan_id(file: desks.File) -> int:
    return file.cast["wulan"].id


def test_the_whole_trail_proves_its_membership(file, browser, tmp_path) -> None:
    tono = browser("tono")
    top = unpacked(taken(tono, file), tmp_path / "berkas")
    export = tmp_path / "jejak.jsonl"
    export.write_bytes(tono.get("/audit/jejak.jsonl").data)
    code, told = verified(top, "--jejak", str(export))
    assert code == 0, told
    assert "anggota rantai jejak lengkap" in told
    lines = export.read_text().splitlines(keepends=True)
    for changed, named in (
        (lines[:3] + lines[4:], "putus pada kejadian nomor 4"),
        (lines[1:], "putus pada kejadian nomor 1"),
        (lines[:12], "tidak ada di jejak lengkap"),
        ([line.replace("Sari", "Sara") for line in lines], "tidak cocok dengan sidiknya"),
    ):
        export.write_text("".join(changed))
        code, told = verified(top, "--jejak", str(export))
        assert (code, named in told) == (1, True), told


def test_what_was_left_out_of_the_file_is_found_in_the_whole_trail(file, browser, tmp_path) -> None:
    tono = browser("tono")
    top = unpacked(taken(tono, file), tmp_path / "berkas")
    (tmp_path / "jejak.jsonl").write_bytes(tono.get("/audit/jejak.jsonl").data)
    path = top / "jejak/kejadian.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    said = [json.loads(json.loads(line)["text"]) for line in lines]
    gone = {next(each["sequence"] for each in said if each["tag"] == tag)
            for tag in ("request:drafted", "request:approve", "run:succeeded", "paper:sealed")}  # fmt: skip
    path.write_text(
        "".join(line for line, each in zip(lines, said, strict=True) if each["sequence"] not in gone)
    )
    sealed_again(top)
    told = verified(top, "--jejak", str(tmp_path / "jejak.jsonl"))[1]
    for sequence in gone:
        assert f"HILANG   kejadian nomor {sequence}: ada di jejak lengkap" in told, told


def test_papers_and_scans_are_held_against_the_trail(file, browser, tmp_path) -> None:
    with db.connection():
        data = b"\x89PNG\r\n\x1a\n" + b"pindaian"
        digest = hashlib.sha256(data).hexdigest()
        kept = attachments.path_of(digest, file.settings)
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(data)
        paper = IssuedPaper.get(IssuedPaper.kind == "fm001")
        row = Attachment.create(backup_request=file.request_id, filename="FM 001.png", sha256=digest,
                                size_bytes=len(data),
                                media_type="image/png", uploaded_by=file.cast["sari"], scan_of=paper)  # fmt: skip
        with db.transaction():
            audit.record("scan:added", actor=file.cast["sari"], subject_type="paper", subject_id=paper.id, at=file.at,
                         data={"attachment": row.id, "sha256": digest, "request": file.request_id})  # fmt: skip
    top = unpacked(taken(browser("sari"), file), tmp_path / "berkas")
    scan = "surat/pindaian/01-FM-001.png"
    assert (top / scan).read_bytes() == data
    code, told = verified(top)
    assert code == 0, told
    for name in (scan, "surat/nota-dinas.pdf", "surat/balasan.pdf"):
        assert f"{name} tercatat di jejak" in told
    (top / "surat/balasan.pdf").write_bytes((top / "surat/laporan.pdf").read_bytes() + b"x")
    sealed_again(top)
    assert "surat/balasan.pdf: jejak tidak mencatatnya" in verified(top)[1]


def test_a_broken_chain_is_not_called_whole(file, browser, tmp_path) -> None:
    with db.connection():
        AuditEntry.update(actor_name="Orang lain").where(AuditEntry.sequence == 4).execute()
    top = unpacked(taken(browser("tono"), file), tmp_path / "berkas")
    code, told = verified(top)
    assert code == 1
    assert "putus pada kejadian nomor 4" in told


EVERY = ("BACA-SAYA.txt", "periksa.py", "segel.pem", "MANIFEST.json", "MANIFEST.sig", "pekerjaan/verify-evidence",
         "surat/fm001.pdf", "surat/balasan.pdf", "data/permohonan.json", "lampiran/01-jahat.png",
         "jejak/kejadian.jsonl", "pekerjaan/1/evidence.json", "pekerjaan/1/manifest.jsonl", "pekerjaan/1/SHA256SUMS",
         "pekerjaan/1/catatan.log")  # fmt: skip


def place(top: Path, name: str) -> Path:
    """A file of the bundle; the first run stands for whichever it is."""
    first = min(int(path.name) for path in (top / "pekerjaan").iterdir() if path.is_dir())
    return top / name.replace("pekerjaan/1/", f"pekerjaan/{first}/")


@pytest.mark.parametrize("name", [name for name in EVERY if name != "periksa.py"])
def test_a_removed_file_is_told_by_name(whole: Path, name: str) -> None:
    path = place(whole, name)
    path.unlink()
    code, told = verified(whole)
    assert (code, f"HILANG   {path.relative_to(whole)}" in told) == (1, True), told


@pytest.mark.parametrize("name", EVERY)
def test_an_added_byte_is_told_by_name(whole: Path, name: str) -> None:
    path = place(whole, name)
    with path.open("ab") as file:
        file.write(b"\n")
    code, told = verified(whole)
    assert (code, str(path.relative_to(whole)) in told) == (1, True), told


ADDED = ("surat/lain.pdf", "jejak/kejadian.jsonl.bak", "tambahan.txt", "pekerjaan/99/evidence.json")


@pytest.mark.parametrize("name", ADDED)
def test_an_added_file_is_told_by_name(whole: Path, name: str) -> None:
    (whole / name).parent.mkdir(exist_ok=True)
    (whole / name).write_text("{}")
    code, told = verified(whole)
    assert (code, f"ASING    {name}" in told) == (1, True), told


def test_a_link_in_a_files_place_is_told_by_name(whole: Path) -> None:
    path = whole / "surat/fm001.pdf"
    path.rename(whole.parent / "fm001.pdf")
    path.symlink_to(whole.parent / "fm001.pdf")
    code, told = verified(whole)
    assert (code, "RUSAK    surat/fm001.pdf" in told) == (1, True), told


def sealed_again(top: Path) -> None:
    """What a forger can do: write the list anew for what stands there now."""
    listed = json.loads((top / "MANIFEST.json").read_text())
    for name in listed["files"]:
        data = (top / name).read_bytes()
        listed["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (top / "MANIFEST.json").write_text(json.dumps(listed, indent=1, ensure_ascii=False) + "\n")


def test_swapped_entries_are_told_by_number_whatever_the_list_says(whole: Path) -> None:
    path = whole / "jejak/kejadian.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    lines[2], lines[3] = lines[3], lines[2]
    path.write_text("".join(lines))
    sealed_again(whole)
    code, told = verified(whole)
    assert code == 1
    assert f"kejadian nomor {json.loads(lines[3])['sequence']}" in told
    assert "tertukar" in told
    assert "tidak cocok dengan segelnya" in told


def test_a_changed_entry_is_told_by_number_whatever_the_list_says(whole: Path) -> None:
    path = whole / "jejak/kejadian.jsonl"
    path.write_text(path.read_text().replace("Bambang", "Banbang"))
    sealed_again(whole)
    code, told = verified(whole)
    assert code == 1
    assert "isinya tidak cocok dengan sidiknya" in told


@pytest.mark.parametrize(
    "name",
    [
        "lampiran/01-jahat.png",
        *(f"pekerjaan/1/{name}" for name in ("evidence.json", "manifest.jsonl", "SHA256SUMS", "catatan.log")),
    ],
)
def test_what_the_trail_has_noted_is_held_against_it(whole: Path, name: str) -> None:
    path = place(whole, name)
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1) + (b"" if b"0" in path.read_bytes() else b"x"))
    sealed_again(whole)
    code, told = verified(whole)
    faults = [line for line in told.splitlines() if line.startswith("RUSAK")]
    assert code == 1
    assert any(str(path.relative_to(whole)) in line for line in faults), told


@properties(max_examples=30, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_any_changed_byte_is_told_by_name(whole: Path, data: st.DataObject) -> None:
    every = sorted(names(whole))
    name = data.draw(st.sampled_from(every))
    original = (whole / name).read_bytes()
    at = data.draw(st.integers(0, len(original) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != original[at]))
    (whole / name).write_bytes(original[:at] + bytes([byte]) + original[at + 1 :])
    try:
        code, told = in_process(whole)
    finally:
        (whole / name).write_bytes(original)
    assert code == 1, (name, at, byte, told)
    assert name in told, (name, at, byte, told)
    assert in_process(whole)[0] == 0


def in_process(top: Path) -> tuple[int, str]:
    """The verifier as this project has it, which the folder's own must equal, without a process for each try."""
    verifier = runpy.run_path("templates/bundle/periksa.py")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = verifier["main"]([str(top)])
    return code, output.getvalue()


def test_it_needs_no_network_and_nothing_of_the_portal(whole: Path, tmp_path: Path) -> None:
    if (
        shutil.which("unshare") is None
        or subprocess.run(["unshare", "-rn", "true"], check=False).returncode != 0
    ):
        pytest.skip("no network namespaces here")
    argv = ["unshare", "-rn", "python3", "-I", "periksa.py"]
    done = subprocess.run(
        argv, cwd=whole, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
