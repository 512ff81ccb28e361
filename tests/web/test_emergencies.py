"""Break-glass through the pages: by role, with its reason, to the Kabid's verdict."""

from __future__ import annotations

import pytest

from portal.operations import emergencies
from portal.store import db
from portal.store.models import Emergency, Finding, Run, Source
from schemas.emergency import EmergencyForm
from tests.support import copies, machines

REASON = "Disk server berbunyi dan SMART melaporkan sektor rusak sejak pukul satu."


@pytest.fixture
def server(app, cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def opened(server, cast, settings):
    form = EmergencyForm(sources=[Source.get().id], reason=REASON, sure="on")
    return emergencies.break_glass(server.id, form, cast["agus"], "k" * 20, at=db.now(), settings=settings)


def sent(server, **changes):
    form = {
        "server_id": str(server.id),
        "sources": [str(Source.get().id)],
        "reason": REASON,
        "sure": "1",
        "key": "n" * 20,
    }
    return form | changes


def test_it_goes_from_the_alarm_to_the_verdict(browser, server, settings):
    agus, ratna = browser("agus"), browser("ratna")
    assert "Belum pernah ada backup darurat" in agus.get("/darurat").text
    assert "Server yang harus disalin" in agus.get("/darurat/baru").text
    form = agus.get(f"/darurat/baru?server={server.id}").text
    assert "/srv/www" in form
    assert " checked" in form
    page = agus.follow(agus.post("/darurat/baru", sent(server))).text
    assert REASON in page
    assert "Menunggu tinjauan" in page
    assert "Tutup tinjauan" not in page
    emergency = Emergency.get()
    assert "Tinjauan darurat" in ratna.get("/").text
    assert "Pekerjaannya belum selesai" in ratna.get(f"/darurat/{emergency.id}").text
    machines.kept(emergency.run, settings, at=db.now())
    assert "Tutup tinjauan" in ratna.get(f"/darurat/{emergency.id}").text
    verdict = {"verdict": "unjustified", "note": "Dapat menunggu permohonan pagi harinya."}
    done = ratna.follow(ratna.post(f"/darurat/{emergency.id}/tutup", verdict)).text
    assert "Tidak dapat dibenarkan" in done
    assert "Dapat menunggu permohonan pagi harinya." in browser("tono").get(f"/darurat/{emergency.id}").text
    assert "Tinjauan darurat" not in ratna.get("/").text
    assert "Tidak ada yang cocok" in ratna.get("/darurat?keadaan=open").text
    assert "Backup darurat dijalankan" in browser("tono").get("/audit").text


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("joko", (200, 200, 403)),
        ("agus", (200, 200, 403)),
        ("ratna", (200, 403, 303)),
        ("hendro", (200, 403, 403)),
        ("tono", (200, 403, 403)),
        ("sari", (403, 403, 403)),
        ("sri", (403, 403, 403)),
    ],
)
def test_each_does_what_is_theirs(browser, server, opened, who, allowed):
    read, new, close = allowed
    machines.finished(opened.run, state="failed", code="ssh.unreachable")
    person = browser(who)
    assert person.get("/darurat").status_code == read
    assert person.get(f"/darurat/{opened.id}").status_code == read
    assert person.get(f"/darurat/baru?server={server.id}").status_code == new
    assert person.post("/darurat/baru", sent(server)).status_code == (303 if new == 200 else 403)
    verdict = {"verdict": "justified", "note": "Memang tidak dapat menunggu."}
    assert person.post(f"/darurat/{opened.id}/tutup", verdict).status_code == close
    assert browser().get("/darurat").status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sources": []}, "Centang paling sedikit satu folder"),
        ({"sources": ["x"]}, "Centang paling sedikit satu folder"),
        ({"sources": ["999"]}, "bukan milik server"),
        ({"reason": "darurat"}, "Terlalu pendek"),
        ({"sure": ""}, "Centang pernyataan ini"),
    ],
)
def test_it_says_what_is_missing_and_breaks_nothing(browser, server, change, words):
    answer = browser("agus").post("/darurat/baru", sent(server, **change))
    assert answer.status_code == 422
    assert words in answer.text
    assert "(kode:" not in answer.text
    assert REASON in answer.text or "reason" in change
    assert (Emergency.select().count(), Run.select().where(Run.kind == "backup").count()) == (0, 0)


@pytest.mark.parametrize(("change", "words"), [({"verdict": ""}, "Wajib diisi"), ({"note": "ya"}, "Terlalu pendek"),
                                               ({"verdict": "entah"}, "Pilih salah satu")])  # fmt: skip
def test_a_verdict_is_one_with_a_note(browser, opened, change, words):
    machines.finished(opened.run, state="failed", code="ssh.unreachable")
    verdict = {"verdict": "justified", "note": "Memang tidak dapat menunggu."}
    answer = browser("ratna").post(f"/darurat/{opened.id}/tutup", verdict | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert Emergency.get().closed_at is None


def test_its_copy_and_run_name_the_emergency_everywhere(browser, server, opened, settings):
    snapshot = copies.indexed(machines.kept(opened.run, settings, at=db.now()), settings)
    name = f"Darurat #{opened.id}"
    for path in (f"/server/{server.id}", f"/server/{server.id}/cadangan", f"/server/{server.id}/cadangan/{snapshot.id}",
                 "/pekerjaan", f"/pekerjaan/{opened.run_id}"):  # fmt: skip
        answer = browser("agus").get(path)
        assert answer.status_code == 200, path
        assert name in answer.text, path


def test_what_failed_is_started_again_by_either_who_may(browser, opened):
    machines.finished(opened.run, state="failed", code="ssh.unreachable")
    joko = browser("joko")
    assert "Mulai lagi" in joko.get(f"/pekerjaan/{opened.run_id}").text
    answer = joko.post(f"/pekerjaan/{opened.run_id}/ulang", {"key": "m" * 20})
    assert answer.status_code == 303
    again = Run.select().order_by(Run.id.desc()).get()
    assert (answer.location, again.spec["emergency_id"]) == (f"/pekerjaan/{again.id}", opened.id)
    joko.post(f"/pekerjaan/{again.id}/batal")
    assert Run.get_by_id(again.id).state == "cancelled"


def test_a_late_review_is_a_finding_that_leads_to_it(browser, cast, opened, settings):
    Emergency.update(opened_at=machines.AT).execute()
    emergencies.raise_overdue(machines.AT.replace(month=12), settings)
    page = browser("joko").get("/temuan").text
    assert f'href="/darurat/{opened.id}"' in page
    assert "belum ditutup setelah 3 hari kerja" in page
    assert "Tutup temuan" not in page
    assert "(kode:" not in page
    assert (
        browser("joko").post(f"/temuan/{Finding.get().id}/tutup", {"note": "Sudah dibicarakan."}).status_code
        == 409
    )


@pytest.mark.parametrize(
    "path", ["/darurat/9", "/darurat/baru?server=9", "/darurat/baru?server=%00", "/darurat?keadaan=x"]
)
def test_it_answers_whatever_stands_in_the_address(browser, server, path):
    assert browser("agus").get(path).status_code == (404 if path.endswith("/9") else 200)


def test_it_says_when_no_server_is_ready(browser):
    assert "Belum ada server yang siap" in browser("agus").get("/darurat/baru").text
