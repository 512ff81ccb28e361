"""How the terms of a policy read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from portal.web import messages
from portal.web.messages import values
from schemas.policy import Window


def term(name: str, value: Any, units: Mapping[str, str]) -> list[str]:
    """A term of the policy in lines; `units` are the units' names by code. Nothing at all is a dash."""
    if value is None:
        return ["–"]
    return WORDS[name](value, units)


def names(kind: str) -> Any:
    """The reader of identifiers of one kind."""
    return lambda value, _units: [messages.label(kind, each) for each in value]


def amount(unit: str) -> Any:
    """The reader of a number with its unit."""
    return lambda value, _units: [f"{values.count(value)} {unit}"]


def _units(value: Iterable[str], units: Mapping[str, str]) -> list[str]:
    return [f"{units.get(code, code)} ({code})" for code in value] or ["Semua satker"]


def _classes(value: Iterable[Mapping[str, Any]], _names: Mapping[str, str]) -> list[str]:
    return [
        f"{each['name']}: {values.count(each['least_days'])} sampai {values.count(each['most_days'])} hari"
        for each in value
    ]


def _windows(value: Iterable[Mapping[str, time]], _names: Mapping[str, str]) -> list[str]:
    return [
        f"{each['start']:%H.%M}–{each['end']:%H.%M} ({values.duration(Window(**each).minutes * 60)})"
        for each in value
    ] or ["Jam berapa pun"]


WORDS = {
    "services": names("service"),
    "frequencies": names("frequency"),
    "units": _units,
    "retention_classes": _classes,
    "largest_gib": amount("GiB"),
    "most_folders": amount("folder"),
    "windows": _windows,
    "speed_mib": amount("MiB/detik"),
    "most_term_months": amount("bulan"),
}
