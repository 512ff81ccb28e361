"""The way of a request as its requester follows it: the drafts, the expected reply, and how long each desk took."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.operations import office, parcel
from portal.store import db
from portal.store.models import BackupRequest
from portal.web.messages import values
from tests.support import desks


@pytest.fixture
def file(app, cast, settings):
    return desks.file(settings, cast)


def test_it_says_when_the_reply_is_likely_to_be_there_in_full_and_on_one_line(browser, file):
    file.walk("policy_selection")
    finish = values.day(parcel.finish(file.row, db.now()))
    page = browser("sari").get(f"/permohonan/{file.request_id}").text
    assert re.search(rf"Perkiraan balasan: <strong><time[^>]*>\s*{finish}", page)
    assert "2 dari 9 langkah selesai" in page
    front = browser("sari").get("/").text
    assert "Di meja Kabid PJKKD: Ratna Dewayani, M.Kom." in front
    assert f"2 dari 9 langkah selesai, perkiraan balasan {finish}" in front


def test_a_postponed_request_is_expected_after_its_date(file):
    file.walk("execution").act("agus", "follow_up")
    before = parcel.finish(file.row, file.at)
    file.act(
        "agus", "postpone", note="Server dipindah.", postponed_until=(file.at + timedelta(days=9)).date()
    )
    after = parcel.finish(file.row, file.at)
    assert after - before > timedelta(days=8)
    assert after > file.row.postponed_until


def test_it_tells_how_long_a_desk_took_without_the_break_and_the_postponement(file):
    """From nine to two o'clock are four office hours; two days of postponement are nobody's."""
    file.at = desks.MONDAY + timedelta(hours=5)
    file.act("bambang", "forward")
    calendar, rows = office.calendar(), file.dispositions
    assert parcel.spent(rows[-1], rows, calendar) == timedelta(hours=4)
    assert parcel.spent(rows[0], rows, calendar) is None, "filling in a form is nobody's office time"
    file.at = desks.MONDAY + timedelta(days=1)
    file.walk("execution").act("agus", "follow_up")
    assert parcel.spent(file.dispositions[-1], file.dispositions, calendar) is None, (
        "the request did not move"
    )
    file.act("agus", "postpone", note="x", postponed_until=(file.at + timedelta(days=2)).date())
    file.at += timedelta(days=2)
    file.act("agus", "resume")
    file.at += timedelta(hours=1)
    file.prove().act("agus", "report")
    took = parcel.spent(file.dispositions[-1], file.dispositions, calendar)
    assert took == timedelta(hours=1, minutes=5)


def test_the_timeline_names_what_is_ahead_with_its_expected_end(browser, file):
    page = browser("sari").get(f"/permohonan/{file.request_id}").text
    assert page.count("Perkiraan selesai") == 7, "every desk ahead up to the reply"


def test_a_draft_is_gone_on_with_or_thrown_away_from_the_front_page(browser, app):
    sari = browser("sari")
    sari.post("/permohonan/baru", {**desks.FORM, "draft_key": "kunci-draf-saja", "do": "save"})
    draft = BackupRequest.get()
    page = sari.get("/").text
    for words in ("Draf saya", f"/permohonan/{draft.id}/ubah", desks.FORM["reason"]):
        assert words in page
    sent = {"action": "withdraw", "revision": draft.revision, "back": "home"}
    answer = sari.post(f"/permohonan/{draft.id}/keputusan", sent)
    assert (answer.status_code, answer.location) == (303, "/")
    assert BackupRequest.get().step == "withdrawn"
    assert "Draf saya" not in sari.get("/").text
