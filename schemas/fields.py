"""The fields of FM 001 one by one: from what a browser sends, or what was kept, to a value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic_core import PydanticCustomError

from schemas.text import Line, folder_path, refuse

REGION = "ID"
YEARS = (2000, 2100)
FOLDERS_MAX = 40
FOLDERS_LENGTH_MAX = 4000

Identifier = TypeVar("Identifier", bound=StrEnum)


class Service(StrEnum):
    """The four services of the SOP's scope."""

    BACKUP_FILES = "backup_files"
    BACKUP_DATABASE = "backup_database"
    MIRROR_FILES = "mirror_files"
    MIRROR_DATABASE = "mirror_database"


class Frequency(StrEnum):
    """How often the service is asked for."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


_FOLDER = Line(FOLDERS_LENGTH_MAX)
_EMAIL = Line(254)
_PHONE = Line(40)
_LINE_END = re.compile(r"\r\n?|\n")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_LOCAL_DATE = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})")
_TICKS = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False, "": False}


def day(value: Any) -> date:
    """Return a date as a browser sends it (2026-11-23) or a hand writes it (23-11-2026, 23/11/2026).

    Raise PydanticCustomError, as all of these do: `form.date`, `field.required`.
    """
    found = value if type(value) is date else _read_day(Line(20).clean(value))
    if not YEARS[0] <= found.year <= YEARS[1]:
        refuse("form.date", "a year from {min} to {max} expected", min=YEARS[0], max=YEARS[1])
    return found


def _read_day(text: str) -> date:
    iso, local = _ISO_DATE.fullmatch(text), _LOCAL_DATE.fullmatch(text)
    parts = iso.groups() if iso else local.groups()[::-1] if local else ()
    try:
        year, month, day_of_month = map(int, parts)
        return date(year, month, day_of_month)
    except ValueError:
        refuse("form.date", "a date expected")


def tick(value: Any) -> bool:
    """Return whether a box is ticked, from what browsers and JSON send; absent is no. Code: `form.tick`."""
    text = str(value).lower() if isinstance(value, str | bool) else "" if value is None else "?"
    if text not in _TICKS:
        refuse("form.tick", "on or off expected")
    return _TICKS[text]


def phone(value: Any) -> str:
    """Return a telephone number, Indonesian unless it begins with +, as E.164. Codes: `phone.*`."""
    try:
        number = phonenumbers.parse(_PHONE.clean(value), REGION)
    except phonenumbers.NumberParseException:
        refuse("phone.invalid", "not a telephone number")
    if not phonenumbers.is_valid_number(number):
        refuse("phone.invalid", "no such telephone number")
    if number.extension:
        refuse("phone.extension", "a number without extension expected")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show_phone(number: str) -> str:
    """Return a kept number as people write it: 0812-3456-7890, or +65 6123 4567 when it is a foreign one."""
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return number
    home = parsed.country_code == phonenumbers.country_code_for_region(REGION)
    shape = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, shape)


def email(value: Any) -> str:
    """Return an e-mail address with its domain in lower case; nobody is asked whether it exists. `email.invalid`."""
    text = _EMAIL.clean(value)
    if text.startswith("-"):
        refuse("email.invalid", "may not begin with a dash")
    try:
        # Nothing is asked of the network; ".test" is the domain of practice offices and tests (RFC 6761).
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        refuse("email.invalid", "not an e-mail address")
    return found.normalized


def folders(value: Any) -> tuple[str, ...]:
    """Return what is written in "Nama Folder": one per line, blank and repeated lines left out.

    Codes: `form.too_many_folders`, `form.folders_too_long`, those of a path or line, with the `line`'s number.
    """
    entries = [value] if isinstance(value, str) else value
    if not isinstance(entries, list | tuple) or not all(isinstance(entry, str) for entry in entries):
        refuse("text.kind", "text expected")
    lines = [line.strip(" \t") for entry in entries for line in _LINE_END.split(entry) if line.strip()]
    if len(lines) > FOLDERS_MAX:
        refuse("form.too_many_folders", "at most {max} folders", max=FOLDERS_MAX, count=len(lines))
    if sum(map(len, lines)) > FOLDERS_LENGTH_MAX:
        refuse("form.folders_too_long", "at most {max} characters together", max=FOLDERS_LENGTH_MAX)
    return tuple(dict.fromkeys(_folder(number, line) for number, line in enumerate(lines, 1)))


def _folder(number: int, line: str) -> str:
    try:
        return folder_path(line) if line.startswith("/") else _FOLDER.clean(line)
    except PydanticCustomError as refused:
        context = {**(refused.context or {}), "line": number}
        raise PydanticCustomError(refused.type, refused.message_template, context) from None


def chosen(kind: type[Identifier]) -> Callable[[Any], Identifier]:
    """Return the reader of one choice. Codes: `field.required`, `form.choice`."""

    def choose(value: Any) -> Identifier:
        if value in (None, ""):
            refuse("field.required", "required")
        if not isinstance(value, str) or value not in list(kind):
            refuse("form.choice", "one of the choices expected")
        return kind(value)

    return choose


def services(value: Any) -> tuple[Service, ...]:
    """Return the services in the SOP's order, each once. Codes: `form.no_service`, `form.choice`."""
    if isinstance(value, str):
        value = [value] if value else []
    if value is None or (isinstance(value, list | tuple | set | frozenset) and not value):
        refuse("form.no_service", "at least one service")
    if not isinstance(value, list | tuple | set | frozenset):
        refuse("form.choice", "one of the choices expected")
    named = {chosen(Service)(entry) for entry in value}
    return tuple(service for service in Service if service in named)
