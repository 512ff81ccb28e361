"""A server as it is typed into the catalogue, and a key of the portal."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.database import Engine, Method
from schemas.text import FolderPath, HostName, Line, Paragraph, Port, UnixUser, refuse, whole_number

NAME_MAX = 80
NOTE_MAX = 500
PASSWORD_MAX = 200
SPACE = 32


class ServerForm(BaseModel):
    """Where a server is and as whom the portal signs in. `name` is what the office calls it."""

    model_config = ConfigDict(frozen=True)

    name: Annotated[str, Line(NAME_MAX)]
    address: HostName
    port: Port = 22
    username: UnixUser


class KeyChoice(BaseModel):
    """A new key pair under `key_name`, or one that the portal has already."""

    model_config = ConfigDict(frozen=True)

    key_choice: Literal["new", "existing"] = "new"
    key_id: int | None = None
    key_name: Annotated[str, Line(NAME_MAX, 0)] = ""

    @model_validator(mode="before")
    @classmethod
    def _drop_what_was_not_chosen(cls, values: object) -> object:
        """The fields of the other choice may hold anything: a form sends both."""
        if not isinstance(values, dict):
            return values
        other = "key_id" if values.get("key_choice", "new") == "new" else "key_name"
        kept = {name: value for name, value in values.items() if name != other}
        return {name: value for name, value in kept.items() if name != "key_id" or value != ""}

    @model_validator(mode="after")
    def _existing_is_named(self) -> KeyChoice:
        if self.key_choice == "existing" and self.key_id is None:
            raise PydanticCustomError("key.not_chosen", "one of the keys expected")
        return self


class SourceForm(BaseModel):
    """A folder of a server that is to be kept."""

    model_config = ConfigDict(frozen=True)

    path: FolderPath


def _database_user(value: object) -> str:
    """A user of a database that is also safe as a word of a command."""
    text = Line(63).clean(value)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text):
        refuse("access.username", "letters, digits, . _ - expected")
    return text


def _database_host(value: object) -> str:
    """An address, a socket's absolute path, or nothing for the engine's own default."""
    text = Line(253, 0).clean(value)
    if not re.fullmatch(r"(/[A-Za-z0-9_./-]+|[A-Za-z0-9][A-Za-z0-9.:-]*)?", text):
        refuse("access.host", "an address or a socket's path expected")
    return text


def _database_port(value: object) -> int:
    return 0 if value in (0, "", None) else whole_number(value, 1, 65535, code="port")


def _password(value: object) -> str:
    """A password as it was typed; a newline would be two lines of the file that it is written to."""
    text = value if isinstance(value, str) else ""
    if len(text) > PASSWORD_MAX or any(ord(character) < SPACE for character in text):
        refuse("access.password", "a line of at most {most} characters expected", most=PASSWORD_MAX)
    return text


class AccessForm(BaseModel):
    """How an engine of a server is signed in to. An empty password keeps the one that is known."""

    model_config = ConfigDict(frozen=True)

    engine: Engine
    method: Method = Method.PEER
    username: Annotated[str, BeforeValidator(_database_user)]
    host: Annotated[str, BeforeValidator(_database_host)] = ""
    port: Annotated[int, BeforeValidator(_database_port)] = 0
    password: Annotated[str, BeforeValidator(_password), Field(repr=False)] = ""


class Reason(BaseModel):
    """Why a host key is not trusted."""

    model_config = ConfigDict(frozen=True)

    note: Annotated[str, Paragraph(NOTE_MAX, 1)]
