"""What went before a request, for its officials."""

from __future__ import annotations

from collections.abc import Callable

from portal.store.models import BackupRequest, Server
from tests.support.app import Browser
from tests.web.test_chain_walk import decide, send_form

Open = Callable[..., Browser]


def test_officials_see_what_the_requester_and_the_server_had_before(browser: Open, cast) -> None:
    Server.create(name="web-prtrn", address="10.0.0.9", username="root", created_by=cast["agus"])
    sent = {"has_server": "on", "server_name": "web-prtrn"}
    first = send_form(browser, draft_key="kunci-draf-0001", **sent)
    second = send_form(browser, draft_key="kunci-draf-0002", **sent)
    third = send_form(browser, draft_key="kunci-draf-0003")
    decide(browser, "bambang", first, "forward")
    numbers = {row.id: row.number for row in BackupRequest.select()}
    page = browser("hendro").get(f"/permohonan/{first}").text
    assert f'<a href="/permohonan/{second}">{numbers[second]}</a>' in page
    past = page[page.index('id="riwayat"') :]
    own, about = past.split("Permohonan lain tentang server ini")
    assert (numbers[second] in own, numbers[third] in own) == (True, True)
    assert (numbers[second] in about, numbers[third] in about) == (True, False)
    assert "Belum ada pekerjaan di server ini" in about
    assert "Riwayat" in browser("hendro").get(f"/kotak-masuk/{first}", htmx=True).text


def test_nobody_else_sees_it(browser: Open) -> None:
    request_id = send_form(browser)
    for reader in ("sari", "tono"):
        assert 'id="riwayat"' not in browser(reader).get(f"/permohonan/{request_id}").text, reader
