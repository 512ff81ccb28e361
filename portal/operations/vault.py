"""What the places where copies lie have room for, and when that will be used up."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime

from portal.config import Settings
from portal.operations.letters import OFFICE_ZONE
from portal.sop import growth
from portal.store.db import transaction
from portal.store.models import VaultRoom
from portal.store.queries import storage


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of the vault's file system."""

    free: int
    total: int

    @property
    def used(self) -> int:
        """Bytes in use, by whatever."""
        return self.total - self.free


@dataclass(frozen=True, slots=True)
class Outlook:
    """The room now, how it was, and how it goes on. `measured`: by looking at the file system each day, else told
    from what the runs have recorded."""

    room: Room
    points: tuple[growth.Point, ...]
    growth: growth.Growth
    measured: bool


def room(settings: Settings) -> Room | None:
    """How much room the vault has, or None while it cannot be reached."""
    try:
        usage = shutil.disk_usage(settings.vault_path)
    except OSError:
        return None
    return Room(usage.free, usage.total)


def outlook(settings: Settings, at: datetime) -> Outlook | None:
    """How the vault fills, or None while it cannot be reached. Until enough days were measured what the runs have
    recorded must do."""
    now = room(settings)
    if now is None:
        return None
    since = at - growth.WINDOW
    points = [*_points(since), growth.Point(at, now.used)]
    found = growth.fit(points, now.used, now.total, at)
    if found.per_day is not None:
        return Outlook(now, tuple(points), found, measured=True)
    told = growth.backwards(now.used, storage.changes(since), at)
    return Outlook(now, tuple(reversed(told)), growth.fit(told, now.used, now.total, at), measured=False)


def elsewhere(settings: Settings, at: datetime) -> dict[str, Outlook]:
    """The outlook of the places on other disks and machines (repository, second) that are set and were measured."""
    places = {"repository": settings.repository_vault, "second": settings.second_vault}
    found = {name: storage.rooms(at - growth.WINDOW, name) for name, where in places.items() if where}
    return {name: _outlook_of(rooms, at) for name, rooms in found.items() if rooms}


def _outlook_of(rooms: list[VaultRoom], at: datetime) -> Outlook:
    last = Room(rooms[-1].free_bytes, rooms[-1].total_bytes)
    points = tuple(_points_of(rooms))
    return Outlook(last, points, growth.fit(points, last.used, last.total, at), measured=True)


def _points(since: datetime) -> list[growth.Point]:
    return _points_of(storage.rooms(since))


def _points_of(rooms: list[VaultRoom]) -> list[growth.Point]:
    return [growth.Point(each.measured_at, each.total_bytes - each.free_bytes) for each in rooms]


def measure_daily(at: datetime, settings: Settings) -> list[str]:
    """Note the room once on each day of the office. Return the day, if it was noted now."""
    day, now = _day(at), room(settings)
    if now is None or storage.measured_on(day):
        return []
    with transaction():
        note("vault", now, at)
    return [day]


def note(place: str, found: Room, at: datetime) -> None:
    """Note the room of a place, the first time on each day. Must run inside the caller's transaction."""
    noted = VaultRoom.insert(
        place=place, day=_day(at), measured_at=at, free_bytes=found.free, total_bytes=found.total
    )
    noted.on_conflict_ignore().execute()


def _day(at: datetime) -> str:
    return at.astimezone(OFFICE_ZONE).date().isoformat()
