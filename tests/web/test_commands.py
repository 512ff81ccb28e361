from __future__ import annotations

import re

import pytest

from portal.operations import commands
from portal.store.models import Grant, Server
from schemas.commands import CommandsForm
from tests.support import desks, machines

STOP, START = "sudo systemctl stop 'Surat <b>'", "sudo systemctl start surat"


@pytest.fixture
def server(app, cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


def test_an_administrator_writes_the_commands_of_a_server(browser, server):
    agus, address = browser("agus"), f"/server/{server.id}/perintah"
    assert "Tidak ada perintah" in agus.get(f"/server/{server.id}").text
    assert agus.post(address, {"before": STOP, "after": START}).status_code == 303
    assert (Server.get().before, Server.get().after) == (STOP, START)
    page = agus.get(f"/server/{server.id}").text
    assert "sudo systemctl stop &#39;Surat &lt;b&gt;&#39;" in page
    assert START in agus.get(address).text


@pytest.mark.parametrize(
    ("line", "problem"),
    [("systemctl stop a && sync", "tidak lewat shell"), ("echo 'a", "kutip yang tidak ditutup")],
)
def test_it_says_what_is_wrong_with_a_command_and_keeps_it(browser, server, line, problem):
    answer = browser("agus").post(f"/server/{server.id}/perintah", {"before": line, "after": START})
    assert answer.status_code == 422
    assert problem in answer.text
    assert START in answer.text
    assert Server.get().after == ""


def test_nobody_else_writes_them(browser, server):
    for who in ("joko", "sari", "ratna", "dewi"):
        answer = browser(who).post(f"/server/{server.id}/perintah", {"before": "reboot"})
        assert answer.status_code == 403
    assert Server.get().before == ""


def test_the_kasubbid_sees_them_and_approves_those_and_no_others(browser, cast, settings):
    file = desks.file(settings, cast).walk("specification_selection")
    file.scope()
    commands.write(file.server.id, CommandsForm(before=STOP, after=START), cast["agus"], at=file.at)
    joko, address = browser("joko"), f"/permohonan/{file.request_id}"
    page = joko.get(address).text
    assert START in page
    shown = re.search(r'name="commands" value="([^"]+)"', page)[1]
    sent = {"action": "approve", "revision": file.row.revision, "server_id": file.server.id, "folders": desks.FOLDER,
            "services": ["backup_files"], "term_months": "12", "commands": [shown]}  # fmt: skip
    commands.write(file.server.id, CommandsForm(before="reboot"), cast["agus"], at=file.at)
    answer = joko.post(f"{address}/keputusan", sent)
    assert answer.status_code == 422
    assert "berubah setelah halaman ini dibuka" in answer.text
    again = re.search(r'name="commands" value="([^"]+)"', answer.text)[1]
    assert again != shown
    assert joko.post(f"{address}/keputusan", sent | {"commands": [again]}).status_code == 303
    assert Grant.get().scope["before"] == ["reboot"]
    assert "reboot" in joko.get(address).text


def test_a_run_that_left_a_service_standing_says_so(browser, server, cast, settings):
    request = machines.approved(cast["sari"], cast["joko"], server)
    run = machines.started(request, cast["agus"], settings)
    machines.finished(
        run, state="failed", code="source.missing", context={"path": "/srv/www", "after_failed": START}
    )
    page = browser("agus").get(f"/pekerjaan/{run.id}").text
    assert f"Perintah sesudah backup juga gagal di server ({START})" in page
