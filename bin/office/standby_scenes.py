"""The scene of the demonstration that keeps databases on a standby server: loaded beside, counted, swapped."""

from __future__ import annotations

import re
import subprocess

from office.browser import PageError
from office.checks import Check
from office.database_samples import Engines
from office.database_servers import MariaDB, PostgreSQL
from office.scenes import SUCCEEDED, TO_KASUBBID, Stage
from office.sshd import PracticeServer, free_port

REASON = "Database harus siap dipakai di server siaga bila server utama rusak."
ENGINES = ("postgresql", "mariadb")


def stood_by(stage: Stage) -> None:
    """A second server is enrolled, approved as standby, and gets a database of each engine twice."""
    standing = Engines(PostgreSQL(), MariaDB())
    sshd = PracticeServer(stage.out / "server" / "siaga", free_port())
    try:
        sshd.start()
        standing.postgresql.start()
        standing.mariadb.start()
        with stage.checks.that("run.mirror_database") as check:
            server_id = _enrol(stage, sshd, standing)
            mirrors = _granted(stage, check, server_id)
            said = [_kept(stage, check, standing, *mirror) for mirror in mirrors]
            check.detail = "; ".join(said)
    finally:
        standing.postgresql.stop()
        standing.mariadb.stop()
        sshd.stop()


def _enrol(stage: Stage, sshd: PracticeServer, standing: Engines) -> int:
    """The standby in the catalogue, with the ways to its engines; its id."""
    desks = stage.desks
    server_id, public_key = desks.enrol("server-siaga", sshd.port, sshd.username)
    sshd.authorize(public_key)
    argv = ["ssh-keygen", "-lf", str(sshd.folder / "host_key.pub")]
    shown = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    desks.approve_host_key(server_id, shown.split()[1])
    for engine in ENGINES:
        server: PostgreSQL | MariaDB = getattr(standing, engine)
        address = f"/server/{server_id}/database/{engine}/akses"
        values = {"method": "peer", "username": server.superuser, "host": server.socket}
        if engine == "postgresql":
            values["port"] = str(server.port)
        desks["administrator"].open(address).send(address, values)
    return server_id


def _granted(stage: Stage, check: Check, standby_id: int) -> list[tuple[int, str, str]]:
    """A request for the first kept database of each engine, granted; its mirrors as (id, engine, name)."""
    desks = stage.desks
    request_id = desks.submit(REASON, str(stage.tree), services=["mirror_database"])
    desks.forward(request_id, *TO_KASUBBID)
    names = {each["engine"]: each["database"] for each in reversed(stage.databases)}
    check.demand(set(names) == set(ENGINES), f"kept are {names}")
    wanted = [f"{engine}:{names[engine]}" for engine in ENGINES]
    scope = {
        "server_id": str(stage.server_id),
        "folders": "",
        "services": ["mirror_database"],
        "term_months": "12",
    }
    desks.decide("kasubbid", request_id, "approve", {**scope, "databases": _ticks(stage, request_id, wanted)})
    desks.decide("administrator", request_id, "follow_up")
    made = []
    for path in wanted:
        engine, _, name = path.partition(":")
        made.append((_set_up(stage, check, request_id, path, standby_id), engine, name))
    return made


def _ticks(stage: Stage, request_id: int, wanted: list[str]) -> list[str]:
    """The boxes of the wanted databases on the Kasubbid's page."""
    page = stage.desks["kasubbid"].open(f"/permohonan/{request_id}").page
    boxes = {
        str(box.get("value")): " ".join(box.getparent().text_content().split())
        for box in page.xpath("//input[@name='databases']")
    }
    ticked = [
        value for value, words in boxes.items() if any(path.split(":", 1)[1] in words for path in wanted)
    ]
    if len(ticked) < len(wanted):
        raise PageError(f"{wanted} are not among {boxes}")
    return ticked


def _set_up(stage: Stage, check: Check, request_id: int, path: str, standby_id: int) -> int:
    """Propose the mirror; only the Kasubbid approves its standby; its id."""
    address = f"/permohonan/{request_id}/cermin/database"
    person = stage.desks["administrator"].open(address)
    person.send(address, {"path": path, "target_server_id": str(standby_id), "every_hours": "0"})
    found = re.fullmatch(r"/cermin/(\d+)", person.path)
    if found is None:
        raise PageError(f"no mirror of {path}: {person.text[:400]}")
    for who, browser in stage.desks.people.items():
        if who != "kasubbid":
            browser.open("/")
            status = browser.post(f"{person.path}/setujui", {}).status_code
            check.demand(status in (403, 404), f"{who} approved the standby: {status}")
    stage.desks["kasubbid"].open(found[0]).send(f"{found[0]}/setujui", {})
    return int(found[1])


def _kept(stage: Stage, check: Check, standing: Engines, mirror_id: int, engine: str, name: str) -> str:
    """Run it twice: the rows are those of the living server, and the old ones stay under another name."""
    there = stage.engines.counts(engine, name)
    kept = ""
    for _ in range(2):
        person = stage.desks["administrator"].open(f"/cermin/{mirror_id}")
        person.send(f"/cermin/{mirror_id}/mulai", {})
        run_id = int(person.path.rsplit("/", 1)[1])
        state = stage.desks.await_run(run_id)
        check.demand(state == SUCCEEDED, f"run {run_id} of {name}: {state}")
        found = standing.counts(engine, name)
        check.demand(found == there, f"{name}: {found} stands by, the server has {there}")
        kept = stage.desks.evidence(run_id)["standby"]["kept_as"]
    check.demand(
        kept and standing.counts(engine, kept) == there, f"{name}: the old one is not kept as {kept!r}"
    )
    return f"{name}: {len(there)} tables, {sum(there.values())} rows on the standby, the old one as {kept}"
