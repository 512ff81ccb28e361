"""Deciding on the screen: what is offered, what is said by the field, and who was first."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from portal.store.models import BackupRequest, Disposition, Server, User
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form

Open = Callable[..., Browser]
TO_SPECIFICATION = (("bambang", "forward"), ("hendro", "forward"), ("ratna", "approve"))


@pytest.fixture
def server(cast: dict[str, User]) -> Server:
    return Server.create(name="web", address="10.0.0.9", username="root", created_by=cast["agus"])


def walk(browser: Open, *moves: tuple[str, str], **form: object) -> int:
    request_id = send_form(browser, **form)
    for who, action in moves:
        decide(browser, who, request_id, action)
    return request_id


def post(person: Browser, request_id: int, action: str, **sent: object):
    revision = str(BackupRequest.get_by_id(request_id).revision)
    return person.post(
        f"/permohonan/{request_id}/keputusan", {"action": action, "revision": revision, **sent}
    )


def problem(page: str, place: str) -> str:
    """The sentence at the place for errors `place`."""
    found = re.search(rf'id="{place}-error"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert found, f"no place {place}"
    return re.sub(r"<[^>]+>", "", found.group(1)).strip()


def offered(page: str) -> list[str]:
    return re.findall(r'name="action" value="(\w+)"', page)


def test_it_offers_each_desk_its_moves_and_others_none(browser: Open) -> None:
    request_id = walk(browser)
    page = f"/permohonan/{request_id}"
    assert offered(browser("bambang").get(page).text) == ["forward", "return"]
    assert offered(browser("sari").get(page).text) == ["withdraw"]
    for who in ("hendro", "ratna", "joko", "agus", "dewi", "tono"):
        assert offered(browser(who).get(page).text) == [], who


def test_it_asks_once_more_before_it_counts(browser: Open) -> None:
    page = browser("bambang").get(f"/permohonan/{walk(browser)}").text
    dialog = re.search(r'<dialog class="lb-dialog" id="tindakan-forward-sure".*?</dialog>', page, re.DOTALL)
    assert dialog, "with script a dialog asks"
    assert "pindah ke meja" in dialog.group(0)
    assert "Kepala PPIKSN" in dialog.group(0)
    assert re.search(r'<noscript>.*?name="sure"[^>]*required', page, re.DOTALL), "without script a tick"


def test_it_says_where_the_file_now_lies(browser: Open) -> None:
    request_id = walk(browser)
    bambang = browser("bambang")
    page = bambang.follow(post(bambang, request_id, "forward")).text
    assert (
        "Diteruskan. Permohonan PB-2026-0001 sekarang di meja Kepala PPIKSN (Ir. Hendro Santoso, M.T.)"
        in page
    )


def test_it_shows_what_the_desk_before_has_said(browser: Open) -> None:
    request_id = walk(browser, ("bambang", "forward"))
    decide(browser, "hendro", request_id, "forward", note="Telaah <segera>.", instructions=["study"])
    page = browser("ratna").get(f"/permohonan/{request_id}").text
    before = re.search(r'<blockquote class="lb-before">.*?</blockquote>', page, re.DOTALL).group(0)
    assert "Telaah &lt;segera&gt;." in before
    assert "dipelajari dan ditelaah" in before


@pytest.mark.parametrize(
    ("sent", "place", "said"),
    [
        ({"marked_fields": ["reason"]}, "tindakan-return-note", "catatan"),
        ({"note": "Lengkapi."}, "tindakan-return-marked_fields", "Tandai"),
        ({"note": "Lengkapi.", "marked_fields": ["password"]}, "tindakan-return-marked_fields", "Tandai"),
        ({"note": "x" * 2001, "marked_fields": ["reason"]}, "tindakan-return-note", "Terlalu panjang"),
        ({"note": "a\0b", "marked_fields": ["reason"]}, "tindakan-return-note", "karakter"),
    ],
)
def test_it_says_by_the_field_what_a_return_lacks(browser: Open, sent, place: str, said: str) -> None:
    request_id = walk(browser)
    answer = post(browser("bambang"), request_id, "return", **sent)
    assert answer.status_code == 422
    assert said in problem(answer.text, place)
    assert "Keputusan Anda belum tercatat" in answer.text
    assert BackupRequest.get_by_id(request_id).step == "unit_note"


@pytest.mark.parametrize(
    ("sent", "place", "said"),
    [
        ({"server_id": ""}, "server_id", "Pilih server"),
        ({"server_id": "999"}, "server_id", "tidak ada"),
        ({"server_id": "1 OR 1=1"}, "server_id", "tidak ada"),
        ({"server_id": "9" * 40}, "server_id", "tidak ada"),
        ({"folders": ""}, "grant-folders", "paling sedikit satu folder"),
        ({"folders": "/srv/www\n\n-oProxyCommand=x"}, "grant-folders", "Baris 3"),
        ({"folders": "/srv/www\n/srv/../etc"}, "grant-folders", "Baris 2"),
        ({"folders": "/"}, "grant-folders", "Baris 1"),
        ({"services": []}, "tindakan-approve-services", "paling sedikit satu layanan"),
        ({"services": ["mirror_files"]}, "tindakan-approve-services", "tidak diminta"),
        ({"term_months": "0"}, "term_months", "1 bulan"),
        ({"term_months": "seumur hidup"}, "term_months", "jumlah bulan"),
        ({"term_months": ""}, "term_months", "Wajib"),
    ],
)
def test_it_says_by_the_field_what_a_grant_lacks(browser: Open, server: Server, sent, place, said) -> None:
    request_id = walk(browser, *TO_SPECIFICATION)
    usual = {"server_id": str(server.id), "folders": "/srv/web", "services": ["backup_files"], "term_months": "7",
             "note": "Catatan yang tetap ada.", "instructions": ["report"]}  # fmt: skip
    answer = post(browser("joko"), request_id, "approve", **(usual | sent))
    assert answer.status_code == 422
    assert said in problem(answer.text, place)
    assert "Catatan yang tetap ada." in answer.text
    assert re.search(r'value="report" checked', answer.text)
    if "term_months" not in sent:
        assert re.search(r'name="term_months"[^>]*value="7"', answer.text)
    assert BackupRequest.get_by_id(request_id).step == "specification_selection"


def test_it_offers_the_asked_paths_and_server_to_the_kasubbid(browser: Open, server: Server) -> None:
    request_id = walk(browser, *TO_SPECIFICATION, has_server="on", server_name="WEB",
                      folders="/srv/web\nseluruh arsip lama")  # fmt: skip
    page = browser("joko").get(f"/permohonan/{request_id}").text
    assert re.search(rf'<option value="{server.id}" selected>', page)
    assert re.search(r'id="grant-folders"[^>]*>\s*/srv/web</textarea>', page)
    assert "seluruh arsip lama" in page
    assert "/server/baru" in page


@pytest.mark.parametrize("until", ["", "2020-01-01", "kemarin", "9999-12-31", "2026-02-30"])
def test_it_says_by_the_date_why_it_cannot_be_put_off(browser: Open, server: Server, until: str) -> None:
    request_id = walk(browser, *TO_SPECIFICATION)
    grant = {
        "server_id": str(server.id),
        "folders": "/srv/web",
        "services": ["backup_files"],
        "term_months": "12",
    }
    decide(browser, "joko", request_id, "approve", **grant)
    answer = post(browser("agus"), request_id, "postpone", note="Server mati.", postponed_until=until)
    assert answer.status_code == 422
    assert "anggal" in problem(answer.text, "postponed_until")
    assert "Server mati." in answer.text


def test_it_tells_who_was_first_and_keeps_the_note(browser: Open) -> None:
    request_id = walk(browser)
    stale = browser("bambang")
    stale.get(f"/permohonan/{request_id}")
    decide(browser, "bambang", request_id, "forward")
    answer = stale.post(f"/permohonan/{request_id}/keputusan", {
        "action": "return", "revision": "1", "marked_fields": ["reason"], "note": "Catatan <saya>."})  # fmt: skip
    assert answer.status_code == 409
    assert "Dr. Bambang Prasetyo, M.Eng. memilih “Teruskan” pada" in answer.text
    assert "Catatan &lt;saya&gt;." in answer.text
    assert BackupRequest.get_by_id(request_id).step == "center_disposition"


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 40, "7", "1e3"])
def test_it_takes_no_nonsense_for_the_state_it_showed(browser: Open, revision: str) -> None:
    request_id = walk(browser)
    answer = browser("bambang").post(
        f"/permohonan/{request_id}/keputusan",
        {"action": "forward", "revision": revision, "note": "Tetap ada."},
    )
    assert answer.status_code in (409, 422)
    assert "Keputusan Anda belum tercatat" in answer.text
    assert "Tetap ada." in answer.text
    assert "(kode:" not in answer.text
    assert BackupRequest.get_by_id(request_id).step == "unit_note"


@pytest.mark.parametrize("action", ["", "approve", "FORWARD", "<script>", "forward\0", "x" * 5000])
def test_it_knows_no_other_actions(browser: Open, action: str) -> None:
    request_id = walk(browser)
    answer = post(browser("bambang"), request_id, action)
    assert answer.status_code == 409
    assert "<script>alert" not in answer.text
    assert "(kode:" not in answer.text
    assert Disposition.select().count() == 1


def test_it_refuses_a_form_without_its_token(browser: Open) -> None:
    request_id = walk(browser)
    bambang = browser("bambang")
    data = {"action": "forward", "revision": "1", "csrf_token": "lain"}
    assert bambang.client.post(f"/permohonan/{request_id}/keputusan", data=data).status_code == 400
    assert BackupRequest.get_by_id(request_id).step == "unit_note"


def test_it_lets_one_of_two_clicks_at_the_same_moment_count(browser: Open, server: Server) -> None:
    """Two administrators with the same page open."""
    request_id = walk(browser, *TO_SPECIFICATION)
    grant = {
        "server_id": str(server.id),
        "folders": "/srv/web",
        "services": ["backup_files"],
        "term_months": "12",
    }
    decide(browser, "joko", request_id, "approve", **grant)
    people, start, codes = [browser("agus"), browser("yusuf")], threading.Barrier(2), []
    for person in people:
        person.get(f"/permohonan/{request_id}")
    revision = str(BackupRequest.get_by_id(request_id).revision)

    def press(person: Browser) -> None:
        start.wait()
        sent = {"action": "follow_up", "revision": revision}
        codes.append(person.post(f"/permohonan/{request_id}/keputusan", sent).status_code)

    threads = [threading.Thread(target=press, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 409]
    assert Disposition.select().where(Disposition.action == "follow_up").count() == 1


def test_it_shows_the_outcome_only_once_it_stands(browser: Open) -> None:
    """What the Kasubbid refuses is the Kabid's to judge; the requester must not read it as refused yet."""
    request_id = walk(browser, *TO_SPECIFICATION)
    decide(browser, "joko", request_id, "refuse", note="Server terlalu tua.")
    header = re.compile(r'<header class="lb-header">.*?</header>', re.DOTALL)
    assert "Ditolak" not in header.search(browser("sari").get(f"/permohonan/{request_id}").text).group(0)
    decide(browser, "ratna", request_id, "refuse")
    assert "Ditolak" in header.search(browser("sari").get(f"/permohonan/{request_id}").text).group(0)


def test_it_explains_how_the_due_time_was_counted(browser: Open) -> None:
    request_id = walk(browser, ("bambang", "forward"), ("hendro", "forward"))
    row = BackupRequest.get_by_id(request_id)
    entered = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    BackupRequest.update(step_entered_at=entered, due_at=entered.replace(hour=8)).where(
        BackupRequest.id == row.id
    ).execute()
    page = browser("ratna").get(f"/permohonan/{request_id}").text
    table = re.search(r'<details class="lb-counted".*?</details>', page, re.DOTALL).group(0)
    assert re.findall(r"\d\d\.\d\d–\d\d\.\d\d", table) == ["09.00–12.00", "13.00–15.00", "12.00–13.00"]
    assert "Istirahat" in table


def test_it_throws_a_draft_away(browser: Open) -> None:
    sari = browser("sari")
    sari.post("/permohonan/baru", {"draft_key": "kunci-draf", "revision": "0", "reason": "x", "do": "save"})
    request_id = BackupRequest.get().id
    page = sari.follow(post(sari, request_id, "withdraw")).text
    assert "Draf dibuang" in page
    assert BackupRequest.get().step == "withdrawn"
