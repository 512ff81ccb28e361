"""The frame that every page has."""

from __future__ import annotations

import re

from portal.web import access


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


def test_it_gives_style_sheets_an_address_that_changes_with_the_file(browser):
    visitor = browser()
    address = re.search(r'href="(/static/css/lumbung\.css\?v=[0-9a-f]+)"', visitor.get("/masuk").text).group(
        1
    )
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert "max-age=2592000" in answer.headers["Cache-Control"]


def test_it_draws_icons_that_screen_readers_pass_over(browser):
    assert re.search(r'<svg class="icon " [^>]*aria-hidden="true"', browser().get("/masuk").text)


def test_it_shows_only_what_a_role_may_visit(browser):
    """The menu derives from the doors: whoever may not open a page is shown no line for it."""
    for username in ("sari", "agus", "sri", "tono"):
        person = browser(username)
        for path in set(re.findall(r'href="(/[^"]*)" class="lb-menu-link', person.get("/").text)):
            assert person.get(path).status_code == 200, (username, path)


def test_it_counts_what_waits_in_the_inbox(app, browser):
    app.extensions["lumbung-inbox-count"] = lambda person: 12 if person.has("unit_head") else 0
    app.add_url_rule("/kotak-masuk", "inbox.index", lambda: "")
    app.extensions["lumbung-access"].setdefault("inbox.index", access.SIGNED_IN)
    assert ">12<" in browser("bambang").get("/").text
    assert ">12<" not in browser("sari").get("/").text
