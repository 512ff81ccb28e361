"""What an official (or the requester) sends when deciding on a request; `operations.disposition` takes it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.text import FolderPath, Paragraph

NOTE_MAX = 2000
INSTRUCTIONS = (
    "process",
    "study",
    "coordinate",
    "report",
    "prepare_reply",
    "archive",
)
"""The standard instructions ("Dengan hormat harap …"), by identifier; pages and papers hold the words."""


class Scope(BaseModel):
    """What the Kasubbid grants at step 4: server, folders, services, term in months."""

    model_config = ConfigDict(frozen=True)

    server_id: int
    folders: Annotated[tuple[FolderPath, ...], Field(min_length=1, max_length=100)]
    services: Annotated[tuple[str, ...], Field(min_length=1)]
    term_months: Annotated[int, Field(ge=1, le=60)] = 12


class Decision(BaseModel):
    """One decision. `revision` is the state that the page showed; a decision on another state is refused."""

    model_config = ConfigDict(frozen=True)

    request_id: int
    revision: int
    action: str
    note: Annotated[str, Paragraph(NOTE_MAX)] = ""
    instructions: tuple[str, ...] = ()
    marked_fields: tuple[str, ...] = ()
    postponed_until: date | None = None
    scope: Scope | None = None
