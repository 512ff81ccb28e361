"""The desk around the inbox: one press, a request beside the list, taking back, without script as well."""

from __future__ import annotations

import re
from collections.abc import Callable

from portal.store.models import BackupRequest, Disposition
from tests.support import policies
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form
from tests.web.test_inbox import numbers, several

Open = Callable[..., Browser]


def step(request_id: int) -> str:
    return str(BackupRequest.get_by_id(request_id).step)


def beside(page: str) -> int | None:
    """The request that is shown beside the list."""
    found = re.search(r'data-preview-of="(\d+)"', page)
    return int(found.group(1)) if found else None


def fields(page: str, request_id: int) -> dict[str, str]:
    """The hidden fields of the one-press form of a line."""
    forms = re.findall(r'<form method="post" action="/kotak-masuk[^"]*".*?</form>', page, re.S)
    form = next(text for text in forms if f'name="request_id" value="{request_id}"' in text)
    found = dict(re.findall(r'name="([a-z_]+)" value="([^"]*)"', form))
    return {name: value for name, value in found.items() if name != "csrf_token"}


def test_one_press_passes_on_with_the_standard_instruction(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    hendro = browser("hendro")
    sent = fields(hendro.get("/kotak-masuk").text, request_id)
    answer = hendro.post("/kotak-masuk", sent)
    assert (answer.status_code, answer.location) == (303, "/kotak-masuk")
    assert "sekarang di meja Kabid PJKKD" in hendro.follow(answer).text
    last = Disposition.select().order_by(Disposition.id.desc()).first()
    assert (last.action, last.instructions) == ("forward", ["process"])


def test_what_was_pressed_is_taken_back_from_the_list(browser: Open) -> None:
    request_id = send_form(browser)
    bambang = browser("bambang")
    bambang.post("/kotak-masuk", fields(bambang.get("/kotak-masuk").text, request_id))
    page = bambang.get("/kotak-masuk").text
    assert "Masih dapat Anda batalkan" in page
    sent = fields(page, request_id)
    assert sent["action"] == "undo"
    told = bambang.follow(bambang.post("/kotak-masuk", sent)).text
    assert "Keputusan Anda dibatalkan" in told
    assert numbers(told) == [BackupRequest.get_by_id(request_id).number]
    assert "Masih dapat Anda batalkan" not in told


def test_what_was_opened_is_no_longer_offered_to_be_taken_back(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    assert browser("hendro").get(f"/kotak-masuk/{request_id}", htmx=True).status_code == 200
    page = browser("bambang").get("/kotak-masuk").text
    assert "Masih dapat Anda batalkan" not in page
    sent = {"action": "undo", "request_id": str(request_id), "revision": "2"}
    answer = browser("bambang").post("/kotak-masuk", sent, htmx=True)
    assert "sudah membuka permohonan ini" in answer.text


def test_nobody_selects_blind(browser: Open, cast) -> None:
    """One press at the Kabid's desk only where every rule of the policy is met, whatever is sent."""
    policies.publish(cast["joko"])
    good = send_form(browser)
    bad = send_form(browser, draft_key="kunci-simpan-lama", retention_days="3000")
    for request_id in (good, bad):
        decide(browser, "bambang", request_id, "forward")
        decide(browser, "hendro", request_id, "forward")
    ratna = browser("ratna")
    page = ratna.get("/kotak-masuk").text
    sent = fields(page, good)
    assert f'name="request_id" value="{bad}"' not in page
    refused = ratna.post("/kotak-masuk", sent | {"request_id": str(bad)}, htmx=True)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (409, "#pratinjau")
    assert "Periksa dahulu" in refused.text
    assert step(bad) == "policy_selection"
    plain = ratna.follow(ratna.post("/kotak-masuk", sent | {"request_id": str(bad)})).text
    assert "Periksa dahulu" in plain
    assert ratna.post("/kotak-masuk", sent, htmx=True).status_code == 200
    assert step(good) == "specification_selection"


def test_an_approval_against_the_policy_names_the_rules_before(browser: Open, cast) -> None:
    policies.publish(cast["joko"])
    request_id = send_form(browser, retention_days="3000")
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward")
    shown = browser("ratna").get(f"/kotak-masuk/{request_id}", htmx=True).text
    assert "Anda menyetujui permohonan ini walaupun" in shown
    assert "Hasil seleksi" in shown


def test_the_next_request_opens_after_a_decision(browser: Open) -> None:
    first, second, third = several(browser, 3)
    bambang = browser("bambang")
    bambang.get("/kotak-masuk")
    sent = {"from": "preview", "action": "forward", "revision": "1", "note": "Mohon dibantu."}
    answer = bambang.post("/kotak-masuk", sent | {"request_id": str(second)}, htmx=True)
    assert beside(answer.text) == third
    assert 'hx-swap-oob="innerHTML:#kabar"' in answer.text
    answer = bambang.post("/kotak-masuk", sent | {"request_id": str(third)}, htmx=True)
    assert beside(answer.text) == first
    answer = bambang.post("/kotak-masuk", sent | {"request_id": str(first)}, htmx=True)
    assert beside(answer.text) is None
    assert "Semua sudah diputuskan" in answer.text


def test_what_could_not_be_taken_comes_back_beside_the_list(browser: Open) -> None:
    request_id = send_form(browser)
    bambang = browser("bambang")
    bambang.get("/kotak-masuk")
    sent = {"from": "preview", "action": "return", "revision": "1", "request_id": str(request_id)}
    answer = bambang.post("/kotak-masuk", sent | {"note": "Belum jelas.", "marked_fields": []}, htmx=True)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#pratinjau")
    assert "Belum jelas." in answer.text
    assert "data-modal" in answer.text
    plain = bambang.post("/kotak-masuk", sent | {"note": "Belum jelas."})
    assert plain.status_code == 422
    assert "Belum jelas." in plain.text


def test_it_is_for_officials_who_may_see_the_request(browser: Open) -> None:
    request_id = send_form(browser)
    for who, status in (("sari", 403), ("tono", 403), ("wulan", 403), ("bambang", 200)):
        assert browser(who).get(f"/kotak-masuk/{request_id}", htmx=True).status_code == status, who
    assert browser("sari").post("/kotak-masuk", {"action": "forward"}).status_code == 403
    bambang = browser("bambang")
    assert bambang.get(f"/kotak-masuk/{request_id}").location == f"/permohonan/{request_id}"
    for odd in (
        {},
        {"request_id": "x"},
        {"request_id": "999999", "action": "undo"},
        {"request_id": "999999"},
    ):
        assert bambang.post("/kotak-masuk", odd).status_code in (303, 404, 422), odd


def test_it_keeps_the_filters_of_the_list(browser: Open) -> None:
    first, _second = several(browser, 2)
    bambang = browser("bambang")
    page = bambang.get("/kotak-masuk?cari=sari&x=%3Cb%3E").text
    assert 'action="/kotak-masuk?cari=sari"' in page
    answer = bambang.post("/kotak-masuk?cari=sari", fields(page, first))
    assert answer.location == "/kotak-masuk?cari=sari"
