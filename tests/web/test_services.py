"""One's own copies: what each service keeps, how it stands, and what can be asked about it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import schedules
from portal.operations.letters import OFFICE_ZONE
from portal.sop.standing import State
from portal.store import db
from portal.store.models import BackupRequest, Grant
from portal.web import messages
from schemas.schedule import ScheduleForm
from tests.operations.test_followups import NIGHTLY
from tests.support import desks
from tests.support.followups import ask, service, walk


@pytest.fixture
def served(app, cast, settings):
    """A service that was carried out just now."""
    filed = desks.file(settings, cast, at=db.now() - timedelta(minutes=30))
    return filed.walk("").prove()


def test_its_requester_sees_what_is_kept_and_what_proves_it(browser, served):
    schedules.create(
        served.request_id, ScheduleForm.model_validate(NIGHTLY), served.cast["joko"], "jadwal-1", at=served.at
    )
    page = browser("sari").get("/salinan").text
    for words in (served.row.number, "Web PRTRN", "/srv/www", "Baik", "1 salinan tersimpan", "Sertifikat"):
        assert words in page, words
    assert "tidak terjadwal" not in page
    for link in ("/ajukan/perpanjangan", "/ajukan/penghentian", "/cadangan", "/fm001.pdf", "/sertifikat"):
        assert link in page, link


def test_nobody_sees_those_of_others_but_the_head_of_the_unit(browser, served):
    for who in ("wulan", "ratna", "agus", "hendro"):
        page = browser(who).get("/salinan").text
        assert served.row.number not in page, who
        assert "Belum ada layanan" in page
    page = browser("bambang").get("/salinan").text
    assert served.row.number in page
    assert "Sari Wulandari" in page
    assert "/sertifikat" not in page
    assert "/ajukan/perpanjangan" in page


def test_what_was_asked_stands_there_and_nothing_more_can_be_asked_meanwhile(browser, served):
    asked = ask(served, "extension", term_months="6")
    page = browser("sari").get("/salinan").text
    assert f"Perpanjangan {asked.row.number}" in page
    assert "/ajukan/" not in page


def test_what_was_ended_says_so(browser, served):
    walk(ask(served, "termination", ends_on=served.at.astimezone(OFFICE_ZONE).date().isoformat()))
    page = browser("sari").get("/salinan").text
    assert "Dihentikan" in page
    assert "tetap tersimpan" in page
    BackupRequest.update(step="closed").where(BackupRequest.kind == "termination").execute()
    assert "/ajukan/" not in browser("sari").get("/salinan").text


def test_a_term_that_lapsed_may_go_on(browser, served):
    walk(ask(served, "extension", term_months="6"), term_months=6)
    BackupRequest.update(step="closed").where(BackupRequest.kind == "extension").execute()
    assert "/ajukan/perpanjangan" in browser("sari").get("/salinan").text
    Grant.update(ends_at=db.now() - timedelta(days=1)).execute()
    page = browser("sari").get("/salinan").text
    assert "Masa berlaku habis" in page
    assert "/ajukan/perpanjangan" in page
    assert "/ajukan/penghentian" not in page


@pytest.mark.parametrize("state", State)
def test_each_state_has_words(state):
    assert messages.label("service_state", state.value) != state.value
    assert messages.knows(f"service.{state}")


def test_a_withdrawn_request_is_no_service(browser, cast, settings, app):
    filed = service(settings, cast)
    BackupRequest.update(step="withdrawn").where(BackupRequest.id == filed.request_id).execute()
    assert filed.row.number not in browser("sari").get("/salinan").text
