"""Units and people as they are entered: on the system administrator's page or by command."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    EmailStr,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from schemas.nip import NipText
from schemas.text import Line, refuse

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,63}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]*")


def _username(text: str) -> str:
    text = text.lower()
    if not USERNAME.fullmatch(text):
        refuse("username.shape", "a letter, then letters, digits, dot, dash, underscore")
    return text


def _code(text: str) -> str:
    if not CODE.fullmatch(text):
        refuse("unit.code_shape", "letters, digits, dot, slash, dash")
    return text


def _email(value: Any, check: ValidatorFunctionWrapHandler) -> str:
    try:
        return str(check(value))
    except ValidationError:
        refuse("email.invalid", "an e-mail address expected")


class NewUnit(BaseModel):
    """A unit of the agency (Satker). `code` stands in letter numbers."""

    model_config = ConfigDict(frozen=True)

    code: Annotated[str, Line(20), AfterValidator(_code)]
    name: Annotated[str, Line(160)]


class UnitName(BaseModel):
    """A unit's full name; its code stays, because letters carry it."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Line(160)]


class UserEntry(BaseModel):
    """What is known of a person. `nip` as 18 digits; `post` as papers print it."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Line(120)]
    nip: NipText
    email: Annotated[EmailStr, Field(max_length=254), WrapValidator(_email)]
    phone: Annotated[str, Line(32, 0)] = ""
    post: Annotated[str, Line(160, 0)] = ""
    unit_code: Annotated[str, Line(20)]


class NewUser(UserEntry):
    """A person with an account. `username` is kept in lower case."""

    username: Annotated[str, Line(64, 2), AfterValidator(_username)]
