from __future__ import annotations

import re

import pytest

from portal.operations import leases, run_logs
from portal.web.runs.logs import log_line
from tests.support import machines
from tests.support.machines import AT


@pytest.fixture
def run(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    return machines.started(machines.approved(cast["sari"], cast["joko"], server), cast["agus"], settings)


def write(run, settings, lines: int, *, begin: int = 0) -> None:
    with run_logs.path_of(run.id, settings).open("a", encoding="utf-8") as file:
        for number in range(begin, begin + lines):
            file.write(f"2026-11-24T10:00:00.123Z INFO srv/www/berkas-{number:06d}.html\n")


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"berkas-(\d{6})", text)]


def asker(text: str) -> str | None:
    found = re.search(r'hx-get="([^"]*/log\?after=\d+)"', text)
    return found.group(1) if found else None


def test_it_shows_the_last_lines_first_and_the_rest_on_request(browser, settings, run):
    write(run, settings, 100_000)
    agus = browser("agus")
    page = agus.get(f"/pekerjaan/{run.id}").text
    seen = numbers(page)
    assert seen[-1] == 99_999
    assert len(seen) < 2_000
    assert "Tampilkan dari awal" in page
    first = agus.get(f"/pekerjaan/{run.id}?mulai=0").text
    assert numbers(first)[0] == 0
    assert len(first) < 1024 * 1024


def test_it_gives_every_line_once_in_bounded_pieces(browser, settings, run):
    write(run, settings, 100_000)
    machines.finished(run)
    agus = browser("agus")
    address, seen, pieces = f"/pekerjaan/{run.id}/log?after=0", [], 0
    while address:
        text = agus.get(address, htmx=True).text
        assert len(text) < 400 * 1024
        seen += numbers(text)
        address, pieces = asker(text), pieces + 1
    assert seen == list(range(100_000))
    assert 20 <= pieces <= 25


def test_it_goes_on_with_what_is_written_and_stops_at_the_end(browser, settings, run):
    lease = leases.claim(run.id, "w", at=AT, seconds=10**8)
    write(run, settings, 3)
    agus = browser("agus")
    address = asker(agus.get(f"/pekerjaan/{run.id}").text)
    quiet = agus.get(address, htmx=True).text
    assert numbers(quiet) == []
    assert asker(quiet) == address
    write(run, settings, 2, begin=3)
    more = agus.get(address, htmx=True).text
    assert numbers(more) == [3, 4]
    leases.finish(lease, state="succeeded", at=AT)
    last = agus.get(asker(more), htmx=True).text
    assert asker(last) is None
    assert asker(agus.get(f"/pekerjaan/{run.id}").text) is None


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 60, "1e9", "٣"])
def test_it_bears_any_offset(browser, settings, run, after):
    write(run, settings, 3)
    agus = browser("agus")
    assert agus.get(f"/pekerjaan/{run.id}/log?after={after}", htmx=True).status_code == 200
    assert agus.get(f"/pekerjaan/{run.id}?mulai={after}").status_code == 200


def test_it_leads_whoever_opens_a_piece_by_itself_to_the_page(browser, settings, run):
    answer = browser("agus").get(f"/pekerjaan/{run.id}/log?after=5")
    assert (answer.status_code, answer.location) == (303, f"/pekerjaan/{run.id}?mulai=5#catatan")


def test_it_can_be_read_from_the_start_without_script(browser, settings, run):
    write(run, settings, 10_000)
    agus = browser("agus")
    page = agus.get(f"/pekerjaan/{run.id}?mulai=0").text
    following = re.search(r'href="(/pekerjaan/\d+\?mulai=\d+)#catatan">Bagian berikutnya', page).group(1)
    assert numbers(agus.get(following).text)[0] == numbers(page)[-1] + 1


def test_it_can_be_taken_home_whole(browser, settings, run):
    agus = browser("agus")
    assert agus.get(f"/pekerjaan/{run.id}/log.txt").status_code == 404
    write(run, settings, 10)
    answer = agus.get(f"/pekerjaan/{run.id}/log.txt")
    assert answer.mimetype == "text/plain"
    assert answer.data == run_logs.path_of(run.id, settings).read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_it_shows_hostile_lines_as_text(browser, settings, run):
    path = run_logs.path_of(run.id, settings)
    path.write_bytes(
        b"2026-11-24T10:00:00.123Z WARN <script>alert(1)</script>\xff\x1b[31m\xe2\x80\xae\n</pre>\n"
    )
    page = browser("agus").get(f"/pekerjaan/{run.id}").text
    assert "<script>alert" not in page
    assert "&lt;/pre&gt;" in page
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_it_reads_times_as_the_office_does():
    line = log_line("2026-11-24T23:59:59.999Z ERROR gagal: a  b")
    assert (line.time, line.tone, line.text) == ("06.59.59", "bad", "gagal: a  b")
    assert log_line("2026-11-24T10:00:00.123Z WARN x").tone == "warn"
    assert log_line("bukan baris").text == "bukan baris"
    assert log_line("2026-13-99T10:00:00Z INFO x").text == "2026-13-99T10:00:00Z INFO x"
