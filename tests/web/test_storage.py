"""The page of the vault by role, empty and filled."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest

from portal.operations import vault
from portal.store.db import now
from portal.store.models import VaultRoom
from tests.support import machines
from tests.support.keeping import aged, asked, ruled


def fill(settings, per_day, days=10):
    """Measured days that lead to the room as it is."""
    room = vault.room(settings)
    for day in range(1, days):
        at = now() - timedelta(days=day)
        VaultRoom.create(day=at.date().isoformat(), measured_at=at, total_bytes=room.total,
                         free_bytes=room.free + day * per_day)  # fmt: skip
    return room


@pytest.mark.parametrize(
    ("who", "status"), [("joko", 200), ("agus", 200), ("ratna", 200), ("tono", 200), ("sari", 403)]
)
def test_it_is_for_those_who_look_after_the_copies(browser, who, status):
    answer = browser(who).get("/penyimpanan")
    assert answer.status_code == status
    if status == 200:
        assert "Belum ada salinan" in answer.text
        assert "Belum diketahui" in answer.text


def test_it_says_when_the_vault_is_full(browser, settings):
    room = fill(settings, vault.room(settings).free // 20)
    page = browser("joko").get("/penyimpanan").text
    assert "<polyline" in page
    assert "Diukur sekali sehari" in page
    assert "dalam 19 hari" in page or "dalam 20 hari" in page
    assert room.total > 0
    assert "Gudang terpakai" in browser("joko").get("/").text
    assert "Gudang terpakai" not in browser("sari").get("/").text


def test_a_vault_that_is_away_is_said_aloud(browser, settings):
    joko = browser("joko")
    shutil.rmtree(settings.vault_path)
    assert "Gudang tidak dapat dicapai" in joko.get("/penyimpanan").text
    assert joko.get("/").status_code == 200


def test_it_shows_each_server_and_what_waits(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server)
    for number in range(2):
        aged(machines.backed_up(request, cast["agus"], settings, at=now()), 100 - number)
    ruled(server, cast["joko"], at=now(), last=1)
    asked(server, cast["agus"], at=now())
    page = browser("joko").get("/penyimpanan").text
    assert server.name in page
    assert "Pemusnahan menunggu persetujuan" in page
    assert "Belum diukur" in page


def test_it_shows_the_places_elsewhere_that_are_set(app, browser, settings):
    app.config["SETTINGS"] = settings.model_copy(update={"second_vault": "/mnt/kedua"})
    for day in range(10):
        at = now() - timedelta(days=day)
        for place in ("second", "repository"):
            VaultRoom.create(place=place, day=at.date().isoformat(), measured_at=at, total_bytes=100 * 1024**3,
                             free_bytes=(50 + day) * 1024**3)  # fmt: skip
    page = browser("joko").get("/penyimpanan").text
    assert "/mnt/kedua" in page
    assert "50 persen terpakai" in page
    assert "Mesin gudang" not in page, "what is not set any more is not shown"
