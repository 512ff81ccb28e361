from __future__ import annotations

import re
import time

import pytest
from pyotp import TOTP

from app import create_app
from portal.config import Settings
from portal.store.models import SecondFactor, User
from tests.support.app import Browser
from tests.support.people import PASSWORD


def enrol(person: Browser) -> tuple[TOTP, list[str]]:
    assert person.post("/akun/faktor", {"password": PASSWORD}).status_code == 303
    page = person.get("/akun/faktor").text
    totp = TOTP(re.search(r'class="lb-key-text">([^<]+)<', page).group(1).replace(" ", ""))
    answer = person.post("/akun/faktor/pasang", {"code": totp.now()})
    assert answer.status_code == 200, answer.text
    return totp, re.findall(r"<li><code>([^<]+)</code></li>", answer.text)


def fresh(totp: TOTP) -> str:
    """A code that was not used yet: the next one, which counts already."""
    return totp.at(time.time() + 30)


def test_it_enrols_with_a_drawing_in_the_page_and_shows_codes_once(browser):
    sari = browser("sari")
    assert "Belum terpasang" in sari.get("/akun").text
    sari.post("/akun/faktor", {"password": PASSWORD})
    page = sari.get("/akun/faktor").text
    assert "<svg" in page
    assert "lb-qr" in page
    assert "style=" not in re.search(r"<svg[^>]*lb-qr.*?</svg>", page, re.DOTALL).group(0)
    assert "otpauth" not in page
    _, codes = enrol(browser("wulan"))
    assert len(codes) == 10
    assert codes[0] not in browser().get("/masuk").text


def test_the_code_is_a_step_of_its_own(browser):
    sari = browser("sari")
    totp, _ = enrol(sari)
    here = browser()
    here.get("/masuk?next=/akun")
    asked = here.post("/masuk", {"username": "sari", "password": PASSWORD, "next": "/akun"})
    assert asked.status_code == 200
    assert "Satu langkah lagi" in asked.text
    assert here.get("/akun").status_code == 302, "no session yet"
    assert "Satu langkah lagi" in here.get("/masuk/kode").text
    wrong = here.post("/masuk/kode", {"code": "000000", "next": "/akun"})
    assert wrong.status_code == 422
    assert "Kode tidak cocok" in wrong.text
    right = here.post("/masuk/kode", {"code": fresh(totp), "next": "/akun"})
    assert (right.status_code, right.location) == (303, "/akun")
    assert "Terpasang" in here.get("/akun").text


def test_without_a_ticket_it_begins_at_the_password(browser):
    assert browser().get("/masuk/kode").location.startswith("/masuk")
    answer = browser().post("/masuk/kode", {"code": "123456"})
    assert answer.status_code == 422
    assert "Mulai lagi dari kata sandi" in answer.text


def test_a_recovery_code_opens_too(browser):
    sari = browser("sari")
    _, codes = enrol(sari)
    here = browser()
    here.post("/masuk", {"username": "sari", "password": PASSWORD})
    assert here.post("/masuk/kode", {"code": codes[3]}).status_code == 303
    assert "Kode cadangan tersisa: 9" in here.get("/akun/faktor").text


def test_the_dialog_over_a_page_asks_for_the_code_too(browser):
    sari = browser("sari")
    totp, _ = enrol(sari)
    here = browser()
    here.get("/masuk")
    asked = here.post("/masuk", {"username": "sari", "password": PASSWORD}, htmx=True)
    assert 'hx-post="/masuk/kode"' in asked.text
    assert "<html" not in asked.text
    wrong = here.post("/masuk/kode", {"code": "1"}, htmx=True)
    assert wrong.status_code == 422
    assert "<dialog" in wrong.text
    assert "Anda sudah masuk kembali" in here.post("/masuk/kode", {"code": fresh(totp)}, htmx=True).text


def test_what_was_typed_travels_through_both_steps(browser):
    sari = browser("sari")
    totp, _ = enrol(sari)
    here = browser()
    here.get("/masuk")
    asked = here.post(
        "/masuk", {"username": "sari", "password": PASSWORD, "next": "/akun", "kept.reason": "isi <b>"}
    )
    assert 'name="kept.reason" value="isi &lt;b&gt;"' in asked.text
    resumed = here.post("/masuk/kode", {"code": fresh(totp), "next": "/akun", "kept.reason": "isi <b>"})
    assert "Kirim ulang isian" in resumed.text
    assert 'name="reason" value="isi &lt;b&gt;"' in resumed.text


def test_taking_it_away_and_new_codes_need_the_password(browser):
    sari = browser("sari")
    enrol(sari)
    for deed in ("lepas", "kode"):
        answer = sari.post(f"/akun/faktor/{deed}", {"password": "salah"})
        assert answer.status_code == 422
        assert "Kata sandi saat ini tidak cocok" in answer.text
    assert "kode yang lama tidak berlaku lagi" in sari.post("/akun/faktor/kode", {"password": PASSWORD}).text
    assert sari.post("/akun/faktor/lepas", {"password": PASSWORD}).status_code == 303
    assert "Mulai memasang" in sari.get("/akun/faktor").text
    assert browser("sari")


def test_an_administrator_resets_the_factor_of_another(browser, cast):
    sari = browser("sari")
    enrol(sari)
    sri = browser("sri")
    path = f"/pengguna/{cast['sari'].id}"
    assert "Faktor kedua terpasang" in sri.get(path).text
    assert sri.post(f"{path}/faktor").status_code == 303
    assert sari.get("/").status_code == 302
    assert browser("sari")
    assert sri.post(f"{path}/faktor").status_code == 404
    assert browser("agus").post(f"{path}/faktor").status_code == 403


def test_nobody_without_a_session_comes_to_the_page(browser):
    assert browser().get("/akun/faktor").status_code == 302


@pytest.fixture
def strict(settings, cast):
    app = create_app(Settings(**settings.model_dump() | {"second_factor_roles": ("administrator",)}))
    app.testing = True
    return lambda who: Browser(app.test_client()).sign_in(who)


def test_who_must_have_one_is_led_to_it_and_goes_on_after(strict):
    agus = strict("agus")
    answer = agus.get("/")
    assert (answer.status_code, answer.location) == (303, "/akun/faktor")
    page = agus.get("/akun/faktor").text
    assert "mewajibkan faktor kedua" in page
    assert agus.get("/", htmx=True).headers["HX-Redirect"] == "/akun/faktor"
    assert agus.get("/akun").status_code == 200
    enrol(agus)
    assert agus.get("/").status_code == 200
    assert strict("sari").get("/").status_code == 200


def test_the_first_password_is_changed_before_anything_else(strict):
    agus = strict("agus")
    User.update(must_change_password=True).where(User.username == "agus").execute()
    assert agus.get("/").location == "/akun#sandi"
    assert SecondFactor.select().count() == 0
