"""Values as an Indonesian office writes them; the words come from CLDR (babel, locale `id`). Jinja filters."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup, escape

from schemas.evaluation import Mean

LOCALE = "id"
OFFICE_ZONE = ZoneInfo("Asia/Jakarta")
NUMBER_KEPT = 40
"""A number longer than any that the office gives may break."""

_BINARY_UNITS = ("KiB", "MiB", "GiB", "TiB", "PiB")
_DURATIONS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def long_date(value: date | datetime) -> str:
    """`23 November 2026`; an aware datetime gives its day in the office's zone."""
    return format_date(_day(value), "d MMMM y", locale=LOCALE)


def month_name(value: date | datetime) -> str:
    """`November 2026`; an aware datetime gives its month in the office's zone."""
    return format_date(_day(value), "MMMM y", locale=LOCALE)


def short_month(value: date | datetime) -> str:
    """`Nov`."""
    return format_date(_day(value), "MMM", locale=LOCALE)


def _day(value: date | datetime) -> date:
    return value.astimezone(OFFICE_ZONE).date() if isinstance(value, datetime) else value


def clock_time(value: datetime) -> str:
    """`10.12 WIB`, in the office's zone."""
    return format_datetime(value, "HH.mm z", tzinfo=OFFICE_ZONE, locale=LOCALE)


def number(value: int | float) -> str:
    """`1.234.567`."""
    return format_decimal(value, locale=LOCALE)


def mark(mean: Mean) -> str:
    """`4,3`; a dash where nobody gave a mark."""
    return "–" if mean.value is None else format_decimal(mean.value, "0.0", locale=LOCALE)


def size(count: int) -> str:
    """Given bytes, return `512 byte`, `1,5 GiB`: one decimal, binary units."""
    if count < 1024:
        return f"{number(count)} byte"
    value = count / 1024
    units = iter(_BINARY_UNITS)
    unit = next(units)
    # 1023.95 would be printed as 1.024,0 of the smaller unit.
    while value >= 1023.95 and (larger := next(units, None)):
        value, unit = value / 1024, larger
    return f"{format_decimal(value, '#,##0.0', locale=LOCALE)} {unit}"


def duration(seconds: float) -> str:
    """Given seconds, return the two largest units in words: `2 menit 5 detik`."""
    left = max(0, round(seconds))
    parts = []
    for name, length in _DURATIONS:
        count, left = divmod(left, length)
        if count:
            parts.append(format_unit(count, f"duration-{name}", "long", locale=LOCALE))
        elif parts:
            break
    return " ".join(parts[:2]) or format_unit(0, "duration-second", "long", locale=LOCALE)


def days(count: int) -> str:
    """`90 hari`."""
    return format_unit(count, "duration-day", "long", locale=LOCALE)


def balanced(title: str, limit: int = 48) -> list[str]:
    """A heading cut at spaces into lines of nearly equal length, each at most `limit` characters where its words
    allow: a centred heading never leaves one word alone on its last line."""
    words = title.split()
    wanted = -(-len(" ".join(words)) // limit)
    target = len(" ".join(words)) / max(1, wanted)
    lines: list[str] = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        full = len(lines) < wanted and lines[-1] and len(longer) > target + len(word) / 2
        if full or (lines[-1] and len(longer) > limit):
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def kept(text: str, *references: Any) -> Markup:
    """Prose with the numbers of the papers that it names (None: no such paper) each on one line, as `parts.ref` prints
    them."""
    shown = str(escape(text))
    for reference in references:
        if reference is not None and 0 < len(reference.number) <= NUMBER_KEPT:
            number = str(escape(reference.number))
            shown = shown.replace(number, f'<span class="nowrap">{number}</span>')
    return Markup(shown)  # nosec B704


FILTERS = {
    "kept": kept,
    "long_date": long_date,
    "month_name": month_name,
    "short_month": short_month,
    "in_hours": lambda seconds: seconds / 3600,
    "word": lambda value, words: words[value],
    "clock_time": clock_time,
    "number": number,
    "mark": mark,
    "size": size,
    "duration": duration,
    "days": days,
    "balanced": balanced,
}
