"""The scene of the demonstration about the second vault: on another machine, filled by the clock, whole on its own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from pathlib import Path

from office import compare
from office.browser import PageError
from office.instance import Instance
from office.scenes import SUCCEEDED, Stage, restic
from office.sshd import PracticeServer, free_port
from portal.operations import vault_keys
from portal.store import db

PATIENCE_SECONDS = 120


def copied(stage: Stage, instance: Instance) -> None:
    """The clock copies every copy to another machine over SFTP; plain restic brings the folder back from there."""
    machine = PracticeServer(stage.out / "second" / "sshd", free_port())
    place = stage.out / "second" / "vault"
    place.mkdir(parents=True)
    with stage.checks.that("vault.second_copy") as check:
        try:
            machine.start()
            _set_up(stage, instance, machine, place)
            run_id = _awaited(stage)
            state = stage.desks.await_run(run_id)
            check.demand(state == SUCCEEDED, state)
            there = {
                item["original"]: item["id"]
                for item in json.loads(_restic_there(stage, place, "snapshots", "--json"))
            }
            mine = {item["id"] for item in json.loads(restic(stage, "snapshots", "--json"))}
            check.demand(there.keys() == mine, f"{len(there)} of {len(mine)} copies are there")
            restored = stage.out / "second" / "pulih"
            _restic_there(stage, place, "restore", there[stage.snapshot], "--target", str(restored))
            found = compare.differences(stage.tree, restored / str(stage.tree).lstrip("/"))
            check.demand(not found, "; ".join(found))
            shutil.rmtree(restored)
            page = stage.desks["kasubbid"].open(f"/server/{stage.server_id}").text
            check.demand(re.search(r"Salinan kedua\s*\d", page), "the server's page does not show its age")
            check.detail = (
                f"run {run_id} of the clock: {len(there)} copies over SFTP, the folder came back the same"
            )
        finally:
            machine.stop()


def _set_up(stage: Stage, instance: Instance, machine: PracticeServer, place: Path) -> None:
    """What the system's administrator does: the key there, the host key here, the setting, a new start."""
    at, settings = db.now(), stage.settings
    with db.connection():
        machine.authorize(vault_keys.public_key(vault_keys.SECOND, at=at, settings=settings))
        host_key = (machine.folder / "host_key.pub").read_text(encoding="ascii")
        vault_keys.trust(vault_keys.SECOND, host_key, at=at, settings=settings)
    instance.stop()
    instance.environment |= {
        "LUMBUNG_SECOND_VAULT": f"sftp:{machine.username}@127.0.0.1:{place}",
        "LUMBUNG_SECOND_VAULT_PORT": str(machine.port),
    }
    instance.start()


def _awaited(stage: Stage) -> int:
    """The run that the clock starts by itself; its id. Raises PageError."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    address = f"/pekerjaan?jenis=copy&server={stage.server_id}"
    while time.monotonic() < deadline:
        links = stage.desks["administrator"].open(address).page.xpath("//main//a/@href")
        ids = [int(link.rsplit("/", 1)[1]) for link in links if re.fullmatch(r"/pekerjaan/\d+", link)]
        if ids:
            return max(ids)
        time.sleep(0.5)
    raise PageError("the clock did not copy")


def _restic_there(stage: Stage, place: Path, *words: str) -> str:
    """What plain restic says of the second vault, on its own machine."""
    password = stage.settings.secrets_path / "restic" / str(stage.server_id)
    argv = ["restic", "--no-lock", "--no-cache", "-r", str(place / str(stage.server_id)),
            "--password-file", str(password), *words]  # fmt: skip
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout
