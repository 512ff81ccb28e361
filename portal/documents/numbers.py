"""Letter numbers by a pattern that the office sets, for example `{seq}/{unit}/{class}/{month}/{year}`. Pure."""

from __future__ import annotations

import re
from string import Formatter

from portal.errors import InvalidInput

DEFAULT_PATTERN = "{seq}/{unit}/{class}/{month}/{year}"
PLACES = ("seq", "unit", "class", "month", "year")
MAX_LENGTH = 80
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_LITERAL = re.compile(r"[A-Za-z0-9 ./_()-]*")
_NEEDED = ("seq", "class", "year")


def check_pattern(pattern: str) -> str:
    """Return `pattern` when every number it gives is unique in the register (per year and class, without gaps).

    Raises InvalidInput: `number.pattern_malformed` (braces, conversions, widths), `number.pattern_unknown_place`,
    `number.pattern_character` (letters, digits, space and ./_()- are allowed), `number.pattern_missing_place` (seq,
    class and year are needed, each place at most once), `number.pattern_too_long`.
    """
    if len(pattern) > MAX_LENGTH:
        raise InvalidInput("number.pattern_too_long", limit=MAX_LENGTH)
    seen: list[str] = []
    for literal, place in _parts(pattern):
        if not _LITERAL.fullmatch(literal):
            raise InvalidInput("number.pattern_character", pattern=pattern)
        if place is not None:
            if place not in PLACES:
                raise InvalidInput("number.pattern_unknown_place", place=place)
            seen.append(place)
    for place in PLACES:
        if seen.count(place) > 1 or (place in _NEEDED and place not in seen):
            raise InvalidInput("number.pattern_missing_place", place=place)
    return pattern


def format_number(pattern: str, *, seq: int, unit: str, classification: str, month: int, year: int) -> str:
    """The number of the letter `seq` (from 1, padded to three digits) of `classification` in `year`; `month` is 1
    to 12 and printed in Roman numerals.

    Raises InvalidInput as `check_pattern`, or `number.too_long` above 80 characters; ValueError on a seq below 1 or
    a month outside 1..12.
    """
    check_pattern(pattern)
    if seq < 1:
        raise ValueError(f"a register starts at 1, not at {seq}")
    if not 1 <= month <= len(ROMAN):
        raise ValueError(f"no such month: {month}")
    values = {
        "seq": f"{seq:03d}",
        "unit": unit,
        "class": classification,
        "month": ROMAN[month - 1],
        "year": str(year),
    }
    number = "".join(literal + (values[place] if place else "") for literal, place in _parts(pattern))
    if len(number) > MAX_LENGTH:
        raise InvalidInput("number.too_long", number=number, limit=MAX_LENGTH)
    return number


def _parts(pattern: str) -> list[tuple[str, str | None]]:
    try:
        parsed = list(Formatter().parse(pattern))
    except ValueError as error:
        raise InvalidInput("number.pattern_malformed", pattern=pattern) from error
    if any(specification or conversion for _, _, specification, conversion in parsed):
        raise InvalidInput("number.pattern_malformed", pattern=pattern)
    return [(literal, place) for literal, place, _, _ in parsed]
