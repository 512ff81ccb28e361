"""The directory's page, and signing in by it through the door; a real slapd answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import create_app
from office.ldap import PORTAL_PASSWORD, PracticeDirectory
from office.sshd import free_port
from portal.store.models import User
from tests.support import directories
from tests.support.app import Browser
from tests.support.directories import PASSWORD


@pytest.fixture(scope="module")
def slapd(tmp_path_factory) -> Iterator[PracticeDirectory]:
    served = PracticeDirectory(tmp_path_factory.mktemp("slapd") / "d", free_port())
    served.start()
    directories.fill(served)
    yield served
    served.stop()


@pytest.fixture
def app(settings, cast, slapd):
    app = create_app(directories.settings(settings, slapd))
    app.testing = True
    return app


def test_an_employee_of_the_directory_comes_in_and_has_the_role(browser):
    maya = browser()
    maya.sign_in("maya", PASSWORD)
    page = maya.get("/akun").text
    assert "Administrator server" in page
    assert "dijaga direktori pegawai" in page
    assert "current_password" not in page
    assert maya.get("/server").status_code == 200
    answer = maya.post(
        "/akun/sandi", {"current_password": PASSWORD, "new_password": "x" * 20, "repeat_password": "x" * 20}
    )
    assert answer.status_code == 403
    assert "gantilah di sana" in answer.text


def test_a_wrong_password_of_the_directory_reads_like_any_other(browser):
    answer = browser().post("/masuk", {"username": "maya", "password": "salah"})
    assert answer.status_code == 422
    assert "tidak cocok" in answer.text


def test_it_shows_who_is_found_and_what_they_would_hold(browser):
    page = browser("sri").get("/pengguna/direktori?cari=maya").text
    for words in ("Direktori menjawab", "Maya Lestari, S.T.", "cn=penjaga-server", "Administrator server",
                  "Kepala Satker", "dibuat saat pertama kali masuk"):  # fmt: skip
        assert words in page
    assert PORTAL_PASSWORD not in page
    assert PASSWORD not in page
    assert User.select().where(User.username == "maya").count() == 0


def test_it_says_when_nobody_is_found_and_when_a_local_account_goes_first(browser):
    sri = browser("sri")
    assert "Tidak ada orang dengan nama pengguna itu" in sri.get("/pengguna/direktori?cari=siapa").text
    assert "Akun lokal didahulukan" in sri.get("/pengguna/direktori?cari=sari").text


def test_it_offers_no_password_for_an_account_of_the_directory(browser):
    browser().sign_in("maya", PASSWORD)
    maya = User.get(User.username == "maya")
    sri = browser("sri")
    page = sri.get(f"/pengguna/{maya.id}").text
    assert "dari direktori" in page
    assert "Beri kata sandi baru" not in page
    assert sri.post(f"/pengguna/{maya.id}/sandi").status_code == 403
    assert sri.post(f"/pengguna/{maya.id}/sesi").status_code == 303
    assert "Sesi yang diakhiri: 1" in sri.get(f"/pengguna/{maya.id}").text


def test_it_says_clearly_that_the_directory_is_away_and_lets_local_accounts_in(settings, cast, slapd):
    app = create_app(directories.settings(settings, slapd, ldap_url=f"ldap://127.0.0.1:{free_port()}"))
    app.testing = True
    sri = Browser(app.test_client()).sign_in("sri")
    assert "Direktori tidak dapat dipakai" in sri.get("/pengguna/direktori").text
    visitor = Browser(app.test_client())
    visitor.get("/masuk")
    answer = visitor.post("/masuk", {"username": "maya", "password": PASSWORD})
    assert answer.status_code == 503
    assert "Direktori pegawai sedang tidak menjawab" in answer.text
    assert 'value="maya"' in answer.text
    assert visitor.post("/masuk", {"username": "maya", "password": PASSWORD}, htmx=True).status_code == 422


def test_it_brings_accounts_up_to_date_by_a_button(browser):
    browser().sign_in("maya", PASSWORD)
    sri = browser("sri")
    assert "1 akun terbuka" in sri.get("/pengguna/direktori").text
    assert sri.post("/pengguna/direktori/selaraskan").status_code == 303
    assert "Akun yang diselaraskan dengan direktori: 1" in sri.get("/pengguna/direktori").text


def test_it_moves_an_account_to_the_directory_and_back(browser, cast):
    sri, path = browser("sri"), f"/pengguna/{cast['sari'].id}"
    assert "Pindahkan ke direktori" in sri.get(path).text
    assert sri.post(f"{path}/ke-direktori").status_code == 303
    assert browser().sign_in("sari", PASSWORD)
    answer = sri.post(f"{path}/ke-portal")
    assert "Hanya tampil sekali" in answer.text
    assert sri.post(f"/pengguna/{cast['wulan'].id}/ke-direktori").status_code == 409
