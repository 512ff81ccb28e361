"""The frame that every page has."""

from __future__ import annotations


def test_it_leads_a_visitor_to_the_sign_in_and_back(browser):
    visitor = browser()
    answer = visitor.get("/akun?x=1")
    assert answer.status_code == 302
    assert answer.location == "/masuk?next=/akun?x%3D1"
    page = visitor.follow(answer)
    assert 'name="next" value="/akun?x=1"' in page.text


def test_it_shows_the_menu_and_the_person(browser):
    page = browser("sari").get("/")
    assert page.status_code == 200
    assert "Sari Wulandari" in page.text
    assert 'aria-current="page"' in page.text
