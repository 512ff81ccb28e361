"""The office calendar in the browser: read by everybody, changed by the system administrator after a preview."""

from __future__ import annotations

import re
from datetime import date

import pytest

from portal.operations import calendar
from portal.store.models import CalendarDay, CalendarPeriod
from tests.support import desks

DAY = {"day": "2026-11-24", "kind": "holiday", "name": "Hari Guru", "hours": ""}


@pytest.fixture
def file(app, cast, settings):
    return desks.file(settings, cast)


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return dict(found)


def seconds(page: str, name: str = "data-seconds") -> list[int]:
    return [int(found) for found in re.findall(rf'{name}="(-?\d+)"', page)]


def test_everybody_reads_it_and_only_the_system_administrator_is_offered_changes(browser, file):
    for who in ("sari", "bambang", "hendro", "tono", "sri"):
        page = browser(who).get("/kalender?bulan=2026-12").text
        assert "Desember 2026" in page
        assert ("Tambah hari" in page) == (who == "sri")


@pytest.mark.parametrize(
    "path", ["/kalender/hari", "/kalender/masa", "/kalender/hari/hapus", "/kalender/isi"]
)
def test_nobody_else_may_change_it(browser, file, path):
    for who in ("sari", "joko", "hendro", "tono"):
        assert browser(who).post(path, data=DAY).status_code == 403
    assert CalendarDay.select().count() == 0


def test_it_shows_which_due_times_move_before_it_is_saved(browser, file):
    sri = browser("sri")
    page = sri.post("/kalender/hari", data=DAY)
    assert page.status_code == 200
    assert file.row.number in page.text
    assert "25 November 2026 09.00 WIB" in page.text
    assert CalendarDay.select().count() == 0
    saved = sri.post("/kalender/hari", data=hidden(page.text))
    assert saved.status_code == 303
    assert CalendarDay.get().name == "Hari Guru"
    told = sri.get(f"/permohonan/{file.request_id}/tenggat")
    assert told.status_code == 404, "the system administrator does not read requests"
    told = browser("bambang").get(f"/permohonan/{file.request_id}/tenggat").text
    assert "Hari libur: Hari Guru" in told
    assert "Tenggat pindah dari 24 November 2026 09.00 WIB ke 25 November 2026 09.00 WIB" in told


def test_it_shows_again_what_moved_meanwhile(browser, file):
    sri = browser("sri")
    values = hidden(sri.post("/kalender/hari", data=DAY).text)
    file.act("sari", "withdraw")
    again = sri.post("/kalender/hari", data=values)
    assert again.status_code == 409
    assert CalendarDay.select().count() == 0
    assert sri.post("/kalender/hari", data=hidden(again.text)).status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "special"}, "Isi jam bukanya"),
        ({"kind": "special", "hours": "12.00-07.30"}, "tidak berurutan"),
        ({"kind": "special", "hours": "07.30-12.00, 11.00-13.00"}, "tumpang tindih"),
        ({"day": "besok"}, "Isikan"),
    ],
)
def test_it_keeps_what_was_typed_and_says_what_is_wrong(browser, file, changes, words):
    page = browser("sri").post("/kalender/hari", data=DAY | changes)
    assert page.status_code == 422
    assert "Hari Guru" in page.text
    assert words in page.text or "lb-error" in page.text
    assert CalendarDay.select().count() == 0


def test_a_period_is_added_changed_and_removed(browser, file):
    sri = browser("sri")
    assert 'value="08.00-12.00, 12.30-15.00"' in sri.get("/kalender/masa").text
    form = {
        "name": "Ramadan",
        "first": "2027-02-08",
        "last": "2027-03-09",
        "hours_0": "08.00-12.00, 12.30-15.00",
    }
    sri.post("/kalender/masa", data=hidden(sri.post("/kalender/masa", data=form).text))
    period = CalendarPeriod.get()
    assert period.weekly == {"0": [["08:00", "12:00"], ["12:30", "15:00"]]}
    assert "08.00–12.00, 12.30–15.00" in sri.get("/kalender?bulan=2027-02").text
    edit = sri.get(f"/kalender/masa?period_id={period.id}").text
    assert 'value="2027-02-08"' in edit
    gone = sri.post("/kalender/masa/hapus", data={"id": period.id})
    sri.post("/kalender/masa/hapus", data=hidden(gone.text))
    assert CalendarPeriod.select().count() == 0


def test_a_year_is_filled_after_a_look(browser, file):
    sri = browser("sri")
    look = sri.post("/kalender/isi", data={"year": "2027"})
    assert "Nyepi" in look.text
    assert CalendarDay.select().count() == 0
    sri.post("/kalender/isi", data=hidden(look.text))
    assert CalendarDay.select().where(CalendarDay.date == date(2027, 3, 8)).exists()
    assert sri.post("/kalender/isi", data={"year": "99999"}).status_code == 303


def test_the_simulator_adds_up(browser, file, cast):
    calendar.seed([2027], actor=None, at=desks.MONDAY)
    page = browser("sari").get("/kalender?mulai=2027-03-05T14:00&jumlah=5&satuan=hour&langkah=").text
    assert sum(seconds(page)) == 5 * 3600 == seconds(page, "data-seconds-given")[0]
    assert "(Ramadan)" in page


def test_the_simulator_tries_a_closed_day(browser, file):
    asked = "/kalender?mulai=2026-11-23T14:00&langkah=policy_selection&tutup=2026-11-24"
    page = browser("sari").get(asked).text
    assert "Jatuh tempo 24 November 2026 10.30 WIB" in page
    assert "Bila 24 November 2026 tutup: 25 November 2026 10.30 WIB" in page


def test_the_simulator_says_what_it_cannot_read(browser, file):
    page = browser("sari").get("/kalender?mulai=besok&langkah=&jumlah=x&satuan=hour&tutup=").text
    assert "Isi tanggal dan jam" in page
    assert "Isi dengan bilangan bulat" in page


def test_a_due_time_explains_itself_on_a_page_and_in_a_dialog(browser, file):
    file.walk("policy_selection")
    ratna = browser("ratna")
    path = f"/permohonan/{file.request_id}/tenggat"
    page = ratna.get(path).text
    assert sum(seconds(page)) == 5 * 3600
    assert "<html" in page
    part = ratna.get(path, htmx=True).text
    assert "<html" not in part
    assert "data-modal" in part
    assert sum(seconds(part)) == 5 * 3600
    for where in ("/", "/kotak-masuk", f"/permohonan/{file.request_id}", "/permohonan"):
        assert f'href="{path}"' in ratna.get(where).text, where
    assert browser("wulan").get(path).status_code == 404


def test_where_the_sop_gives_no_time_the_page_says_so(browser, file):
    file.act("bambang", "return", note="Lengkapi.", marked_fields=("reason",))
    assert "tidak diberi batas waktu" in browser("sari").get(f"/permohonan/{file.request_id}/tenggat").text
