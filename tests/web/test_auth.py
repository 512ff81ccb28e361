from __future__ import annotations

import re

import pytest
from flask import request

from portal.store.models import User, UserSession
from portal.web import access
from portal.web.auth import local_path
from tests.support.people import PASSWORD


def end_sessions() -> None:
    User.update(active=True).execute()
    UserSession.update(revoked_at=UserSession.created_at).execute()


@pytest.fixture
def note_page(app):
    """A page that takes a note, to see what becomes of typed work."""
    taken = []

    def take():
        taken.append(request.form.to_dict(flat=False))
        return "disimpan"

    app.add_url_rule("/catatan", "note", take, methods=["POST"])
    access.collect(app, {"note": access.SIGNED_IN})
    return taken


def test_it_signs_in_and_goes_on_to_where_one_wanted(browser):
    visitor = browser()
    visitor.get("/masuk?next=/akun")
    answer = visitor.post("/masuk", {"username": "sari", "password": PASSWORD, "next": "/akun"})
    assert (answer.status_code, answer.location) == (303, "/akun")
    assert "Sari Wulandari" in visitor.get("/akun").text
    assert visitor.get("/masuk").location == "/"


def test_it_says_the_same_for_an_unknown_name_and_a_wrong_password(browser):
    def refused(username: str) -> str:
        answer = browser().post("/masuk", {"username": username, "password": "salah"})
        assert answer.status_code == 422
        body = answer.text.replace(username, "")
        return re.sub(r'(content|value)="[A-Za-z0-9._-]{60,}"', "", body)

    assert refused("sari") == refused("tidak-ada")


def test_it_keeps_the_name_but_never_the_password(browser):
    page = browser().post("/masuk", {"username": "sari", "password": "rahasia-salah"}).text
    assert 'value="sari"' in page
    assert "rahasia-salah" not in page


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "akun",
     "/akun\r\nX: y", "", None],
)  # fmt: skip
def test_it_goes_on_to_paths_of_this_site_only(app, target):
    with app.test_request_context():
        assert local_path(target) == "/"
        assert local_path("/akun?x=1") == "/akun?x=1"


def test_it_rotates_the_session_at_sign_in(browser):
    sari = browser("sari")
    before = sari.client.get_cookie("lumbung").value
    sari.post("/masuk", {"username": "sari", "password": PASSWORD})
    assert sari.client.get_cookie("lumbung").value != before
    assert UserSession.select().where(UserSession.revoked_at.is_null()).count() == 1


def test_it_keeps_a_stolen_cookie_from_outliving_the_sign_out(browser):
    sari, thief = browser("sari"), browser()
    thief.client.set_cookie("lumbung", sari.client.get_cookie("lumbung").value)
    assert thief.get("/akun").status_code == 200
    sari.sign_out()
    assert thief.get("/akun").status_code == 302


def test_it_sets_careful_cookies(browser):
    header = browser().get("/masuk").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_it_refuses_a_form_without_its_token(browser):
    sari = browser("sari")
    answer = sari.client.post("/keluar")
    assert answer.status_code == 400
    assert sari.get("/akun").status_code == 200


def test_it_carries_a_typed_form_through_a_new_sign_in(browser, note_page):
    sari = browser("sari")
    end_sessions()
    answer = sari.post("/catatan", {"isi": 'Kata "sukar" <b>', "pilih": ["a", "b"]})
    assert answer.status_code == 401
    assert note_page == []
    kept = re.findall(r'name="(kept\.[a-z]+)" value="([^"]*)"', answer.text)
    assert [name for name, _ in kept] == ["kept.isi", "kept.pilih", "kept.pilih"]
    resumed = sari.post(
        "/masuk",
        {"username": "sari", "password": PASSWORD, "next": "/catatan", "kept.isi": 'Kata "sukar" <b>',
         "kept.pilih": ["a", "b"]},
    )  # fmt: skip
    assert 'action="/catatan"' in resumed.text
    assert 'name="isi" value="Kata &#34;sukar&#34; &lt;b&gt;"' in resumed.text
    assert note_page == [], "nothing is sent before the person says so"


def test_it_does_not_carry_a_form_planted_by_another_site(browser, note_page):
    visitor = browser()
    visitor.get("/masuk")
    answer = visitor.client.post("/catatan", data={"isi": "ditanam", "csrf_token": "x"})
    assert answer.status_code == 401
    assert "ditanam" not in answer.text


def test_it_gives_htmx_a_dialog_over_the_page(browser, note_page):
    sari = browser("sari")
    end_sessions()
    answer = sari.post("/catatan", {"isi": "x"}, htmx=True)
    assert answer.status_code == 401
    assert answer.headers["HX-Retarget"] == "#dialogs"
    assert answer.text.lstrip().startswith("<dialog")
    wrong = sari.post("/masuk", {"username": "sari", "password": "salah"}, htmx=True)
    assert wrong.status_code == 422
    assert "<html" not in wrong.text
    back = sari.post("/masuk", {"username": "sari", "password": PASSWORD}, htmx=True)
    assert 'id="csrf-token"' in back.text
    assert sari.post("/catatan", {"isi": "x"}, htmx=True).text == "disimpan"


def test_it_slows_guessing_down(app, browser, monkeypatch):
    settings = app.config["SETTINGS"].model_copy(update={"sign_in_per_minute": 3})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    visitor = browser()

    def guess(address: str) -> int:
        fields = {"username": "sari", "password": "x"}
        return visitor.post("/masuk", fields, environ_base={"REMOTE_ADDR": address}).status_code

    # Addresses that no other test uses: the counters live as long as the process.
    assert [guess("10.77.0.1") for _ in range(5)] == [422, 422, 422, 429, 429]
    assert guess("10.77.0.2") == 422
