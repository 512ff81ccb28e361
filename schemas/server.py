"""A server as it is typed into the catalogue, and a key of the portal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from schemas.text import FolderPath, HostName, Line, Paragraph, Port, UnixUser

NAME_MAX = 80
NOTE_MAX = 500


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


class Reason(BaseModel):
    """Why a host key is not trusted."""

    model_config = ConfigDict(frozen=True)

    note: Annotated[str, Paragraph(NOTE_MAX, 1)]
