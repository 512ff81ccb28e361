from __future__ import annotations

import pytest

from portal.operations import host_keys, keys
from portal.store.models import Run, Server
from tests.support import machines
from tests.support.machines import AT, HOST_KEY, OTHER_HOST_KEY

SEEN = keys.fingerprint(HOST_KEY)


@pytest.fixture
def server(cast, settings):
    return machines.enrolled(cast["agus"], settings)


@pytest.fixture
def proposed(cast, settings, server):
    host_keys.propose(server.id, machines.scanned(server, cast["agus"], settings).id, cast["agus"], at=AT)
    return server


def test_it_scans_then_proposes_then_is_approved_by_another(browser, cast, settings, server):
    agus, joko = browser("agus"), browser("joko")
    answer = agus.post(f"/server/{server.id}/tanya", {"kind": "host_key_scan", "key": "k" * 24})
    assert answer.status_code == 303
    run = Run.get(Run.kind == "host_key_scan")
    assert f'hx-get="/server/{server.id}/langkah"' in agus.get(f"/server/{server.id}").text
    result = {"type": "ssh-ed25519", "host_key": HOST_KEY, "fingerprint": SEEN}
    machines.finished(run, result=result)
    page = agus.get(f"/server/{server.id}").text
    assert f'hx-get="/server/{server.id}/langkah"' not in page
    assert SEEN in page
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in page
    agus.follow(agus.post(f"/server/{server.id}/kunci-host/ajukan", {"run_id": str(run.id)}))
    own = agus.get(f"/server/{server.id}").text
    assert "kunci-host/setujui" not in own
    page = joko.get(f"/server/{server.id}").text
    assert f'name="fingerprint" value="{SEEN}"' in page
    joko.post(f"/server/{server.id}/kunci-host/setujui", {"fingerprint": SEEN})
    assert Server.get().host_key_state == "approved"
    assert "Joko Widagdo" in agus.get(f"/server/{server.id}").text


def test_it_scans_once_for_a_double_click(browser, server):
    agus = browser("agus")
    for _ in range(2):
        agus.post(f"/server/{server.id}/tanya", {"kind": "host_key_scan", "key": "k" * 24})
    assert Run.select().count() == 1


def test_it_asks_again_while_an_answer_is_awaited_and_then_shows_the_page_anew(
    browser, cast, settings, server
):
    agus = browser("agus")
    agus.post(f"/server/{server.id}/tanya", {"kind": "host_key_scan", "key": "k" * 24})
    waiting = agus.get(f"/server/{server.id}/langkah", htmx=True)
    assert 'hx-trigger="every 1s"' in waiting.text
    assert "HX-Refresh" not in waiting.headers
    assert "<html" not in waiting.text
    machines.finished(Run.get(), state="failed", code="ssh.refused")
    done = agus.get(f"/server/{server.id}/langkah", htmx=True)
    assert done.headers["HX-Refresh"] == "true"
    assert "hx-trigger" not in done.text
    page = agus.get(f"/server/{server.id}/langkah").text
    assert "<html" in page
    assert "Server menolak sambungan" in page


def test_it_can_be_followed_without_script(browser, server):
    agus = browser("agus")
    agus.post(f"/server/{server.id}/tanya", {"kind": "host_key_scan", "key": "k" * 24})
    assert (
        f'<noscript><p><a class="btn btn-sm" href="/server/{server.id}">'
        in agus.get(f"/server/{server.id}").text
    )


def test_it_says_that_the_queue_is_away_or_the_workers_are(browser, cast, settings, server):
    agus = browser("agus")
    agus.post(f"/server/{server.id}/tanya", {"kind": "host_key_scan", "key": "k" * 24})
    assert "Antrean (Redis) tidak terjangkau" in agus.get(f"/server/{server.id}").text
    Run.update(queued_at=AT, enqueued_at=AT).execute()
    assert "Kemungkinan worker tidak berjalan" in agus.get(f"/server/{server.id}").text


def test_it_shows_both_fingerprints_when_the_key_changed(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    machines.scanned(server, cast["agus"], settings, OTHER_HOST_KEY)
    page = browser("agus").get(f"/server/{server.id}").text
    assert "Kunci host server ini berubah" in page
    assert SEEN in page
    assert keys.fingerprint(OTHER_HOST_KEY) in page
    assert "kunci-host/ajukan" in page


def test_it_shows_the_fingerprint_that_a_backup_met(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    run = machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)
    met = keys.fingerprint(OTHER_HOST_KEY)
    machines.finished(
        run, state="failed", code="ssh.host_key_changed", context={"found": met, "expected": SEEN}
    )
    page = browser("agus").get(f"/server/{server.id}").text
    assert met in page
    assert "Pindai kunci host" in page or "Pindai lagi" in page


@pytest.mark.parametrize("who", ["agus", "yusuf"])
def test_it_is_never_approved_by_an_administrator(browser, proposed, who):
    answer = browser(who).post(f"/server/{proposed.id}/kunci-host/setujui", {"fingerprint": SEEN})
    assert answer.status_code == 403
    assert Server.get().host_key_state == "proposed"


def test_it_refuses_an_approval_of_something_else(browser, proposed):
    answer = browser("joko").post(f"/server/{proposed.id}/kunci-host/setujui", {"fingerprint": "SHA256:lain"})
    assert answer.status_code == 409
    assert "bukan lagi yang diajukan" in answer.text
    assert Server.get().host_key_state == "proposed"


def test_it_is_refused_with_a_reason(browser, proposed):
    ratna = browser("ratna")
    path = f"/server/{proposed.id}/kunci-host/tolak"
    for note in ("", " \n ", "x" * 501, "nol\x00"):
        page = ratna.follow(ratna.post(path, {"fingerprint": SEEN, "note": note})).text
        assert "Penolakan memerlukan alasan" in page
        assert Server.get().host_key_state == "proposed"
    ratna.post(path, {"fingerprint": SEEN, "note": "Di konsol <b>lain</b>."})
    assert Server.get().host_key_state == "none"
    assert "Di konsol &lt;b&gt;lain&lt;/b&gt;." in ratna.get(f"/server/{proposed.id}").text


@pytest.mark.parametrize("run_id", ["", "x", "-1", "999", "9" * 40])
def test_it_proposes_only_what_a_scan_found(browser, server, run_id):
    answer = browser("agus").post(f"/server/{server.id}/kunci-host/ajukan", {"run_id": run_id})
    assert answer.status_code == 409
    assert Server.get().host_key_state == "none"
