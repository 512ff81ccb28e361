from __future__ import annotations

from portal.store.models import User, UserSession
from tests.support.people import PASSWORD

NEW = "kata sandi yang lain sekali"


def change(person, current=PASSWORD, new=NEW, repeat=None):
    fields = {"current_password": current, "new_password": new, "repeat_password": repeat or new}
    return person.post("/akun/sandi", fields)


def test_it_shows_profile_roles_and_sessions(browser):
    page = browser("bambang").get("/akun").text
    for words in (
        "197205171998031002",
        "Kepala PRTRN",
        "Kepala Satker",
        "Pusat Riset Teknologi Reaktor",
        "Sesi ini",
    ):
        assert words in page


def test_it_changes_the_password_and_ends_other_sessions(browser):
    here, there = browser("sari"), browser("sari")
    assert change(here).status_code == 303
    assert "Sesi lain yang diakhiri: 1." in here.get("/akun").text
    assert there.get("/akun").status_code == 302
    assert browser().sign_in("sari", NEW)


def test_it_tells_each_field_what_is_wrong(browser):
    sari = browser("sari")
    assert "Kata sandi saat ini tidak cocok." in change(sari, current="salah").text
    assert "paling sedikit 12 karakter" in change(sari, new="pendek").text
    answer = change(sari, repeat="berbeda")
    assert answer.status_code == 422
    assert "Kedua kata sandi baru tidak sama." in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert NEW not in answer.text


def test_it_frees_who_had_to_change_the_password(browser):
    sari = browser("sari")
    User.update(must_change_password=True).execute()
    assert sari.get("/").status_code == 303
    change(sari)
    assert sari.get("/").status_code == 200


def test_it_ends_ones_own_sessions_only(browser):
    here, there, other = browser("sari"), browser("sari"), browser("wulan")
    rows = {row.id: row.user.username for row in UserSession.select()}
    _, last = [key for key, name in rows.items() if name == "sari"]
    theirs = next(key for key, name in rows.items() if name == "wulan")
    assert here.post(f"/akun/sesi/{last}/akhiri").status_code == 303
    assert there.get("/akun").status_code == 302
    assert here.post(f"/akun/sesi/{theirs}/akhiri").status_code == 404
    assert other.get("/akun").status_code == 200


def test_it_keeps_the_theme_in_a_cookie_and_goes_back(browser):
    sari = browser("sari")
    assert "data-bs-theme" not in sari.get("/").text
    answer = sari.post("/akun/tema", {"theme": "dark", "next": "/akun"})
    assert answer.location == "/akun"
    assert '<html lang="id" data-bs-theme="dark">' in sari.get("/").text
    sari.post("/akun/tema", {"theme": "auto"})
    assert "data-bs-theme" not in sari.get("/").text


def test_it_shows_no_theme_that_was_made_up(browser):
    visitor = browser()
    visitor.client.set_cookie("lumbung_theme", '"><script>')
    assert '<html lang="id">' in visitor.get("/masuk").text
