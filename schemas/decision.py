"""What an official (or the requester) sends when deciding on a request; `operations.disposition` takes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from schemas.fields import day
from schemas.survey import SurveyForm
from schemas.text import FolderPath, Paragraph, refuse, whole_number

NOTE_MAX = 2000
ROW_MAX = 2**31 - 1
TERM_MONTHS = (1, 60)
INSTRUCTIONS = (
    "process",
    "study",
    "coordinate",
    "report",
    "prepare_reply",
    "archive",
)
"""The standard instructions ("Dengan hormat harap …"), by identifier; pages and papers hold the words."""


def _server(value: Any) -> int:
    """A server that was picked from the list. Codes: `scope.no_server`, `scope.unknown_server`."""
    if value in (None, ""):
        refuse("scope.no_server", "a server must be chosen")
    if type(value) is int:
        return value
    if not (
        isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < len(str(ROW_MAX))
    ):
        refuse("scope.unknown_server", "not a server of the list")
    return int(value)


class Scope(BaseModel):
    """What the Kasubbid grants at step 4: server, databases (their sources' ids in the catalogue), folders, services,
    term in months; `commands` tells which commands of the servers the form showed (schemas.commands.seen). Which of
    these a service needs is decided where it is granted."""

    model_config = ConfigDict(frozen=True)

    server_id: Annotated[int, BeforeValidator(_server), Field(ge=1, le=ROW_MAX)]
    databases: Annotated[tuple[Annotated[int, Field(ge=1, le=ROW_MAX)], ...], Field(max_length=100)] = ()
    commands: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    folders: Annotated[tuple[FolderPath, ...], Field(max_length=100, validate_default=True)] = ()
    services: Annotated[tuple[str, ...], Field(min_length=1)]
    term_months: Annotated[
        int, BeforeValidator(lambda value: whole_number(value, *TERM_MONTHS, code="term"))
    ] = 12

    @field_validator("folders")
    @classmethod
    def _something(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and not info.data.get("databases"):
            refuse("scope.no_folder", "a folder or a database expected")
        return value


class Decision(BaseModel):
    """One decision. `revision` is the state that the page showed; a decision on another state is refused. So is one
    whose page showed another `policy_version` than now holds; None says that none was shown. `term_months` is how much
    longer the Kasubbid lets a service go on; `survey` what its requester says of it with the receipt,
    `impossible` that what was asked about a service cannot be done, for the reason that the note gives."""

    model_config = ConfigDict(frozen=True)

    request_id: Annotated[int, Field(ge=1, le=ROW_MAX)]
    revision: Annotated[int, Field(ge=0, le=ROW_MAX)]
    action: str
    note: Annotated[str, Paragraph(NOTE_MAX)] = ""
    instructions: tuple[str, ...] = ()
    marked_fields: tuple[str, ...] = ()
    postponed_until: Annotated[date | None, BeforeValidator(lambda value: day(value) if value else None)] = (
        None
    )
    scope: Scope | None = None
    policy_version: Annotated[int | None, Field(ge=1, le=ROW_MAX)] = None
    term_months: Annotated[
        int | None,
        BeforeValidator(
            lambda value: None if value in (None, "") else whole_number(value, *TERM_MONTHS, code="term")
        ),
    ] = None
    survey: SurveyForm | None = None
    impossible: bool = False
