"""Units and people as they are entered: by the system administrator's page or command."""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, StringConstraints
from pydantic_core import PydanticCustomError

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,19}")


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") for character in text):
        raise PydanticCustomError("text.control", "control characters")
    return text


def _username(text: str) -> str:
    text = text.lower()
    if not USERNAME.fullmatch(text):
        raise PydanticCustomError("username.shape", "a letter, then letters, digits, dot, dash, underscore")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        raise PydanticCustomError("unit.code_shape", "letters, digits, dot, slash, dash")
    return text


def _nip(text: str) -> str:
    text = text.replace(" ", "")
    if not re.fullmatch(r"[0-9]{18}", text):
        raise PydanticCustomError("nip.shape", "18 digits")
    return text


def _line(most: int, least: int = 1) -> tuple[StringConstraints, AfterValidator]:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most), AfterValidator(
        _one_line
    )


class NewUnit(BaseModel):
    """A unit of the agency (Satker). `code` stands in letter numbers."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, *_line(20), AfterValidator(_code)]
    name: Annotated[str, *_line(160)]


class NewUser(BaseModel):
    """A person. `username` is kept in lower case; `nip` without spaces; `post` as papers print it."""

    model_config = ConfigDict(frozen=True)

    username: Annotated[str, *_line(64), AfterValidator(_username)]
    name: Annotated[str, *_line(120)]
    nip: Annotated[str, *_line(40), AfterValidator(_nip)]
    email: Annotated[EmailStr, Field(max_length=254)]
    phone: Annotated[str, *_line(32, 0)] = ""
    post: Annotated[str, *_line(160, 0)] = ""
    unit_code: Annotated[str, *_line(20)]
