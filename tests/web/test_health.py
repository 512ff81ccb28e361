from __future__ import annotations

import os
import time

import pytest

from portal.web.health import HEARTBEAT


def test_it_names_each_dependency_and_fails_while_one_is_away(app, browser):
    answer = browser().get("/healthz")
    assert answer.status_code == 503
    assert answer.json["status"] == "failed"
    assert answer.json["checks"] == {
        "database": "ok", "redis": "failed", "vault": "ok", "workers": "failed", "clock": "failed",
    }  # fmt: skip


def test_it_tells_nobody_why(browser):
    assert "redis.sock" not in browser().get("/healthz").text


@pytest.mark.parametrize(("age", "state"), [(0, "ok"), (3600, "failed")])
def test_it_listens_for_the_clock(settings, browser, age, state):
    path = settings.var / HEARTBEAT
    path.touch()
    os.utime(path, (time.time() - age,) * 2)
    assert browser().get("/healthz").json["checks"]["clock"] == state


def test_it_gives_numbers_to_this_machine_and_the_system_administrator(browser):
    here = browser().get("/metrics")
    assert here.status_code == 200
    assert "lumbung_queue_length -1.0" in here.text
    assert "lumbung_sessions_open" in here.text
    away = {"REMOTE_ADDR": "10.1.1.1"}
    assert browser().get("/metrics", environ_base=away).status_code == 302
    assert browser("sari").get("/metrics", environ_base=away).status_code == 403
    assert browser("sri").get("/metrics", environ_base=away).status_code == 200


def test_it_does_not_take_a_proxy_for_this_machine(app):
    assert app.test_client().get("/metrics", headers={"X-Forwarded-For": "10.1.1.1"}).status_code == 302
