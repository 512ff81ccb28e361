"""The office on a real PostgreSQL: a request over the desks, its figures, and every page."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from werkzeug.routing import Rule

from app import create_app
from portal.config import Settings
from portal.operations import audit, emergencies, evaluation
from portal.sop.evaluation import Month
from portal.store.models import Emergency, Run, Source, User
from portal.store.queries import audit as trail
from portal.store.queries import requests, words
from schemas.emergency import EmergencyForm
from tests.support import desks, machines, mandates, people
from tests.support.app import Browser
from tests.support.postgresql import at_once

ROLES = ("agus", "ratna", "sri", "joko", "sari")
DIFFERENT = {"/healthz", "/keluar", "/masuk", "/static/<path:filename>"}


def walked(settings: Settings, cast: dict[str, User]) -> desks.File:
    """A request in execution with a proven copy: sent back once, one decision taken back, one made by a deputy."""
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    file.act("hendro", "forward")
    file.undo("hendro")
    file.act("hendro", "forward")
    mandates.let(cast, "ratna", at=file.at)
    file.act("wulan", "approve")
    file.act("joko", "approve", scope=file.scope())
    file.act("agus", "follow_up")
    return file.prove()


def test_a_request_goes_over_the_desks(served: Settings) -> None:
    cast = people.gather()
    file = walked(served, cast)
    assert [row.delegation_id is not None for row in file.dispositions].count(True) == 1
    file.act("agus", "report")
    desks.assert_chained(file)
    assert audit.verify().ok

    # Words are met by the index, the rare and the common alike; a percent sign is one.
    for text, met in (
        ("laboratorium", True),
        ("srv WWW sari", True),
        ("tidak-ada", False),
        ("50% 'x'", False),
    ):
        found = requests.selection(
            requests.Filter(words=text), requests.Reader(cast["tono"].id, frozenset({("auditor", None)}))
        )
        assert [row.id for row in found] == ([file.request_id] if met else []), text
        assert not words.held(text).common
    assert trail.search(trail.Filter(words="PB-2026 follow")).rows[0].tag == "request:follow_up"

    month = Month.of(file.at)
    told = evaluation.count(month, at=file.at + timedelta(hours=9), settings=served)
    assert (told.flow.received, told.sla.whole, told.success.part) == (1, 5, 1)
    assert (told.coverage.part, told.proven.part, len(told.servers)) == (1, 1, 1)


def test_what_is_sent_twice_at_once_is_done_once(served: Settings) -> None:
    cast = people.gather()
    server = machines.trusted(cast["agus"], cast["joko"], served)
    form = EmergencyForm(sources=[Source.get().id], sure="on",
                         reason="Disk server berbunyi; salinan terakhir sudah tiga hari.")  # fmt: skip

    def glass() -> Emergency:
        return emergencies.break_glass(
            server.id, form, cast["agus"], "k" * 20, at=machines.AT, settings=served
        )

    assert at_once(*[glass] * 4) == ["done"] * 4
    assert (Emergency.select().count(), Run.select().where(Run.kind == "backup").count()) == (1, 1)


def test_every_page_comes(served: Settings) -> None:
    cast = people.gather()
    file = walked(served, cast)
    app = create_app(served)
    values = {"request_id": file.request_id, "server_id": 1, "run_id": Run.select().order_by(Run.id.desc()).get().id,
              "snapshot_id": 1, "letter_id": 1, "user_id": cast["sari"].id, "unit_id": 1, "delegation_id": 1,
              "engine": "postgresql"}  # fmt: skip
    visitors = [Browser(app.test_client()).sign_in(who) for who in ROLES]
    answers = {}
    for path in sorted(
        _path(app, rule, values) for rule in app.url_map.iter_rules() if _walkable(rule, values)
    ):
        for visitor in visitors:
            answers[path] = visitor.get(path).status_code
            if answers[path] not in (403, 404):
                break
    assert {path for path, status in answers.items() if status not in (200, 302, 303, 403, 404)} == set()
    shown = {path for path, status in answers.items() if status == 200}
    assert len(shown) > 60
    assert {"/kotak-masuk", "/audit/jejak.jsonl", f"/permohonan/{file.request_id}/berkas.zip"} < shown


def _walkable(rule: Rule, values: dict[str, object]) -> bool:
    pages = "GET" in (rule.methods or ()) and not rule.rule.endswith(".pdf")
    return pages and rule.rule not in DIFFERENT and rule.arguments <= values.keys()


def _path(app: Flask, rule: Rule, values: dict[str, object]) -> str:
    with app.test_request_context():
        return app.url_map.bind("").build(rule.endpoint, {name: values[name] for name in rule.arguments})
