"""The first filling of the office calendar: public holidays, cuti bersama, and the months of Ramadan.

Everything is a proposal: the decrees (SKB) of a year come late and change, so the calendar stays editable, and dates
that rest on a sighting of the moon say that they are estimates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from holidays import GOVERNMENT, PUBLIC, country_holidays

from portal.sop.worktime import RAMADAN_WEEK, DayHours

COUNTRY = "ID"
RAMADAN_DAYS = 30
"""A month of the moon has 29 or 30 days: with 30, nobody's day is counted too long."""

Kind = Literal["holiday", "joint_leave"]
# The package has no dates of Ramadan for Indonesia; in English its labels of the feast that ends it are unmistakable.
_EID, _ESTIMATED = "Eid al-Fitr", " (estimated)"


class SeedDay(NamedTuple):
    """A closed day. `name` is Indonesian, as the package has it; "(perkiraan)" in it marks an estimate."""

    date: date
    name: str
    kind: Kind


@dataclass(frozen=True)
class SeedPeriod:
    """A Ramadan: both dates included. `estimated`: the moon has not been sighted or the decree not been issued."""

    name: str
    first: date
    last: date
    weekly: Mapping[int, DayHours]
    estimated: bool


def seed_days(years: Iterable[int]) -> list[SeedDay]:
    """Return the closed days of `years` in order, each date once: a public holiday goes before cuti bersama."""
    wanted = set(years)
    found: dict[date, SeedDay] = {}
    kinds: tuple[tuple[str, Kind], ...] = ((GOVERNMENT, "joint_leave"), (PUBLIC, "holiday"))
    for category, kind in kinds:
        for day, name in _named(wanted, category, "id"):
            found[day] = SeedDay(day, name, kind)
    return [found[day] for day in sorted(found)]


def seed_periods(years: Iterable[int]) -> list[SeedPeriod]:
    """Return each Ramadan that touches `years`, in order: the 30 days before Idul Fitri."""
    wanted = set(years)
    periods = []
    for eid, name in _named({*wanted, *(year + 1 for year in wanted)}, PUBLIC, "en_US"):
        labels = name.split("; ")
        if not {_EID, _EID + _ESTIMATED} & set(labels):
            continue
        first, last = eid - timedelta(days=RAMADAN_DAYS), eid - timedelta(days=1)
        if {first.year, last.year} & wanted:
            periods.append(SeedPeriod("Ramadan", first, last, RAMADAN_WEEK, _EID + _ESTIMATED in labels))
    return periods


def _named(years: set[int], category: str, language: str) -> list[tuple[date, str]]:
    if not years:
        return []
    found = country_holidays(COUNTRY, years=years, language=language, categories=(category,), expand=False)
    return sorted(found.items())
