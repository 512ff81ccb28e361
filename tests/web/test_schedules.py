"""The pages of the schedules: made, seen, changed, and by whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.operations import schedule_runs, schedules
from portal.sop.due import OFFICE_ZONE
from portal.store import db
from portal.store.models import Grant, Run, Schedule
from portal.web.messages import values
from schemas.schedule import ScheduleForm
from tests.support import machines

FORM = {"name": "Harian", "rhythm": "daily", "at": "02:00", "grace_minutes": "60", "catch_up_hours": "12"}
DAY = timedelta(days=1)


@pytest.fixture
def request_(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    at = db.now()
    return machines.approved(
        cast["sari"], cast["joko"], server, starts_at=at - 40 * DAY, ends_at=at + 200 * DAY
    )


def make(cast, request_, at=None, **form) -> Schedule:
    key = f"schedule-{Schedule.select().count():012d}"
    return schedules.create(request_.id, ScheduleForm(**(FORM | form)), cast["joko"], key, at=at or db.now())


def test_the_kasubbid_makes_a_schedule_and_sees_what_comes(browser, request_):
    joko = browser("joko")
    assert "Belum ada jadwal" in joko.get("/jadwal").text
    assert request_.number in joko.get(f"/jadwal/baru?nomor={request_.id}").text
    typed = {**FORM, "request_id": str(request_.id), "rhythm": "weekly", "weekdays": ["0", "4"],
             "window_start": "22:00", "window_end": "05:00", "rests": "2027-01-01",
             "bandwidth_kib": "2048"}  # fmt: skip
    shown = joko.follow(joko.post("/jadwal/baru", typed)).text
    assert "Setiap Senin, Jumat pukul 02.00" in shown
    assert "2.048 KiB/detik" in shown
    assert "22.00 dan 05.00" in shown
    assert "1 Januari 2027" in shown
    assert "Akan berjalan" in joko.get("/jadwal?bulan=" + f"{db.now() + 20 * DAY:%Y-%m}").text
    page = joko.get(f"/server/{Schedule.get().server_id}").text
    assert 'href="/jadwal/1"' in page
    assert "Berikutnya: " in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Wajib diisi"),
        ({"request_id": ""}, "Pilih permohonan yang disetujui"),
        ({"rhythm": "weekly"}, "Pilih paling sedikit satu hari"),
        ({"rhythm": "cron", "cron": "* * * * *"}, "paling sedikit 15 menit"),
        ({"rhythm": "cron", "cron": "x"}, "Bukan aturan cron yang sah"),
        ({"at": "25:00"}, "Tulis jam dan menit"),
        ({"window_start": "20:00"}, "kosongkan keduanya"),
        ({"window_start": "20:00", "window_end": "23:00"}, "di luar jendela"),
        ({"rests": "\nlibur"}, "Baris 2"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(browser, request_, change, words):
    answer = browser("joko").post("/jadwal/baru", {**FORM, "request_id": str(request_.id)} | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="12"' in answer.text
    assert Schedule.select().count() == 0


def test_a_refusal_of_the_authority_stands_by_the_request(browser, request_):
    Grant.update(ends_at=db.now()).execute()
    assert "Belum ada yang dapat dijadwalkan" in browser("joko").get("/jadwal/baru").text
    answer = browser("joko").post("/jadwal/baru", {**FORM, "request_id": str(request_.id)})
    assert (answer.status_code, Schedule.select().count()) == (422, 0)
    assert request_.number in answer.text


@pytest.mark.parametrize(
    ("who", "read"),
    [
        ("agus", 200),
        ("ratna", 200),
        ("hendro", 200),
        ("tono", 200),
        ("sari", 403),
        ("dewi", 403),
        ("sri", 403),
    ],
)
def test_others_read_at_most(browser, cast, request_, who, read):
    made, person = make(cast, request_), browser(who)
    assert person.get("/jadwal").status_code == read
    assert person.get(f"/jadwal/{made.id}").status_code == read
    assert person.get("/jadwal/baru").status_code == 403
    for deed in ("ubah", "jeda", "lanjut", "akhiri"):
        assert person.post(f"/jadwal/{made.id}/{deed}", {"revision": "0", **FORM}).status_code == 403
    assert (Schedule.get().state, Schedule.get().revision) == ("active", 0)
    if read == 200:
        page = person.get(f"/jadwal/{made.id}").text
        assert "Jeda" not in page
        assert "Buat jadwal" not in person.get("/jadwal").text


def test_it_is_changed_paused_resumed_and_ended(browser, cast, request_):
    made, joko = make(cast, request_), browser("joko")
    assert 'value="02:00"' in joko.get(f"/jadwal/{made.id}/ubah").text
    shown = joko.follow(joko.post(f"/jadwal/{made.id}/ubah", {**FORM, "at": "03:15", "revision": "0"})).text
    assert "Setiap hari pukul 03.15" in shown
    stale = joko.post(f"/jadwal/{made.id}/jeda", {"revision": "0"})
    assert stale.status_code == 409
    assert "sudah diubah orang lain" in stale.text
    assert "Dijeda" in joko.follow(joko.post(f"/jadwal/{made.id}/jeda", {"revision": "1"})).text
    assert "Aktif" in joko.follow(joko.post(f"/jadwal/{made.id}/lanjut", {"revision": "2"})).text
    assert "Diakhiri" in joko.follow(joko.post(f"/jadwal/{made.id}/akhiri", {"revision": "3"})).text
    assert joko.get("/jadwal/999").status_code == 404


def test_the_calendar_shows_what_ran_what_did_not_and_what_will(browser, cast, settings, request_):
    night = (db.now() - 4 * DAY).astimezone(OFFICE_ZONE).replace(hour=2, minute=0, second=5)
    made = make(cast, request_, at=night - timedelta(hours=1))
    [run_id] = schedule_runs.run_due(night, settings)
    assert schedule_runs.run_due(night + DAY, settings) == []
    machines.finished(Run.get_by_id(run_id))
    [late] = schedule_runs.run_due(night + 3 * DAY + timedelta(hours=3), settings)
    agus = browser("agus")
    expected = (
        (night, f'href="/pekerjaan/{run_id}"', "Berhasil"),
        (night + DAY, f'href="/jadwal/{made.id}"', "Tidak dapat dimulai"),
        (night + 2 * DAY, f'href="/jadwal/{made.id}"', "Tidak berjalan"),
        (night + 3 * DAY, f'href="/pekerjaan/{late}"', "Menunggu, terlambat"),
        (db.now() + 2 * DAY, f'href="/jadwal/{made.id}"', "Akan berjalan"),
    )
    for day, link, words in expected:
        cell = day_of(agus.get(f"/jadwal?bulan={day.astimezone(OFFICE_ZONE):%Y-%m}").text, day)
        assert link in cell
        assert words in cell
        assert "Web PRTRN" in cell
    page = agus.get(f"/jadwal/{made.id}").text
    assert f"Pekerjaan {run_id} dari jadwal ini belum selesai" in page


def day_of(page: str, day) -> str:
    """The calendar's cell of a day."""
    found = page.split(f", {values.day(day)}")[1]
    return found.split("</td>")[0]


def test_it_says_when_nobody_does_what_is_due(browser, cast, request_):
    made = make(cast, request_, at=db.now() - 3 * DAY)
    page = browser("agus").get(f"/jadwal/{made.id}").text
    assert "seharusnya sudah dimulai" in page
    assert "Belum dimulai" in browser("agus").get("/jadwal").text


def test_nothing_is_promised_after_the_term(browser, cast, request_):
    made, end = make(cast, request_), db.now() + 3 * DAY
    Grant.update(ends_at=end).execute()
    assert (
        browser("agus").get(f"/jadwal/{made.id}?bulan={db.now() + 62 * DAY:%Y-%m}").text.count("lb-entry ")
        == 0
    )
    Grant.update(ends_at=db.now()).execute()
    assert "Tidak ada lagi yang akan berjalan" in browser("agus").get(f"/jadwal/{made.id}").text


def test_many_due_times_of_a_day_stand_on_one_line(browser, cast, request_):
    made = make(cast, request_, rhythm="cron", cron="*/30 * * * *", at="")
    page = browser("agus").get(f"/jadwal/{made.id}?bulan={db.now() + 40 * DAY:%Y-%m}").text
    assert "48 kali" in page
    assert page.count("lb-entry ") <= 31


@pytest.mark.parametrize(
    "query", ["?bulan=2026-13", "?bulan=99999-01", "?bulan=%00", "?cari=%F0&keadaan=x", "?halaman=-1"]
)
def test_it_bears_strange_addresses(browser, cast, request_, query):
    make(cast, request_)
    assert browser("agus").get(f"/jadwal{query}").status_code == 200


def test_it_is_found_by_its_words_and_says_when_nothing_fits(browser, cast, request_):
    make(cast, request_)
    assert "Harian" in browser("agus").get("/jadwal?cari=web+prtrn").text
    assert "Tidak ada yang cocok" in browser("agus").get("/jadwal?cari=tidakada").text
    assert "Tidak ada yang cocok" in browser("agus").get("/jadwal?keadaan=paused").text


def test_a_server_without_a_request_says_that_nothing_is_scheduled(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    for who in ("joko", "agus"):
        page = browser(who).get(f"/server/{server.id}")
        assert (page.status_code, "Belum ada jadwal" in page.text) == (200, True)


def test_a_run_names_the_schedule_that_started_it(browser, cast, settings, request_):
    night = (db.now() - DAY).astimezone(OFFICE_ZONE).replace(hour=2, minute=0, second=5)
    made = make(cast, request_, at=night - timedelta(hours=1))
    [run_id] = schedule_runs.run_due(night, settings)
    page = browser("agus").get(f"/pekerjaan/{run_id}").text
    assert f'<a href="/jadwal/{made.id}">jadwal Harian</a>' in page
