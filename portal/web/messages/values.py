"""How values read in an Indonesian sentence: dates, office time, sizes, counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

ZONE = ZoneInfo("Asia/Jakarta")
LOCALE = "id"
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")
_SPANS = ((86400, "hari"), (3600, "jam"), (60, "menit"), (1, "detik"))


def day(value: date | datetime | None) -> str:
    """23 November 2026; an instant's day is the one in Jakarta. None is a dash."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(ZONE).date()
    return format_date(value, "d MMMM y", locale=LOCALE)


def month(value: date) -> str:
    """November 2026."""
    return format_date(value, "MMMM y", locale=LOCALE)


def short_month(value: date) -> str:
    """Nov."""
    return format_date(value, "MMM", locale=LOCALE)


def instant(value: datetime | None) -> str:
    """23 November 2026 14.05 WIB."""
    return "–" if value is None else f"{day(value)} {clock(value)}"


def clock(value: datetime | None) -> str:
    """14.05 WIB: the office writes hours with a dot."""
    return "–" if value is None else f"{value.astimezone(ZONE):%H.%M} WIB"


def size(value: float | None) -> str:
    """1,5 GiB from bytes; whole bytes below 1 KiB."""
    if value is None:
        return "–"
    power = 0
    while abs(value) >= 1024 and power < len(_UNITS) - 1:
        value, power = value / 1024, power + 1
    digits = "#,##0" if power == 0 else "#,##0.0"
    return f"{format_decimal(value, format=digits, locale=LOCALE)} {_UNITS[power]}"


def count(value: float | None) -> str:
    """20.000 with Indonesian separators."""
    return "–" if value is None else format_decimal(value, locale=LOCALE)


def most(value: int, counted: int = 1000) -> str:
    """1.000+ for what is more than was counted."""
    return f"{count(counted)}+" if value > counted else count(value)


def duration(value: timedelta | float | None) -> str:
    """The two greatest parts of a span (seconds or timedelta): 2 jam 5 menit; below a second '< 1 detik'."""
    if value is None:
        return "–"
    left = int(value.total_seconds() if isinstance(value, timedelta) else value)
    parts = []
    for unit, name in _SPANS:
        if left >= unit:
            parts.append(f"{left // unit} {name}")
            left %= unit
    return " ".join(parts[:2]) or "< 1 detik"


def office_time(value: timedelta | None) -> str:
    """A span of office time: 12 jam 5 menit. Hours go on beyond 24, because a working day is not one."""
    if value is None:
        return "–"
    hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    parts = [f"{hours} jam"] * bool(hours) + [f"{minutes} menit"] * bool(minutes)
    return " ".join(parts) or "kurang dari 1 menit"


def relative(value: datetime | None, at: datetime) -> str:
    """How far from `at`: 'dalam 2 jam 5 menit', 'lewat 1 hari', 'sekarang' within a minute."""
    if value is None:
        return "–"
    seconds = (value - at).total_seconds()
    if abs(seconds) < 60:
        return "sekarang"
    return f"dalam {_minutes(seconds)}" if seconds > 0 else f"lewat {_minutes(-seconds)}"


def moment(value: datetime | None, at: datetime) -> str:
    """An instant near `at` as people say it: 'hari ini 14.30', 'besok 09.30', '26 November 09.30', the year only
    where it is another."""
    if value is None:
        return "–"
    there, here = value.astimezone(ZONE), at.astimezone(ZONE)
    days = (there.date() - here.date()).days
    near = {-1: "kemarin", 0: "hari ini", 1: "besok"}.get(days)
    pattern = "d MMMM" if there.year == here.year else "d MMMM y"
    return f"{near or format_date(there.date(), pattern, locale=LOCALE)} {there:%H.%M}"


def ago(value: datetime | None, at: datetime) -> str:
    """'5 menit lalu', 'baru saja' within a minute."""
    if value is None:
        return "–"
    seconds = (at - value).total_seconds()
    return "baru saja" if seconds < 60 else f"{_minutes(seconds)} lalu"


def _minutes(seconds: float) -> str:
    """A span without seconds: nobody plans by them."""
    return duration(seconds // 60 * 60)


def nip(value: str | None) -> str:
    """A NIP as papers print it: without spaces."""
    return "".join((value or "").split()) or "–"


def shown(value: Any) -> str:
    """A context value inside a sentence."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, bool) or value is None:
        return "–" if value is None else ("ya" if value else "tidak")
    if isinstance(value, int | float):
        return count(value)
    if isinstance(value, str):
        return value or "–"
    return ", ".join(map(shown, value)) if isinstance(value, Iterable) else str(value)
