"""The scenes of the demonstration about what stays of the copies: a rule previewed, a cut approved, its record."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from office.browser import PageError
from office.checks import Check
from office.scenes import SUCCEEDED, Stage, restic
from portal.store import db
from portal.store.models import Snapshot

OLD_DAYS = (400, 401, 402)
"""How old the extra copies are made in the archive: the days that the request granted are over for them."""
REASON = "Diminta auditor untuk pemeriksaan tahun ini."
RULE = {"last": "1", "daily": "0", "weekly": "0", "monthly": "0", "yearly": "0"}


def retained(stage: Stage) -> None:
    """What the preview names goes, to the letter: asked for by one, approved by another, one copy held back."""
    old = _old_copies(stage)
    page = f"/server/{stage.server_id}/retensi"
    with stage.checks.that("retention.preview") as check:
        before = _listed(stage)
        held, *rest = old
        _rule_and_hold(stage, check, page, held)
        going = _ids(stage, page)
        check.demand(going == {copy.snapshot_id[:12] for copy in rest}, f"the preview names {sorted(going)}")
        cut = _ask(stage, page)
        _only_the_kasubbid(stage, check, cut)
        check.demand(_listed(stage) == before, "something went before the approval")
        run_id = _approve(stage, cut)
        gone = before - _listed(stage)
        check.demand(gone == {copy.snapshot_id for copy in rest}, f"{sorted(gone)} went")
        check.demand(stage.snapshot in _listed(stage), "the proven copy went")
        restic(stage, "check", "--read-data")
        record = stage.desks["auditor"].download(f"{cut}/berita-acara.csv").decode("utf-8-sig")
        check.demand(all(copy in record for copy in gone), "the record does not name what went")
        check.detail = (
            f"run {run_id}: the {len(gone)} copies of the preview went, {len(before) - len(gone)} stay whole"
        )


def _old_copies(stage: Stage) -> list[Snapshot]:
    """More copies of the same folder, made old in the archive alone; the proven one stays the newest."""
    with db.connection():
        request_id = Snapshot.get(Snapshot.snapshot_id == stage.snapshot).run.backup_request_id
    made = []
    for days in OLD_DAYS:
        run_id = stage.desks.start_run(request_id)
        state = stage.desks.await_run(run_id)
        if state != SUCCEEDED:
            raise PageError(f"run {run_id}: {state}")
        with db.connection():
            copy = Snapshot.get(Snapshot.run == run_id)
            at = copy.created_at - timedelta(days=days)
            Snapshot.update(created_at=at).where(Snapshot.id == copy.id).execute()
        made.append(copy)
    return made


def _rule_and_hold(stage: Stage, check: Check, page: str, held: Snapshot) -> None:
    """The Kasubbid looks, saves, and holds one copy; nobody else may."""
    query = "&".join(f"{name}={count}" for name, count in RULE.items())
    for who in ("administrator", "pegawai", "kabid", "sistem"):
        stage.desks[who].open("/")
        status = stage.desks[who].post(f"{page}/aturan", RULE).status_code
        check.demand(status == 403, f"{who} sets a rule: {status}")
    person = stage.desks["kasubbid"].open(f"{page}?{query}")
    person.send(f"{page}/aturan", {})
    person.send(f"{page}/tahan/{held.id}", {"reason": REASON})
    check.demand(REASON in person.text, "the hold is not shown")


def _ids(stage: Stage, page: str) -> set[str]:
    """The short ids that the preview says will go."""
    cards = stage.desks["administrator"].open(page).page.xpath("//*[@id='pergi']//tbody//code")
    return {code.text for code in cards if re.fullmatch("[0-9a-f]{12}", code.text or "")}


def _ask(stage: Stage, page: str) -> str:
    """The administrator asks for what is shown; the address of the cut."""
    person = stage.desks["administrator"].open(page)
    person.send(f"{page}/pemusnahan", {})
    if not re.fullmatch(rf"{page}/pemusnahan/\d+", person.path):
        raise PageError(f"asked for a cut: {person.text[:400]}")
    return person.path


def _only_the_kasubbid(stage: Stage, check: Check, cut: str) -> None:
    digest = stage.desks["kasubbid"].open(cut).page.xpath("//input[@name='digest']/@value")[0]
    for who, browser in stage.desks.people.items():
        if who != "kasubbid":
            browser.open("/")
            status = browser.post(f"{cut}/setujui", {"digest": digest}).status_code
            check.demand(status in (403, 404), f"{who} approves: {status}")
    status = stage.desks["kasubbid"].post(f"{cut}/setujui", {"digest": "0" * 64}).status_code
    check.demand(status == 409, f"another list is approved: {status}")


def _approve(stage: Stage, cut: str) -> int:
    """The approval by the digest on the page, and the removal to its end."""
    person = stage.desks["kasubbid"].open(cut)
    person.send(f"{cut}/setujui", {})
    links = (
        stage.desks["administrator"]
        .open(cut)
        .page.xpath("//main//a[starts-with(text(), 'Pekerjaan #') or starts-with(text(), 'Ikuti')]/@href")
    )
    run_id = int(links[0].rsplit("/", 1)[1])
    state = stage.desks.await_run(run_id)
    if state != SUCCEEDED:
        raise PageError(f"run {run_id}: {state}")
    return run_id


def _listed(stage: Stage) -> set[str]:
    """The full ids that restic lists."""
    return {item["id"] for item in json.loads(restic(stage, "snapshots", "--json"))}
