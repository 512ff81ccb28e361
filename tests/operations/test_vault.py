"""The room of the vault: measured once a day, and told from the runs until that is enough."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import UTC, datetime, timedelta

import pytest

from portal.operations import vault
from portal.store.models import Snapshot, VaultRoom
from portal.store.queries import storage
from tests.support import machines
from tests.support.machines import AT

GIB = 1024**3
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def disk(monkeypatch):
    """A file system of 100 GiB; set what is in use."""
    now = {"used": 40 * GIB}
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _path: Usage(100 * GIB, now["used"], 100 * GIB - now["used"])
    )
    return now


def test_it_is_measured_once_on_a_day_of_the_office(settings, database, disk):
    evening = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert vault.measure_daily(evening, settings) == ["2026-11-23"]
    assert vault.measure_daily(evening, settings) == []
    assert vault.measure_daily(evening + timedelta(hours=1), settings) == ["2026-11-24"]
    assert VaultRoom.select().count() == 2


def test_a_vault_that_is_away_has_no_room(settings, database):
    shutil.rmtree(settings.vault_path)
    assert vault.outlook(settings, AT) is None
    assert vault.measure_daily(AT, settings) == []


def test_the_measured_days_lead_to_the_day_it_is_full(settings, database, disk):
    for day in range(10):
        disk["used"] = (30 + day) * GIB
        vault.measure_daily(AT + timedelta(days=day), settings)
    found = vault.outlook(settings, AT + timedelta(days=9))
    assert found.measured
    assert found.growth.per_day == pytest.approx(GIB)
    assert (found.growth.fills_at - AT).total_seconds() == pytest.approx(70 * 86_400)


def test_until_then_the_runs_tell(cast, settings, disk):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request = machines.approved(cast["sari"], cast["joko"], server)
    for day in range(5):
        copy = machines.backed_up(request, cast["agus"], settings, at=AT + timedelta(days=day))
        Snapshot.update(added_bytes=2 * GIB).where(Snapshot.id == copy.id).execute()
    found = vault.outlook(settings, AT + timedelta(days=4, minutes=1))
    assert not found.measured
    assert found.growth.per_day == pytest.approx(2 * GIB, rel=0.15)
    assert found.points[-1].used == 40 * GIB
    (line,) = storage.lines(AT)
    assert (line.copies, line.recent_bytes, line.lacking, line.ruled) == (5, 10 * GIB, 5, False)
    assert storage.lines(AT + timedelta(days=3))[0].recent_bytes == 4 * GIB
