"""The scenes of the demonstration that bring data back for people: a file, a folder, and a folder on a server."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tarfile
from pathlib import Path
from typing import IO

from office import compare
from office.browser import PageError
from office.checks import Check
from office.scenes import SUCCEEDED, Stage

REASON = "Berkas terhapus tanpa sengaja saat folder dirapikan."


def restored_for_people(stage: Stage) -> None:
    """The requester asks, the Kasubbid approves, the data come back the same; nobody else may decide or take."""
    copy = newest_copy(stage)
    file = next(
        path for path in sorted(stage.tree.rglob("*")) if path.is_file() and _is_shown_as_is(path.name)
    )
    with stage.checks.that("restore.file") as check:
        restore_id = _ask(stage, copy, file, {"kind": "download"})
        _only_the_kasubbid(stage, check, restore_id)
        run_id = carry_out(stage, restore_id, "pegawai")
        content = stage.desks["pegawai"].download(f"/pemulihan/{restore_id}/unduh")
        check.demand(content == file.read_bytes(), f"{file.name} is not the same")
        _taken_by_few(stage, check, restore_id)
        check.detail = f"run {run_id}: {file.name}, {len(content)} bytes, the same"
    with stage.checks.that("restore.folder") as check:
        restore_id = _ask(stage, copy, stage.tree, {"kind": "download", "archive": "tar"})
        approve(stage, restore_id)
        carry_out(stage, restore_id, "pegawai")
        archive = stage.out / "folder.tar"
        archive.write_bytes(stage.desks["pegawai"].download(f"/pemulihan/{restore_id}/unduh"))
        check.detail = _same(check, archive, stage.tree)
    with stage.checks.that("restore.to_server") as check:
        beside = stage.out / "server" / "pulih"
        target = {"kind": "to_server", "target_server_id": str(stage.server_id), "target_path": str(beside)}
        restore_id = _ask(stage, copy, stage.tree, target)
        approve(stage, restore_id)
        run_id = carry_out(stage, restore_id, "administrator")
        place = beside.with_name(f"{beside.name}.pemulihan-{run_id}")
        found = compare.differences(stage.tree, place)
        check.demand(not found, "; ".join(found))
        page = stage.desks["pegawai"].open(f"/pemulihan/{restore_id}").text
        check.demand(str(place) in page, "the page does not say where it lies")
        check.detail = f"the same, in {place.name}"


def _is_shown_as_is(name: str) -> bool:
    """Whether a page shows the name letter by letter; the folder that comes back holds the others too."""
    return name.isprintable() and " ".join(name.split()) == name


def newest_copy(stage: Stage) -> str:
    """The address of the newest copy, as the requester finds it."""
    page = stage.desks["pegawai"].open(f"/server/{stage.server_id}/cadangan").page
    pattern = rf"/server/{stage.server_id}/cadangan/\d+"
    return next(link for link in page.xpath("//main//td//a/@href") if re.fullmatch(pattern, link))


def _ask(stage: Stage, copy: str, path: Path, values: dict[str, str]) -> int:
    """Go through the folders of the copy to `path` and ask for it; the restore's id."""
    person = stage.desks["pegawai"].open(copy)
    steps = [str(stage.tree), *path.relative_to(stage.tree).parts]
    for name in steps[:-1]:
        person.open(_link(person.page, f"//a[text()={_quoted(name)}]/@href"))
    last = f"//li[.//*[@class='lb-listing-name'][starts-with(normalize-space(.), {_quoted(steps[-1])})]]"
    form = _link(person.page, f"{last}//a[contains(@href, '/pulihkan')]/@href")
    person.open(form).send(f"{copy}/pulihkan", {"reason": REASON, **values})
    found = re.fullmatch(r"/pemulihan/(\d+)", person.path)
    if found is None:
        raise PageError(f"asked for {path}: {person.text[:400]}")
    return int(found[1])


def _link(page: object, xpath: str) -> str:
    links = page.xpath(xpath)  # type: ignore[attr-defined]
    if not links:
        raise PageError(f"no {xpath}")
    return str(links[0])


def _quoted(name: str) -> str:
    """A name inside an XPath, which has no escapes."""
    return "concat('" + name.replace("'", "', \"'\", '") + "', '')"


def approve(stage: Stage, restore_id: int) -> None:
    """The Kasubbid allows it."""
    stage.desks["kasubbid"].open(f"/pemulihan/{restore_id}").send(f"/pemulihan/{restore_id}/setujui", {})


def _only_the_kasubbid(stage: Stage, check: Check, restore_id: int) -> None:
    """Nobody else approves it, nobody starts it before; then it is approved."""
    for who, browser in stage.desks.people.items():
        browser.open("/")
        tried = ["mulai"] if who == "kasubbid" else ["mulai", "setujui"]
        for deed in tried:
            status = browser.post(f"/pemulihan/{restore_id}/{deed}", {}).status_code
            check.demand(status in (403, 404), f"{who} {deed}: {status}")
    approve(stage, restore_id)


def _taken_by_few(stage: Stage, check: Check, restore_id: int) -> None:
    for who in ("kasatker", "kabid", "sistem", "auditor"):
        answer = stage.desks[who].session.get(
            f"{stage.desks[who].url}/pemulihan/{restore_id}/unduh", timeout=60
        )
        check.demand(answer.status_code in (403, 404), f"{who} took the file: {answer.status_code}")


def carry_out(stage: Stage, restore_id: int, who: str) -> int:
    """Start it and watch its run to the end; the run's id. Raises PageError unless it succeeded."""
    address = f"/pemulihan/{restore_id}"
    stage.desks[who].open(address).send(f"{address}/mulai", {})
    page = stage.desks["administrator"].open(address).page
    run_id = int(_link(page, "//main//a[starts-with(@href, '/pekerjaan/')]/@href").rsplit("/", 1)[1])
    state = stage.desks.await_run(run_id)
    if state != SUCCEEDED:
        raise PageError(f"run {run_id}: {state}")
    return run_id


def _same(check: Check, archive: Path, tree: Path) -> str:
    """Hold an archive's files against the folder, both ways."""
    top, seen = str(tree).strip("/"), set()
    with tarfile.open(archive, errors="surrogateescape") as packed:
        for entry in packed:
            path = tree / entry.name.removeprefix(top).strip("/")
            if entry.isfile() and stat.S_ISREG(path.lstat().st_mode):
                content = packed.extractfile(entry)
                with path.open("rb") as file:
                    same = content and _digest(content) == _digest(file)
                check.demand(same, f"{entry.name} is not the same")
                seen.add(os.fsencode(path))
    there = {os.fsencode(path) for path in tree.rglob("*") if stat.S_ISREG(path.lstat().st_mode)}
    check.demand(seen == there, f"{len(there - seen)} files are missing")
    return f"{len(seen)} files, each the same"


def _digest(content: IO[bytes]) -> str:
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
