"""The scene of the demonstration about acting officials: a request is decided under Plh. and both names stay."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from typing import Any

from office.checks import Check
from office.scenes import TO_KABID, Stage
from portal.operations.letters import OFFICE_ZONE
from portal.store import db
from portal.web.messages import label

HOLDER, DEPUTY, POST = "Agus Prasetyo", "Siti Nurhayati", "Plh. Kepala Bidang"
LETTER = "ND-17/PPIKSN/PLH"


def plh(stage: Stage) -> None:
    """The Kabid names the Kabag TU; she decides from her own inbox, and no more once it has ended."""
    desks = stage.desks
    with stage.checks.that("delegation.plh") as check:
        first, second = (desks.submit(f"Data ukur yang ke-{number}.", "/srv/ukur") for number in (1, 2))
        for request_id in (first, second):
            desks.forward(request_id, *TO_KABID)
        revision = desks.revision(second, "kabid")
        address = f"/permohonan/{second}/keputusan"
        sent = {"action": "approve", "revision": revision, "note": ""}
        answer = desks["kabagtu"].post(address, sent)
        check.demand(answer.status_code == 403, f"before the mandate: {answer.status_code}")
        mandate = _named(stage)
        inbox = desks["kabagtu"].open("/kotak-masuk").text
        check.demand(f"sebagai {POST}" in inbox, "her inbox does not say by which post")
        desks.decide("kabagtu", first, "approve", {"note": "Sesuai kebijakan."})
        check.demand(label("step", "specification_selection") in desks.state(first), desks.state(first))
        desks["kabid"].open(mandate).send(f"{mandate}/akhiri", {"reason": "Kabid sudah kembali dari dinas."})
        late = desks["kabagtu"].post(address, sent)
        check.demand(late.status_code == 403, f"after its end: {late.status_code}")
        check.demand(LETTER in late.text, "the refusal does not name the letter")
        check.demand(label("step", "policy_selection") in desks.state(second), desks.state(second))
        _both_names(stage, check, first)
        check.detail = (
            f"{DEPUTY} decided as {POST} for {HOLDER}, read back from the sheet; refused once it had ended"
        )


def _named(stage: Stage) -> str:
    """Enter the letter at the Kabid's desk; the address of the mandate."""
    kabid = stage.desks["kabid"].open("/mandat/baru")
    today: date = db.now().astimezone(OFFICE_ZONE).date()
    kabid.send("/mandat/baru", {
        "post": _option(kabid.page, "post", HOLDER), "deputy_id": _option(kabid.page, "deputy_id", DEPUTY),
        "letter_number": LETTER, "letter_date": today.isoformat(), "first_day": today.isoformat(),
        "last_day": (today + timedelta(days=3)).isoformat(), "extent": "all"})  # fmt: skip
    return str(kabid.path)


def _option(page: Any, field: str, name: str) -> str:
    """The value of a field's choice that names this person."""
    return str(page.xpath(f"//select[@id='{field}']/option[contains(., '{name}')]/@value")[0])


def _both_names(stage: Stage, check: Check, request_id: int) -> None:
    """The sheet, the timeline and the trail tell who decided, for whom and by which letter."""
    path = stage.out / "papers" / "disposition_plh.pdf"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(stage.desks["pegawai"].download(f"/permohonan/{request_id}/disposisi.pdf"))
    argv = ["pdftotext", "-layout", str(path), "-"]
    said = " ".join(subprocess.run(argv, check=True, capture_output=True, text=True).stdout.split())
    for words in (POST, DEPUTY, HOLDER):
        check.demand(words in said, f"the sheet does not say {words}: {said[:300]}")
    page = " ".join(stage.desks["pegawai"].open(f"/permohonan/{request_id}").text.split())
    for words in (f"{DEPUTY} (untuk {HOLDER}, {LETTER})", POST):
        check.demand(words in page, f"the timeline does not say {words}")
    trail = stage.desks["auditor"].open("/audit").text
    for words in (DEPUTY, HOLDER, LETTER):
        check.demand(words in trail, f"the trail does not say {words}")
