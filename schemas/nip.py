"""NIP, the number of a civil servant: 18 digits that tell birth, appointment, sex and a serial number.

Source: Perka BKN 22/2007 (PNS: birth date, year and month of appointment, sex, serial of 3). The numbers of PPPK have
the same length, but their digits 13 and 14 count contracts: they are taken with a warning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from schemas.text import refuse

LENGTH = 18
BIRTH_YEARS = (1920, 2099)
AGES = (15, 75)
"""At appointment: nobody is younger or older, so such a number has been mistyped."""
_DECEMBER = 12
_SEX: dict[str, Literal["male", "female"]] = {"1": "male", "2": "female"}


@dataclass(frozen=True)
class Nip:
    """A NIP taken apart. `value` is the 18 digits; `appointed` is the first of the month, none for a PPPK number.

    `warnings` holds codes that a page shows beside the field; they refuse nothing.
    """

    value: str
    birth: date
    appointed_year: int
    appointed: date | None
    sex: Literal["male", "female"]
    serial: str
    kind: Literal["pns", "pppk"]
    warnings: tuple[str, ...] = ()


def parse_nip(value: Any, today: date | None = None) -> Nip:
    """Given a NIP as typed (spaces are dropped), return its parts.

    With `today`, an appointment in a later year is refused. Raise PydanticCustomError: `field.required`,
    `nip.digits`, `nip.length`, `nip.birth_date`, `nip.appointment`, `nip.sex`.
    """
    digits = _digits(value)
    birth = _birth(digits[:8])
    year, month = int(digits[8:12]), int(digits[12:14])
    youngest, oldest = AGES
    if not birth.year + youngest <= year <= birth.year + oldest or (today and year > today.year):
        refuse("nip.appointment", "no year of appointment in digits 9 to 12", year=digits[8:12])
    if digits[14] not in _SEX:
        refuse("nip.sex", "digit 15 is 1 or 2", digit=digits[14])
    is_month = 1 <= month <= _DECEMBER
    return Nip(
        value=digits,
        birth=birth,
        appointed_year=year,
        appointed=date(year, month, 1) if is_month else None,
        sex=_SEX[digits[14]],
        serial=digits[15:],
        kind="pns" if is_month else "pppk",
        warnings=() if is_month else ("nip.pppk",),
    )


def nip_warnings(value: Any) -> tuple[str, ...]:
    """Return the warnings of a NIP as typed; none while it cannot be read at all."""
    try:
        return parse_nip(value).warnings
    except PydanticCustomError:
        return ()


def _digits(value: Any) -> str:
    if not isinstance(value, str):
        refuse("nip.digits", "digits expected")
    digits = re.sub(r"[ \u00a0]", "", value.strip())
    if not digits:
        refuse("field.required", "required")
    if not re.fullmatch(r"[0-9]+", digits):
        refuse("nip.digits", "digits expected")
    if len(digits) != LENGTH:
        refuse("nip.length", "{expected} digits expected", expected=LENGTH, length=len(digits))
    return digits


def _birth(digits: str) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        refuse("nip.birth_date", "no date of birth in digits 1 to 8", digits=digits)
    first, last = BIRTH_YEARS
    if not first <= birth.year <= last:
        refuse("nip.birth_date", "no date of birth in digits 1 to 8", digits=digits)
    return birth


NipText = Annotated[str, BeforeValidator(lambda value: parse_nip(value).value)]
"""A NIP as its 18 digits."""
