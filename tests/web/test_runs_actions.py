from __future__ import annotations

import pytest

from portal.store.models import Run
from tests.support import machines


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, settings, server):
    later = {"starts_at": machines.AT, "ends_at": machines.AT.replace(year=2036)}
    return machines.approved(cast["sari"], cast["joko"], server, **later)


def backups() -> list[Run]:
    return list(Run.select().where(Run.kind == "backup").order_by(Run.id))


def test_it_starts_one_backup_for_a_double_click(browser, request_):
    agus = browser("agus")
    answers = [agus.post(f"/permohonan/{request_.id}/pekerjaan", {"key": "k" * 24}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(backups()) == 1
    assert {answer.location for answer in answers} == {f"/pekerjaan/{backups()[0].id}"}


@pytest.mark.parametrize(
    "key", ["", "x", "k" * 65, "k" * 2000, "'; DROP TABLE run; --", "nol\x00nol\x00nol\x00nol\x00"]
)
def test_it_starts_a_run_of_its_own_whatever_the_key_of_a_bent_form(browser, request_, key):
    agus = browser("agus")
    for _ in range(2):
        assert agus.post(f"/permohonan/{request_.id}/pekerjaan", {"key": key}).status_code == 303
    assert len(backups()) == 2


def test_it_says_why_nothing_starts(browser, cast, request_):
    agus = browser("agus")
    type(request_).update(followed_up_at=None).execute()
    answer = agus.post(f"/permohonan/{request_.id}/pekerjaan", {"key": "k" * 24})
    assert answer.status_code == 403
    assert "belum ditandai" in answer.text
    assert backups() == []
    assert agus.post("/permohonan/404/pekerjaan", {"key": "k" * 24}).status_code == 404


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "joko", "dewi", "sri", "tono"])
def test_it_is_the_administrators_to_start(browser, request_, who):
    answer = browser(who).post(f"/permohonan/{request_.id}/pekerjaan", {"key": "k" * 24})
    assert answer.status_code == 403
    assert backups() == []


def test_it_needs_the_forms_token(app, browser, request_):
    agus = browser("agus")
    answer = agus.client.post(f"/permohonan/{request_.id}/pekerjaan", data={"key": "k" * 24})
    assert answer.status_code == 400
    assert backups() == []


def test_it_proves_a_snapshot(browser, cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings, at=machines.AT)
    joko = browser("joko")
    for _ in range(2):
        answer = joko.post(f"/snapshot/{snapshot.id}/uji", {"key": "k" * 24})
    run = Run.get(Run.kind == "restore_test")
    assert answer.location == f"/pekerjaan/{run.id}"
    assert joko.post("/snapshot/404/uji", {"key": "l" * 24}).status_code == 404
    assert browser("ratna").post(f"/snapshot/{snapshot.id}/uji", {"key": "m" * 24}).status_code == 403


def test_it_cancels(browser, cast, settings, request_):
    run = machines.started(request_, cast["agus"], settings)
    assert browser("joko").post(f"/pekerjaan/{run.id}/batal").status_code == 403
    agus = browser("agus")
    page = agus.follow(agus.post(f"/pekerjaan/{run.id}/batal")).text
    assert "Dibatalkan" in page
    assert Run.get_by_id(run.id).state == "cancelled"
    assert agus.post(f"/pekerjaan/{run.id}/batal").status_code == 303


def test_it_starts_again(browser, cast, settings, request_):
    run = machines.finished(
        machines.started(request_, cast["agus"], settings), state="interrupted", code="run.interrupted"
    )
    agus = browser("agus")
    page = agus.get(f"/pekerjaan/{run.id}").text
    assert f'action="/pekerjaan/{run.id}/ulang"' in page
    for _ in range(2):
        answer = agus.post(f"/pekerjaan/{run.id}/ulang", {"key": "k" * 24})
    assert answer.location == f"/pekerjaan/{backups()[-1].id}"
    assert len(backups()) == 2
    assert agus.post(f"/pekerjaan/{backups()[-1].id}/ulang", {"key": "l" * 24}).status_code == 409
