"""The scenes of the demonstration about authority: what changed since its approval does not run, and a broken glass."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from office import compare
from office.browser import PageError
from office.checks import Check
from office.scenes import SUCCEEDED, TO_KASUBBID, Stage
from portal.store import db
from portal.store.models import Grant
from portal.web.messages import label

RUNNING, QUEUED, FAILED = (label("run_state", state) for state in ("running", "queued", "failed"))
REASON = "Disk server melaporkan sektor rusak; data dapat hilang sebelum permohonan sempat diputuskan."


def drift(stage: Stage) -> None:
    """What was approved, or the machine, changes while a run waits for its turn: the worker refuses it and says why."""
    desks = stage.desks
    small, large = (_approved(stage, folder) for folder in (stage.tree, stage.large))
    with stage.checks.that("authority.drift_refused") as check:
        said = _refused(stage, check, large, small, _scope_widened(small), "scope")
        check.demand("tidak lagi sama dengan yang tercatat" in said, f"scope: {said[:300]}")
        said = _refused(stage, check, large, small, _address_changed(stage), "machine")
        check.demand("unci host" in said, f"machine: {said[:300]}")
        run_id = desks.start_run(small)
        state = desks.await_run(run_id)
        check.demand(state == SUCCEEDED, f"with everything as it was: {state}")
        check.detail = "a widened scope and a changed machine were refused, the same order as approved ran"


def break_glass(stage: Stage) -> None:
    """A backup at once without a request, by those who may; the Kabid alone closes its review."""
    desks = stage.desks
    with stage.checks.that("authority.break_glass") as check:
        _only_who_may(stage, check)
        person = desks["administrator"].open(f"/darurat/baru?server={stage.server_id}")
        path = f"//label[.//span[starts-with(normalize-space(.), '{stage.tree}')]]//input/@value"
        source = person.page.xpath(path)[0]
        person.send("/darurat/baru", {"sources": [source], "reason": REASON, "sure": "1"})
        found = re.fullmatch(r"/darurat/(\d+)", person.path)
        if found is None:
            raise PageError(f"the glass did not break: {person.text[:400]}")
        emergency_id = int(found[1])
        run_id = _run_of(person.page)
        state = desks.await_run(run_id)
        check.demand(state == SUCCEEDED, state)
        copy = stage.settings.vault_path / str(stage.server_id) / "copy" / str(stage.tree).lstrip("/")
        differs = compare.differences(stage.tree, copy)
        check.demand(not differs, "; ".join(differs))
        _reviewed(stage, check, emergency_id)
        check.detail = f"run {run_id} without a request, its review closed by the Kabid"


def _approved(stage: Stage, folder: Path) -> int:
    """A request for a folder that may run."""
    request_id = stage.desks.submit("Disalin ulang setelah pindah ruang server.", str(folder))
    stage.desks.forward(request_id, *TO_KASUBBID)
    stage.desks.grant(request_id, stage.server_id, str(folder))
    stage.desks.decide("administrator", request_id, "follow_up")
    return request_id


def _refused(
    stage: Stage, check: Check, large: int, small: int, change: AbstractContextManager[None], what: str
) -> str:
    """Let a run of `small` wait behind one of `large` on the same server, change something, and let it have its turn:
    what its page says then."""
    desks = stage.desks
    holder = desks.start_run(large)
    _await(lambda: desks.run_state(holder) == RUNNING, f"run {holder} never ran")
    run_id = desks.start_run(small)
    with change:
        check.demand(desks.run_state(run_id) == QUEUED, f"{what}: run {run_id} did not wait")
        desks["administrator"].open(f"/pekerjaan/{holder}").send(f"/pekerjaan/{holder}/batal", {})
        state = desks.await_run(run_id)
        check.demand(state == FAILED, f"{what}: {state}")
        said = desks["administrator"].open(f"/pekerjaan/{run_id}").text
    desks.await_run(holder)
    return said


def _await(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        if time.monotonic() > deadline:
            raise PageError(what)
        time.sleep(0.1)


@contextmanager
def _scope_widened(request_id: int) -> Iterator[None]:
    """What somebody with the database in hand would do to an approval."""
    with db.connection():
        scope = Grant.get(Grant.backup_request == request_id).scope
    _set_scope(request_id, {**scope, "folders": ["/"]})
    try:
        yield
    finally:
        _set_scope(request_id, scope)


def _set_scope(request_id: int, scope: dict[str, Any]) -> None:
    with db.connection():
        Grant.update(scope=scope).where(Grant.backup_request == request_id).execute()


@contextmanager
def _address_changed(stage: Stage) -> Iterator[None]:
    """The server's entry names another machine, whose host key nobody has approved; afterwards the old one again."""
    key = stage.desks["kasubbid"].open(f"/server/{stage.server_id}").page
    fingerprint = next(text for text in key.itertext() if text.strip().startswith("SHA256:")).strip()
    _change_address(stage, "localhost")
    try:
        yield
    finally:
        _change_address(stage, "127.0.0.1")
        stage.desks.approve_host_key(stage.server_id, fingerprint)
        stage.desks.ask(stage.server_id, "probe")


def _change_address(stage: Stage, address: str) -> None:
    form = f"/server/{stage.server_id}/ubah"
    stage.desks["administrator"].open(form).send(form, {"address": address})


def _only_who_may(stage: Stage, check: Check) -> None:
    """Nobody but administrator and Kasubbid breaks the glass, and they not without a reason."""
    values = {"server_id": str(stage.server_id), "sources": ["1"], "reason": REASON, "sure": "1"}
    for who, browser in stage.desks.people.items():
        may = who in ("administrator", "kasubbid")
        sent = {**values, "key": secrets.token_urlsafe(24), **({"reason": "darurat"} if may else {})}
        status = browser.open("/").post("/darurat/baru", sent).status_code
        check.demand(status == (422 if may else 403), f"{who}: {status}")
    listed = stage.desks["auditor"].open("/darurat").page
    check.demand(not listed.xpath("//main//td"), "a glass is broken already")


def _run_of(page: Any) -> int:
    return int(page.xpath("//main//a[starts-with(@href, '/pekerjaan/')]/@href")[0].rsplit("/", 1)[1])


def _reviewed(stage: Stage, check: Check, emergency_id: int) -> None:
    """It stands on the Kabid's front page until the Kabid closes it; nobody else can."""
    kabid, address = stage.desks["kabid"], f"/darurat/{emergency_id}/tutup"
    verdict = {"verdict": "justified", "note": "Disk memang rusak; permohonan biasa menyusul."}
    for who, browser in stage.desks.people.items():
        if who != "kabid":
            status = browser.open("/").post(address, verdict).status_code
            check.demand(status == 403, f"{who} closed the review: {status}")
    check.demand("Tinjauan darurat" in kabid.open("/").text, "the Kabid's front page does not show it")
    kabid.open(f"/darurat/{emergency_id}").send(address, verdict)
    check.demand(label("emergency_verdict", "justified") in kabid.text, "the verdict is not shown")
    check.demand("Tinjauan darurat" not in kabid.open("/").text, "the front page still shows it")
