"""The scenes of the demonstration about databases and the vault: dumped, proven by loading, checked, found damaged."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from office import compare, restore_scenes
from office.browser import PageError
from office.checks import Check
from office.database_servers import MariaDB, PostgreSQL
from office.scenes import SUCCEEDED, TO_KASUBBID, Stage, restic
from portal.web.messages import label

ENGINES = ("postgresql", "mariadb")
REASON = "Arsip surat dan situs laboratorium bersama databasenya."
RUN_SECONDS = 300
FACTS = ("engine", "database", "file", "size_bytes", "sha256", "engine_version", "tables", "row_count")
FLIPPED = 64
"""Bytes that are changed in the middle of a file of the vault."""


def kept(stage: Stage) -> None:
    """Both engines are found, their databases chosen, asked for, granted, dumped beside the folder, and proven."""
    desks, checks = stage.desks, stage.checks
    for engine in ENGINES:
        _reach(stage, engine)
    desks.ask(stage.server_id, "databases")
    names = _choose_all(stage)
    services = ["backup_files", "backup_database"]
    request_id = desks.submit(REASON, str(stage.tree), services=services)
    desks.forward(request_id, *TO_KASUBBID)
    scope = {
        "server_id": str(stage.server_id),
        "folders": str(stage.tree),
        "services": services,
        "term_months": "12",
    }
    desks.decide("kasubbid", request_id, "approve", {**scope, "databases": _ticks(stage, request_id)})
    desks.decide("administrator", request_id, "follow_up")
    run_id = desks.start_run(request_id)
    state = desks.await_run(run_id, RUN_SECONDS)
    for engine in ENGINES:
        with checks.that(f"run.backup_{engine}") as check:
            check.demand(state == SUCCEEDED, state)
            _dumped(stage, check, engine, names[engine], desks.evidence(run_id))
    _proven(stage, request_id, names)


def _reach(stage: Stage, engine: str) -> None:
    """Note how the engine is signed in to: as its system account, by its own socket."""
    server: PostgreSQL | MariaDB = getattr(stage.engines, engine)
    address = f"/server/{stage.server_id}/database/{engine}/akses"
    values = {"method": "peer", "username": server.superuser, "host": server.socket}
    if engine == "postgresql":
        values["port"] = str(server.port)
    stage.desks["administrator"].open(address).send(address, values)


def _choose_all(stage: Stage) -> dict[str, list[str]]:
    """Choose every database that is shown and is not the engine's own; their names by engine."""
    address = f"/server/{stage.server_id}/database"
    person = stage.desks["administrator"].open(f"/server/{stage.server_id}")
    paths = person.page.xpath(f"//form[@action='{address}']//input[@name='path']/@value")
    names: dict[str, list[str]] = {engine: [] for engine in ENGINES}
    for path in sorted(set(paths)):
        engine, _, name = path.partition(":")
        if path == "postgresql:postgres" or not stage.engines.counts(engine, name):
            continue
        answer = person.post(address, {"path": path})
        if answer.status_code not in (200, 303):
            raise PageError(f"database {path}: {answer.status_code}")
        names[engine].append(name)
    return names


def _ticks(stage: Stage, request_id: int) -> list[str]:
    """The databases that the Kasubbid may tick."""
    page = stage.desks["kasubbid"].open(f"/permohonan/{request_id}").page
    return [str(value) for value in page.xpath("//input[@name='databases']/@value")]


def _dumped(stage: Stage, check: Check, engine: str, names: list[str], evidence: dict[str, Any]) -> None:
    """Hold the dumps against what the server itself counts."""
    dumps, snapshot = evidence["dumps"], evidence["snapshot"]["snapshot_id"]
    mine = {each["database"]: each for each in dumps if each["engine"] == engine and each["database"]}
    check.demand(names and sorted(mine) == sorted(names), f"{sorted(mine)} were dumped, {names} chosen")
    said = []
    for name, dump in mine.items():
        counted = {each["table"]: each["rows"] for each in dump["tables"]}
        there = stage.engines.counts(engine, name)
        check.demand(counted == there, f"{name}: dumped {counted}, the server has {there}")
        stage.databases.append({"snapshot": snapshot, **{fact: dump[fact] for fact in FACTS}})
        said.append(f"{name}: {len(counted)} tables, {dump['row_count']} rows, {dump['size_bytes']} bytes")
    check.detail = "; ".join(said)


def _proven(stage: Stage, request_id: int, names: dict[str, list[str]]) -> None:
    """The restore test brings the folder back and loads every dump into a scratch server."""
    desks = stage.desks
    with stage.checks.that("proof.restore_test") as check:
        test_id = desks.start_restore_test(request_id)
        state = desks.await_run(test_id, RUN_SECONDS)
        check.demand(state == SUCCEEDED, state)
        evidence = desks.evidence(test_id)
        proof, loads = evidence["restore"], evidence["loads"]
        restored = Path(proof["restored"]) / str(stage.tree).lstrip("/")
        found = compare.differences(stage.tree, restored)
        check.demand(proof["difference_count"] == 0 and not found, "; ".join(found))
        loaded = sorted((each["engine"], each["database"]) for each in loads)
        check.demand(loaded == sorted((engine, name) for engine in ENGINES for name in names[engine]), loaded)
        check.demand(not any(each["differences"] for each in loads), "rows differ")
        rows = sum(each["row_count"] for each in loads)
        there = sum(sum(stage.engines.counts(*each).values()) for each in loaded)
        check.demand(rows == there, f"{rows} rows were loaded, the servers have {there}")
        tables = sum(each["tables"] for each in loads)
        check.detail = (
            f"{proof['files']} files the same; {len(loads)} databases loaded: {tables} tables, {rows} rows"
        )
    _certified(stage, test_id)


def _certified(stage: Stage, test_id: int) -> None:
    """The certificate of the test, as the requester takes it."""
    with stage.checks.that("proof.certificate") as check:
        path = stage.out / "papers" / "certificate.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(stage.desks["pegawai"].download(f"/pekerjaan/{test_id}/sertifikat.pdf"))
        stage.papers["certificate"] = str(path)
        argv = ["pdftotext", "-layout", str(path), "-"]
        text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
        said = " ".join(text.split())
        digest = stage.desks.evidence(test_id)["digest"]
        for part in ("SERTIFIKAT UJI PEMULIHAN", "Berlaku sampai", digest):
            check.demand(part in said, f"does not say {part}: {said[:300]}")
        argv = ["pdfsig", "-nocert", str(path)]
        signed = subprocess.run(argv, check=False, capture_output=True, text=True).stdout
        check.demand("Signature is Valid" in signed, signed[:300])
        expiry = re.search(r"Berlaku sampai : (\d+ \w+ \d+)", said)
        check.detail = f"sealed, valid until {expiry[1] if expiry else '?'}, evidence {digest[:8]}"


def restored(stage: Stage) -> None:
    """A database of each engine comes back under a new name, and another takes the place of a damaged one."""
    with stage.checks.that("restore.database") as check:
        names = {each["engine"]: str(each["database"]) for each in stage.databases}
        check.demand(set(names) == set(ENGINES), "not every engine has a database that was kept")
        check.detail = "; ".join(_restored(stage, check, engine, names[engine]) for engine in ENGINES)


def _restored(stage: Stage, check: Check, engine: str, name: str) -> str:
    before = stage.engines.counts(engine, name)
    beside = f"{re.sub(r'[^A-Za-z0-9_]', '_', name)[:30]}_pulih"
    wish = {"mode": "new", "target_server_id": str(stage.server_id), "target_name": beside}
    restore_id = _ask_for(stage, engine, name, wish)
    restore_scenes.approve(stage, restore_id)
    run_id = restore_scenes.carry_out(stage, restore_id, "administrator")
    check.demand(stage.engines.counts(engine, beside) == before, f"{beside} has other rows than {name}")
    return f"run {run_id}: {name} as {beside}, {sum(before.values())} rows; " + _in_place(
        stage, check, engine, name, before
    )


def _in_place(stage: Stage, check: Check, engine: str, name: str, before: dict[str, int]) -> str:
    """Rows are lost; the database of the copy takes their place, and what was there stays under another name."""
    table = max(before, key=lambda each: before[each])
    stage.engines.empty(engine, name, table)
    spoiled = stage.engines.counts(engine, name)
    check.demand(spoiled[table] == 0, f"{table} was to be empty")
    restore_id = _ask_for(stage, engine, name, {"mode": "in_place"})
    restore_scenes.approve(stage, restore_id)
    run_id = restore_scenes.carry_out(stage, restore_id, "administrator")
    evidence = stage.desks.evidence(run_id)
    there = stage.engines.counts(engine, name)
    check.demand(there == before, f"in place: {there} instead of {before}")
    page = stage.desks["pegawai"].open(f"/pemulihan/{restore_id}").text
    kept = re.search(rf"{re.escape(name)}_sebelum_\d+", page)
    check.demand(kept, "the page does not say what the old one is called")
    check.demand(stage.engines.counts(engine, kept[0]) == spoiled, "the old database is not what it was")
    safety = Path(evidence["dumps"][0]["file"])
    check.demand(safety.is_file(), "the safety dump is not in the vault")
    return f"run {run_id} in place, the old one is {kept[0]}, safety dump {safety.stat().st_size} bytes"


def _ask_for(stage: Stage, engine: str, name: str, values: dict[str, str]) -> int:
    """Ask for a database of the newest copy, as the requester finds it there; the restore's id."""
    person = stage.desks["pegawai"].open(restore_scenes.newest_copy(stage))
    links = person.page.xpath("//section[@id='database']//a[contains(@href, '/pulihkan-database')]/@href")
    link = next(link for link in links if unquote(link).endswith(f"nama={engine}:{name}"))
    address = link.partition("?")[0]
    person.open(link).send(address, {"reason": "Data terhapus karena salah perintah.", **values})
    found = re.fullmatch(r"/pemulihan/(\d+)", person.path)
    if found is None:
        raise PageError(f"asked for {engine}:{name}: {person.text[:400]}")
    return int(found[1])


def checked(stage: Stage) -> None:
    """The repository is read part by part, until the circle is closed."""
    with stage.checks.that("proof.integrity") as check:
        parts = stage.settings.integrity_parts
        runs = [_check_part(stage) for _ in range(parts)]
        bad = [run for run, state in runs if state != SUCCEEDED]
        check.demand(not bad, f"runs {bad} did not succeed")
        page = stage.desks["administrator"].open(f"/server/{stage.server_id}").text
        check.demand(
            not re.search(r"Putaran lengkap terakhir\s+Belum pernah", page), "the circle is not closed"
        )
        check.detail = f"{parts} parts read, every byte of the vault of the server once"


def _check_part(stage: Stage) -> tuple[int, str]:
    """Check the part whose turn it is: the run and how it ended."""
    desks, address = stage.desks, f"/server/{stage.server_id}/penyimpanan/periksa"
    person = desks["administrator"].open(f"/server/{stage.server_id}")
    person.send(address, {})
    run_id = int(person.path.rsplit("/", 1)[1])
    return run_id, desks.await_run(run_id)


def damaged(stage: Stage) -> None:
    """Bytes of the vault go bad: the check finds it, a finding is raised; whole again, the data come back."""
    with stage.checks.that("proof.corruption_found") as check:
        parts = stage.settings.integrity_parts
        pack = _first_pack(stage, parts)
        whole = pack.read_bytes()
        plain = _restic_says(stage, "check")
        _flip(pack, whole)
        try:
            run_id, state = next(
                ended for ended in (_check_part(stage) for _ in range(parts)) if ended[1] != SUCCEEDED
            )
            # A check that reads no data misses what is wrong in a file; only a damaged list of a folder stops it.
            missed = _restic_says(stage, "check") == plain
        except StopIteration:
            raise AssertionError("no part was found damaged") from None
        finally:
            pack.write_bytes(whole)
            pack.chmod(0o400)
        check.demand(state == label("run_state", "failed"), state)
        page = stage.desks["kasubbid"].open("/temuan").page
        link = f"//main//li[.//a[@href='/pekerjaan/{run_id}']]"
        check.demand(page.xpath(link), "no finding names the run")
        check.demand(_restic_says(stage, "check", "--read-data") == 0, "the vault is not whole again")
        check.detail = (
            f"{FLIPPED} bytes of {pack.name[:8]} flipped: run {run_id} found them, a finding is open"
            f"{'; a check that reads no data missed them' if missed else ''}"
        )


def _first_pack(stage: Stage, parts: int) -> Path:
    """The file of the vault that is read first; restic tells the parts apart by the first byte of its name."""
    folder = stage.settings.vault_path / str(stage.server_id) / "repository" / "data"
    packs = [path for path in folder.rglob("*") if path.is_file()]
    return min(packs, key=lambda path: (int(path.name[:2], 16) % parts, path.name))


def _flip(pack: Path, whole: bytes) -> None:
    """Change bytes in the middle of a pack, where its data are."""
    middle = len(whole) // 3
    wrong = bytes(byte ^ 0xFF for byte in whole[middle : middle + FLIPPED])
    pack.chmod(0o600)
    pack.write_bytes(whole[:middle] + wrong + whole[middle + FLIPPED :])
    os.sync()


def _restic_says(stage: Stage, *words: str) -> int:
    """How plain restic ends."""
    try:
        restic(stage, *words)
    except subprocess.CalledProcessError as error:
        return error.returncode
    return 0
