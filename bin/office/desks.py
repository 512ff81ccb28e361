"""What each person of the practice office does in the browser, one deed a method."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from office.browser import Browser, PageError, Values
from portal.web.messages import label

ENDED = {
    label("run_state", state) for state in ("succeeded", "incomplete", "failed", "cancelled", "interrupted")
}
RUN_SECONDS = 120


class Desks:
    """Everybody signed in, and the deeds of the SOP through the pages."""

    def __init__(self, url: str, passwords: Mapping[str, str]) -> None:
        self.people = {name: Browser(url, name, password) for name, password in passwords.items()}

    def __getitem__(self, name: str) -> Browser:
        return self.people[name]

    def submit(self, reason: str, folders: str, **changes: str | list[str]) -> int:
        """Fill FM 001 and send it; the request's id."""
        person = self["pegawai"].open("/permohonan/baru")
        values: dict[str, str | list[str]] = {
            "has_server": "on",
            "server_name": "situs-laboratorium",
            "has_folder": "on",
            "folders": folders,
            "services": ["backup_files"],
            "frequency": "daily",
            "retention_days": "90",
            "reason": reason,
            **changes,
        }
        person.send("/permohonan/baru", {**values, "do": "send"})
        return _id_in(person.path, r"/permohonan/(\d+)$")

    def decide(self, who: str, request_id: int, action: str, values: Values | None = None) -> str:
        """Open the request and send the form of one action; what the page then says."""
        person = self[who].open(f"/permohonan/{request_id}")
        person.send(f"/permohonan/{request_id}/keputusan", values or {}, action=action)
        return person.text

    def forward(self, request_id: int, *steps: tuple[str, str]) -> None:
        """Several decisions in a row that need nothing but the click."""
        for who, action in steps:
            self.decide(who, request_id, action)

    def grant(self, request_id: int, server_id: int, folders: str) -> str:
        """The Kasubbid's approval with its scope."""
        scope = {
            "server_id": str(server_id),
            "folders": folders,
            "services": ["backup_files"],
            "term_months": "12",
        }
        return self.decide(
            "kasubbid", request_id, "approve", {**scope, "note": "Sesuai spesifikasi layanan."}
        )

    def state(self, request_id: int, who: str = "pegawai") -> str:
        """The step's label as the page's head shows it."""
        page = self[who].open(f"/permohonan/{request_id}").page
        badges = page.xpath("//header//*[contains(concat(' ', @class, ' '), ' lb-badge ')]")
        return " / ".join(badge.text_content().strip() for badge in badges)

    def revision(self, request_id: int, who: str) -> str:
        """The revision that the page's forms carry, from somebody who sees one."""
        page = self[who].open(f"/permohonan/{request_id}").page
        found = page.xpath("//input[@name='revision']/@value")
        return found[0] if found else "0"

    def start_run(self, request_id: int, who: str = "administrator") -> int:
        """Press "Mulai backup" on the request's page; the run's id."""
        person = self[who].open(f"/permohonan/{request_id}")
        person.send(f"/permohonan/{request_id}/pekerjaan", {})
        return _id_in(person.path, r"/pekerjaan/(\d+)$")

    def start_restore_test(self, request_id: int) -> int:
        """Press "Uji pemulihan" by the newest copy of the request; the run's id."""
        person = self["administrator"].open(f"/permohonan/{request_id}")
        action = next(
            form.get("action")
            for form in person.page.forms
            if re.search(r"/snapshot/\d+/uji$", form.get("action") or "")
        )
        person.send(action, {})
        return _id_in(person.path, r"/pekerjaan/(\d+)$")

    def run_state(self, run_id: int) -> str:
        """The run's state as its page shows it."""
        page = self["administrator"].open(f"/pekerjaan/{run_id}").page
        badges = page.xpath("//main//*[contains(concat(' ', @class, ' '), ' lb-badge ')]")
        return badges[0].text_content().strip() if badges else ""

    def await_run(self, run_id: int, seconds: float = RUN_SECONDS) -> str:
        """Watch a run until it has ended; its state."""
        deadline = time.monotonic() + seconds
        while (state := self.run_state(run_id)) not in ENDED:
            if time.monotonic() > deadline:
                raise PageError(f"run {run_id} is still {state}")
            time.sleep(0.3)
        return state

    def evidence(self, run_id: int) -> dict[str, Any]:
        """The run's evidence as its page offers it."""
        found: dict[str, Any] = json.loads(self["administrator"].download(f"/pekerjaan/{run_id}/bukti.json"))
        return found

    def enrol(self, name: str, port: int, username: str) -> tuple[int, str]:
        """Enrol a server with a new key; its id and the line for authorized_keys."""
        person = self["administrator"].open("/server/baru")
        form = {
            "name": name,
            "address": "127.0.0.1",
            "port": str(port),
            "username": username,
            "key_choice": "new",
        }
        person.send("/server/baru", form)
        server_id = _id_in(person.path, r"/server/(\d+)$")
        return server_id, person.download(f"/server/{server_id}/kunci.pub").decode().strip()

    def ask(self, server_id: int, kind: str, path: str = "") -> int:
        """Start an inquiry and watch it to its end; the run's id."""
        person = self["administrator"].open(f"/server/{server_id}")
        answer = person.post(
            f"/server/{server_id}/tanya", {"kind": kind, "path": path, "key": secrets.token_urlsafe(24)}
        )
        if answer.status_code not in (200, 303):
            raise PageError(f"inquiry {kind}: {answer.status_code}")
        page = person.open("/pekerjaan?tanya=1").page
        run_id = max(
            int(link.rsplit("/", 1)[1])
            for link in page.xpath("//a/@href")
            if re.fullmatch(r"/pekerjaan/\d+", link)
        )
        state = self.await_run(run_id)
        if state != label("run_state", "succeeded"):
            raise PageError(f"inquiry {kind} of server {server_id}: {state}")
        return run_id

    def approve_host_key(self, server_id: int, fingerprint: str) -> None:
        """Scan, propose, and let a second person compare and approve. Raises PageError when another key is shown."""
        self.ask(server_id, "host_key_scan")
        person = self["administrator"].open(f"/server/{server_id}")
        person.send(f"/server/{server_id}/kunci-host/ajukan", {})
        approver = self["kasubbid"].open(f"/server/{server_id}")
        approver.send(f"/server/{server_id}/kunci-host/setujui", {}, fingerprint=fingerprint)

    def choose(self, server_id: int, path: str) -> None:
        """Put a folder of the server on the list."""
        person = self["administrator"].open(f"/server/{server_id}")
        measured = self.ask(server_id, "measure", path)
        answer = person.post(f"/server/{server_id}/sumber", {"path": path, "measured_by": str(measured)})
        if answer.status_code not in (200, 303):
            raise PageError(f"folder {path}: {answer.status_code}")


def in_a_week() -> str:
    """A date that postpones."""
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


def _id_in(path: str, pattern: str) -> int:
    found = re.search(pattern, path)
    if not found:
        raise PageError(f"{path} is not {pattern}")
    return int(found.group(1))
