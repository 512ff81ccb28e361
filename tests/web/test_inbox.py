"""The inbox: what waits for whom, how soon, and deciding from the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from portal.sop.table import Role
from portal.store import db
from portal.store.models import BackupRequest, RoleHolding, User
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form

Open = Callable[..., Browser]


def several(browser: Open, count: int) -> list[int]:
    return [send_form(browser, draft_key=f"kunci-draf-{number:04d}", reason=f"Permohonan ke-{number} dari Sari.")
            for number in range(count)]  # fmt: skip


def numbers(page: str) -> list[str]:
    return re.findall(r'class="lb-inbox-number">(PB-\d{4}-\d{4})<', page)


def badge(page: str) -> str:
    return re.search(r'inbox-count">(\d*)', page).group(1)


def test_it_shows_each_desk_what_lies_on_it(browser: Open) -> None:
    first, second = several(browser, 2)
    decide(browser, "bambang", second, "forward")
    assert numbers(browser("bambang").get("/kotak-masuk").text) == [BackupRequest.get_by_id(first).number]
    assert numbers(browser("hendro").get("/kotak-masuk").text) == [BackupRequest.get_by_id(second).number]
    assert (badge(browser("bambang").get("/").text), badge(browser("ratna").get("/").text)) == ("1", "")


def test_it_is_for_officials(browser: Open) -> None:
    for who in ("sari", "sri", "tono"):
        assert browser(who).get("/kotak-masuk").status_code == 403, who


def test_it_keeps_ones_own_request_off_ones_own_desk(browser: Open, cast: dict[str, User]) -> None:
    request_id = send_form(browser)
    BackupRequest.update(requester=cast["bambang"]).where(BackupRequest.id == request_id).execute()
    page = browser("bambang").get("/kotak-masuk").text
    assert numbers(page) == []
    assert badge(page) == ""


def test_it_counts_and_filters_by_role(browser: Open, cast: dict[str, User]) -> None:
    """Hendro heads the centre and one of its units; for a while he stands in for Kabag TU too."""
    for sent in several(browser, 2):
        decide(browser, "bambang", sent, "forward")
    request_id = send_form(browser, draft_key="kunci-ke-tiga")
    BackupRequest.update(unit=cast["hendro"].unit).where(BackupRequest.id == request_id).execute()
    RoleHolding.create(user=cast["hendro"], role=Role.ADMIN_AFFAIRS_HEAD.value)
    hendro = browser("hendro")
    page = hendro.get("/kotak-masuk").text
    tabs = re.findall(r'class="lb-tab"[^>]*>([^<]+)<span class="lb-tab-count">(\d+)', page)
    assert [(name.strip(), count) for name, count in tabs] == [
        ("Semua", "3"), ("Kepala Satker", "1"), ("Kepala PPIKSN", "2")]  # fmt: skip
    assert len(numbers(hendro.get("/kotak-masuk?peran=unit_head").text)) == 1
    assert len(numbers(hendro.get("/kotak-masuk?peran=%00").text)) == 3


def test_it_forwards_from_the_list_and_comes_back_to_it(browser: Open) -> None:
    first, second = several(browser, 2)
    bambang = browser("bambang")
    page = bambang.get("/kotak-masuk").text
    assert page.count('name="action" value="forward"') == 2
    sent = {"action": "forward", "revision": "1", "note": "Mohon dibantu.", "back": "inbox"}
    answer = bambang.post(f"/permohonan/{first}/keputusan", sent)
    assert (answer.status_code, answer.location) == (303, "/kotak-masuk")
    after = bambang.follow(answer).text
    assert "sekarang di meja Kepala PPIKSN" in after
    assert numbers(after) == [BackupRequest.get_by_id(second).number]


def test_it_offers_only_what_needs_no_more_than_a_note(browser: Open) -> None:
    request_id = send_form(browser)
    decide(browser, "bambang", request_id, "forward")
    decide(browser, "hendro", request_id, "forward")
    page = browser("ratna").get("/kotak-masuk").text
    assert numbers(page) != []
    assert 'name="action"' not in page, "a selection wants the whole request before one's eyes"


def test_it_puts_the_most_urgent_first_over_all_pages(browser: Open) -> None:
    ids, at = several(browser, 30), db.now()
    for position, request_id in enumerate(ids):
        due = at + timedelta(days=3, hours=-position)
        BackupRequest.update(due_at=due).where(BackupRequest.id == request_id).execute()
    BackupRequest.update(due_at=at - timedelta(hours=1)).where(BackupRequest.id == ids[7]).execute()
    bambang = browser("bambang")
    first, second = bambang.get("/kotak-masuk").text, bambang.get("/kotak-masuk?halaman=2").text
    assert (len(numbers(first)), len(numbers(second))) == (25, 5)
    assert numbers(first)[0] == BackupRequest.get_by_id(ids[7]).number
    assert "Terlambat (1)" in first
    assert not set(numbers(first)) & set(numbers(second))
    for odd in ("halaman=0", "halaman=99", "halaman=x", "cari=%00", "cari=" + "y" * 9999, "peran=<b>"):
        assert bambang.get(f"/kotak-masuk?{odd}").status_code == 200, odd
