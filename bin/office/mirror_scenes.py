"""The scenes of the demonstration that mirror folders: in step, and stopped before a copy is emptied."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from office import compare, sample_site
from office.browser import PageError
from office.checks import Check
from office.scenes import SUCCEEDED, TO_KASUBBID, Stage
from portal.web.messages import label

FAILED = label("run_state", "failed")
GUARD = {"max_count": "10", "max_share": "20", "quarantine_days": "30", "every_hours": "0"}
NOTE = "Foto lama memang dihapus; daftarnya sudah dibandingkan dengan pengelola server."
HERE = "html/gambar"


def mirrored(stage: Stage) -> None:
    """A request for mirrors is granted; two folders are mirrored, and one of them goes wrong."""
    own = sample_site.make(stage.out / "server" / "cermin", documents=30)
    request_id = _granted(stage, f"{stage.tree}\n{own}")
    with stage.checks.that("run.mirror_files") as check:
        copy = _in_step(stage, check, _set_up(stage, request_id, stage.tree), stage.tree)
        mirror_id = _set_up(stage, request_id, own)
        _follows(stage, check, mirror_id, own)
        check.detail = f"{sum(1 for _ in copy.rglob('*'))} entries, the same in the vault"
    with stage.checks.that("guard.empty_source") as check:
        _emptied(stage, check, mirror_id, own)
    with stage.checks.that("guard.many_deletes") as check:
        _many(stage, check, mirror_id, own)


def _granted(stage: Stage, folders: str) -> int:
    """A request for the service, up to its follow-up; its id."""
    desks = stage.desks
    request_id = desks.submit(
        "Situs harus punya salinan yang selalu sejalan.", folders, services=["mirror_files"]
    )
    desks.forward(request_id, *TO_KASUBBID)
    scope = {"server_id": str(stage.server_id), "folders": folders, "services": ["mirror_files"], "term_months": "12",
             "note": "Sesuai spesifikasi layanan."}  # fmt: skip
    desks.decide("kasubbid", request_id, "approve", scope)
    desks.decide("administrator", request_id, "follow_up")
    return request_id


def _set_up(stage: Stage, request_id: int, folder: Path) -> int:
    """Set the mirror of a folder up from the request's page; its id."""
    address = f"/permohonan/{request_id}/cermin/baru"
    person = stage.desks["administrator"].open(f"/permohonan/{request_id}").open(address)
    person.send(address, {"path": str(folder), **GUARD})
    found = re.fullmatch(r"/cermin/(\d+)", person.path)
    if found is None:
        raise PageError(f"no mirror of {folder}: {person.text[:400]}")
    return int(found[1])


def _run(stage: Stage, mirror_id: int) -> tuple[int, str]:
    """Press "Samakan sekarang" and watch; the run's id and state."""
    person = stage.desks["administrator"].open(f"/cermin/{mirror_id}")
    person.send(f"/cermin/{mirror_id}/mulai", {})
    run_id = int(person.path.rsplit("/", 1)[1])
    return run_id, stage.desks.await_run(run_id)


def _in_step(stage: Stage, check: Check, mirror_id: int, folder: Path) -> Path:
    """Run it and hold the copy against the folder; where the copy lies."""
    run_id, state = _run(stage, mirror_id)
    check.demand(state == SUCCEEDED, f"run {run_id}: {state}")
    copy = Path(stage.desks.evidence(run_id)["mirror"]["place"])
    found = compare.differences(folder, copy)
    check.demand(not found, "; ".join(found))
    page = stage.desks["kasubbid"].open(f"/cermin/{mirror_id}").text
    told = re.search(r"Usia salinan\s+(< 1 detik|\d+ (detik|menit|jam))", page)
    check.demand(told, "the page does not say how old the copy is")
    return copy


def _follows(stage: Stage, check: Check, mirror_id: int, folder: Path) -> None:
    """What changes and goes at the source changes and goes here, and what went lies in quarantine."""
    _in_step(stage, check, mirror_id, folder)
    kept = (folder / "html" / "arsip.html").read_bytes()
    (folder / "html" / "arsip.html").unlink()
    (folder / "html" / "beranda.html").write_text("Halaman baru", encoding="utf-8")
    copy = _in_step(stage, check, mirror_id, folder)
    check.demand(_quarantined(copy, "html/arsip.html") == [kept], "what was deleted is not in quarantine")


def _emptied(stage: Stage, check: Check, mirror_id: int, folder: Path) -> None:
    """The folder is empty, as when its disk is not mounted: the run stops, the copy stays."""
    aside = folder.rename(folder.with_name("cermin-tersimpan"))
    folder.mkdir()
    run_id, state = _run(stage, mirror_id)
    check.demand(state == FAILED, f"run {run_id}: {state}")
    _says(stage, check, run_id, "empty_source")
    folder.rmdir()
    aside.rename(folder)
    copy = _in_step(stage, check, mirror_id, folder)
    files = sum(1 for path in copy.rglob("*") if path.is_file())
    check.demand(files > 0, "the copy is empty")
    check.detail = f"run {run_id} stopped, all {files} files of the copy are there"


def _many(stage: Stage, check: Check, mirror_id: int, folder: Path) -> None:
    """More goes than the limits allow: nobody but the Kasubbid lets exactly that list pass, once."""
    gone = sorted(f"{HERE}/{path.name}" for path in (folder / HERE).iterdir())
    shutil.rmtree(folder / HERE)
    run_id, state = _run(stage, mirror_id)
    check.demand(state == FAILED, f"run {run_id}: {state}")
    _says(stage, check, run_id, "many_deletes")
    listed = stage.desks["kasubbid"].download(f"/pekerjaan/{run_id}/daftar-hapus.txt").decode().splitlines()
    check.demand(listed == sorted([f"{HERE}/", *gone]), f"the list is {listed[:5]}")
    _only_the_kasubbid(stage, check, run_id)
    copy = _in_step(stage, check, mirror_id, folder)
    missing = [name for name in gone if not _quarantined(copy, name)]
    check.demand(not missing, f"not in quarantine: {missing[:3]}")
    check.detail = f"run {run_id} stopped for {len(listed)} deletions; let pass once, all in quarantine"


def _only_the_kasubbid(stage: Stage, check: Check, run_id: int) -> None:
    """Everybody else is refused; then the Kasubbid lets the list pass, and a second time is refused."""
    head = stage.desks["kasubbid"].open(f"/pekerjaan/{run_id}")
    digest = head.page.xpath("//input[@name='digest']/@value")[0]
    sent = {"digest": digest, "note": NOTE}
    for who, browser in stage.desks.people.items():
        if who == "kasubbid":
            continue
        browser.open("/")
        status = browser.post(f"/pekerjaan/{run_id}/loloskan", sent).status_code
        check.demand(status in (403, 404), f"{who} let it pass: {status}")
    head.send(f"/pekerjaan/{run_id}/loloskan", {"note": NOTE})
    status = head.post(f"/pekerjaan/{run_id}/loloskan", sent).status_code
    check.demand(status not in (200, 302, 303), f"it was let pass twice: {status}")


def _says(stage: Stage, check: Check, run_id: int, reason: str) -> None:
    page = stage.desks["kasubbid"].open(f"/pekerjaan/{run_id}").text
    words = label("mirror_reason", reason)
    check.demand(words in page, f"the page does not say “{words}”")


def _quarantined(copy: Path, name: str) -> list[bytes]:
    """What lies in quarantine under a name, of whatever run."""
    return [path.read_bytes() for path in copy.with_name("quarantine").glob(f"*/{name}")]
