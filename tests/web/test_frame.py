"""The frame that every page has."""

from __future__ import annotations

import re

from portal.sop.table import CURRENT_VERSION
from portal.store.models import BackupRequest
from portal.web import access
from portal.web.navigation import STEPS_OF


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


def test_it_counts_what_waits_in_the_inbox(app, browser, cast):
    BackupRequest.create(
        requester=cast["sari"],
        unit=cast["sari"].unit,
        sop_version=CURRENT_VERSION,
        step="unit_note",
        draft_key="a",
    )
    if "inbox.index" not in app.view_functions:
        app.add_url_rule("/kotak-masuk", "inbox.index", lambda: "")
        access.collect(app, {"inbox.index": access.SIGNED_IN})

    def counted(username: str) -> list[str]:
        return re.findall(r'inbox-count">(\d+)', browser(username).get("/").text)

    assert counted("bambang") == ["1", "1"], "in the sidebar and in the drawer"
    assert counted("hendro") == [], "another unit's head"
    assert counted("sari") == []


def test_it_knows_the_desk_of_every_step_of_the_rule_book():
    assert STEPS_OF["division_head"] == ["policy_selection", "refusal_review", "division_report"]
    assert "requester" not in STEPS_OF
