"""The system administrator's desk for units (Satker): rename, put to rest, take up again."""

from __future__ import annotations

from datetime import datetime

from portal.errors import NotFound, TransitionRefused
from portal.operations import audit, succession
from portal.store.db import transaction
from portal.store.models import Unit, User
from portal.store.queries import accounts, words
from portal.store.queries import audit as trail
from schemas.people import UnitName


def find(unit_id: int) -> Unit:
    """One unit. Raises NotFound('unit.gone')."""
    unit = accounts.unit(unit_id)
    if unit is None:
        raise NotFound("unit.gone")
    return unit


def rename(unit_id: int, entry: UnitName, *, actor: User, at: datetime) -> None:
    """Give a unit another full name; papers already made keep the old one."""
    with transaction():
        trail.hold_chain()
        unit = find(unit_id)
        if unit.name == entry.name:
            return
        Unit.update(name=entry.name).where(Unit.id == unit.id).execute()
        words.unit_renamed(unit.id, unit.code, unit.name, entry.name)
        data = {"unit": unit.code, "old": unit.name, "new": entry.name}
        audit.record("unit:renamed", actor=actor, subject_type="unit", subject_id=unit.id, data=data, at=at)


def set_active(unit_id: int, active: bool, *, actor: User, at: datetime) -> None:
    """Put a unit to rest, so that nobody can be entered into it, or take it up again.

    Raises TransitionRefused('unit.has_…') while open accounts, a head, or open requests hang on it.
    """
    with transaction():
        trail.hold_chain()
        unit = find(unit_id)
        if unit.active == active:
            return
        needed = "" if active else accounts.unit_is_needed(unit.id, succession.ENDED, at)
        if needed:
            raise TransitionRefused(f"unit.has_{needed}", unit=unit.code)
        Unit.update(active=active).where(Unit.id == unit.id).execute()
        tag = "unit:activated" if active else "unit:deactivated"
        data = {"unit": unit.code, "name": unit.name}
        audit.record(tag, actor=actor, subject_type="unit", subject_id=unit.id, data=data, at=at)
