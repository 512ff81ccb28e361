"""Typed text: lines, paragraphs, and names that later stand in a command or on a paper.

Each refusal is a PydanticCustomError: a stable code and the values that its sentence needs.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Annotated, Any, LiteralString, NoReturn

from pydantic import BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

HOST_MAX = 253
LABEL_MAX = 63
PATH_MAX_BYTES = 4096
NAME_MAX_BYTES = 255
PORTS = (1, 65535)

# Zero-width space, word joiner, byte order mark, soft hyphen: they come along when text is pasted, and mean nothing.
_PASTED = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
# Overrides and isolates of the writing direction make a text look like another.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEWLINES = re.compile("\r\n?|[\u2028\u2029\u0085]")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")


def refuse(code: LiteralString, message: LiteralString, **context: Any) -> NoReturn:
    """Raise the refusal `code`; the English `message` is for logs, the pages have sentences of their own."""
    raise PydanticCustomError(code, message, context or None)


def check_characters(text: str, allowed: str = "") -> None:
    """Refuse control characters but those `allowed`, half characters, and overrides of the writing direction."""
    for character in text:
        category = unicodedata.category(character)
        unsafe = (
            category in ("Cc", "Cs", "Zl", "Zp") or character in _DIRECTION or _is_no_character(character)
        )
        if unsafe and character not in allowed:
            code_point = f"U+{ord(character):04X}"
            refuse("text.control_character", "control character {character}", character=code_point)


def _is_no_character(character: str) -> bool:
    """Whether it is one of Unicode's noncharacters, or the sign that stands for what could not be read."""
    point = ord(character)
    return point == 0xFFFD or 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        refuse("text.kind", "text expected")
    return value


def _is_blank(text: str) -> bool:
    """Whether nothing in `text` can be seen: only spaces, joiners, combining marks."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


@dataclass(frozen=True)
class _Text:
    """`max` and `min` count characters after cleaning; a `min` of 1 or more makes the text required."""

    max: int
    min: int = 0

    def clean(self, value: Any) -> str:
        """Return the text as it is kept: composed (NFC), trimmed. Raise PydanticCustomError."""
        text = unicodedata.normalize("NFC", self._tidy(_as_text(value).translate(_PASTED))).strip()
        if _is_blank(text):
            text = ""
        if not text and self.min:
            refuse("field.required", "required")
        if len(text) < self.min:
            refuse("text.too_short", "at least {min} characters", min=self.min, length=len(text))
        if len(text) > self.max:
            refuse("text.too_long", "at most {max} characters", max=self.max, length=len(text))
        return text

    def _tidy(self, text: str) -> str:
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self.clean, handler(source))


@dataclass(frozen=True)
class Line(_Text):
    """One line of text, required unless `min` is 0: `name: Annotated[str, Line(120)]`. A tab becomes a space."""

    min: int = 1

    def _tidy(self, text: str) -> str:
        text = text.replace("\t", " ").strip()
        if "\n" in text or _NEWLINES.search(text):
            refuse("text.newline", "one line expected")
        check_characters(text)
        return text


@dataclass(frozen=True)
class Paragraph(_Text):
    """Text of several lines, empty allowed unless `min` is given. Every kind of line end becomes a newline."""

    def _tidy(self, text: str) -> str:
        text = _NEWLINES.sub("\n", text).replace("\t", " ")
        check_characters(text, allowed="\n")
        return "\n".join(line.rstrip() for line in text.split("\n"))


def _typed(value: Any) -> str:
    """Text for a name: required, trimmed, without control characters."""
    text = _as_text(value).strip()
    if not text:
        refuse("field.required", "required")
    check_characters(text)
    return text


def host_name(value: Any) -> str:
    """Return a DNS name in lower case, or an IPv4 or IPv6 address in its short form. Raise PydanticCustomError."""
    text = _typed(value).lower()
    if text.startswith("-"):
        refuse("host.leading_dash", "may not begin with a dash")
    if len(text) > HOST_MAX:
        refuse("host.too_long", "at most {max} characters", max=HOST_MAX)
    if ":" in text or text.startswith("["):
        return _address(IPv6Address, text.removeprefix("[").removesuffix("]"))
    labels = text.removesuffix(".").split(".")
    # A last label that is a number is read by resolvers as an address in disguise: 2130706433 is 127.0.0.1.
    if _NUMBER.fullmatch(labels[-1]):
        return _address(IPv4Address, text)
    if not all(_LABEL.fullmatch(label) and len(label) <= LABEL_MAX for label in labels):
        refuse("host.name", "not a host name")
    return ".".join(labels)


def _address(kind: Callable[[str], IPv4Address | IPv6Address], text: str) -> str:
    try:
        address = kind(text)
    except AddressValueError:
        refuse("host.address", "not an IP address")
    if getattr(address, "scope_id", None):
        refuse("host.address", "an address with a zone")
    return str(address)


def unix_user(value: Any) -> str:
    """Return the name of an account of a server (useradd's rule). Raise PydanticCustomError."""
    text = _typed(value)
    if text.startswith("-"):
        refuse("user.leading_dash", "may not begin with a dash")
    if not _USER.fullmatch(text):
        refuse("user.name", "small letters, digits, _ and -, at most 32")
    return text


def folder_path(value: Any) -> str:
    """Return an absolute path, without doubled or closing slashes. Raise PydanticCustomError.

    Nothing is trimmed or recomposed: a space or an accent at the end of a folder's name belongs to it.
    """
    text = _as_text(value)
    if not text:
        refuse("field.required", "required")
    check_characters(text)
    if not text.startswith("/"):
        refuse("path.relative", "an absolute path expected")
    if len(text.encode()) > PATH_MAX_BYTES:
        refuse("path.too_long", "at most {max} bytes", max=PATH_MAX_BYTES)
    names = text.split("/")
    if ".." in names:
        refuse("path.parent", "no '..' allowed")
    if any(len(name.encode()) > NAME_MAX_BYTES for name in names):
        refuse("path.name_too_long", "a name has at most {max} bytes", max=NAME_MAX_BYTES)
    path = "/" + posixpath.normpath(text).lstrip("/")
    if path == "/":
        refuse("path.root", "the whole server is no folder")
    return path


def port(value: Any) -> int:
    """Return a TCP port, from digits or an integer. Raise PydanticCustomError."""
    return whole_number(value, *PORTS, code="port")


def whole_number(value: Any, least: int, most: int, *, code: LiteralString) -> int:
    """Return the number between `least` and `most`. Raise `<code>.kind`, `<code>.range` or `field.required`."""
    number = value if type(value) is int else None
    if isinstance(value, str):
        text = value.strip()
        if not text:
            refuse("field.required", "required")
        number = int(text) if _WHOLE.fullmatch(text) else None
    if number is None:
        raise PydanticCustomError(f"{code}.kind", "a whole number expected")
    if not least <= number <= most:
        raise PydanticCustomError(f"{code}.range", "{min} to {max}", {"min": least, "max": most})
    return number


HostName = Annotated[str, BeforeValidator(host_name)]
UnixUser = Annotated[str, BeforeValidator(unix_user)]
FolderPath = Annotated[str, BeforeValidator(folder_path)]
Port = Annotated[int, BeforeValidator(port)]
