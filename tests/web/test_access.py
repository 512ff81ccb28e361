from __future__ import annotations

import pytest
from flask import Flask

from portal.errors import NotFound
from portal.store.models import User
from portal.web import access
from portal.web.access import PUBLIC, SIGNED_IN, Rule, roles, when
from portal.web.application import pages


def test_it_has_a_rule_for_every_route(app: Flask):
    without = [
        rule.endpoint for rule in app.url_map.iter_rules() if access.rule_of(app, rule.endpoint) is None
    ]
    assert without == []


def test_it_has_no_rule_for_a_page_that_does_not_exist(app: Flask):
    named = {endpoint for page in pages() for endpoint in page.ACCESS}
    assert named - set(app.view_functions) == set()


def test_it_leaves_few_doors_open(app: Flask):
    open_doors = {endpoint for endpoint in app.view_functions if not access.rule_of(app, endpoint).signed_in}
    assert open_doors <= {"static", "auth.sign_in", "auth.sign_in_check", "auth.code", "auth.code_check",
                          "auth.sign_out", "account.theme",
                          "health.healthz", "health.metrics", "papers.verification"}  # fmt: skip


def test_it_refuses_a_route_without_a_rule(app, browser):
    app.add_url_rule("/lupa", "forgotten", lambda: "rahasia")
    for person in (browser(), browser("sri")):
        answer = person.get("/lupa")
        assert answer.status_code == 403
        assert "rahasia" not in answer.text


def test_it_refuses_two_rules_for_one_endpoint(app):
    with pytest.raises(ValueError, match=r"home\.index"):
        access.collect(app, {"home.index": PUBLIC})


@pytest.mark.parametrize(
    ("rule", "answers"),
    [
        (PUBLIC, [200, 200, 200]),
        (SIGNED_IN, [302, 200, 200]),
        (roles("administrator", "auditor"), [302, 403, 200]),
        (when(lambda person: person.user.username == "sari"), [302, 200, 403]),
        (Rule(signed_in=False, test=lambda person: person is None), [200, 403, 403]),
    ],
)
def test_it_admits_whom_the_rule_names(app, browser, rule, answers):
    app.add_url_rule("/pintu", "door", lambda: "masuk")
    access.collect(app, {"door": rule})
    people = (browser(), browser("sari"), browser("agus"))
    assert [person.get("/pintu").status_code for person in people] == answers


def test_it_hands_the_view_arguments_to_the_test(app, browser):
    def own(person, number: int) -> bool:
        if number == 404:
            raise NotFound("page.not_found")
        return number == 1

    app.add_url_rule("/nomor/<int:number>", "number", "{number}".format)
    access.collect(app, {"number": when(own)})
    sari = browser("sari")
    assert [sari.get(f"/nomor/{n}").status_code for n in (1, 2, 404)] == [200, 403, 404]


def test_it_lets_nobody_on_who_must_change_the_password_first(browser):
    sari = browser("sari")
    User.update(must_change_password=True).where(User.username == "sari").execute()
    answer = sari.get("/")
    assert (answer.status_code, answer.location) == (303, "/akun#sandi")
    assert "Ganti kata sandi sementara" in sari.get("/akun").text
    fragment = sari.get("/", htmx=True)
    assert fragment.headers["HX-Redirect"] == "/akun#sandi"
    assert sari.post("/keluar").status_code == 303


def test_it_gives_404_and_405_for_paths_that_lead_nowhere(browser):
    assert browser().get("/tidak-ada").status_code == 404
    assert browser("sari").post("/").status_code == 405
