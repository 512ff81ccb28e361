"""What is asked about a service that exists already: to go on, to stop, to have data back. Each has a short form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from schemas.decision import ROW_MAX, TERM_MONTHS
from schemas.fields import day
from schemas.form import DRAFT_LENGTH_MAX, REASON_LENGTH, Problem
from schemas.restore import REASON_MAX, REASON_MIN
from schemas.text import Paragraph, whole_number


class RequestKind(StrEnum):
    """What a request asks for: the service, or something about one that exists."""

    SERVICE = "service"
    RESTORE = "restore"
    EXTENSION = "extension"
    TERMINATION = "termination"


ENTRY_MAX = 10**12
CHANGING = (RequestKind.EXTENSION, RequestKind.TERMINATION)
"""The kinds that change until when a service holds."""


class _Asked(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Paragraph(max=REASON_LENGTH[1], min=REASON_LENGTH[0])]


class ExtensionForm(_Asked):
    """The service is to go on for `term_months` after its term."""

    kind: Literal["extension"]
    term_months: Annotated[int, BeforeValidator(lambda value: whole_number(value, *TERM_MONTHS, code="term"))]


class TerminationForm(_Asked):
    """The service is to stop; `ends_on` is its last day."""

    kind: Literal["termination"]
    ends_on: Annotated[date, BeforeValidator(day)]


class RestoreWish(_Asked):
    """An entry of a copy is to come back: `snapshot` and `entry` are its numbers where it was chosen; `archive` is how
    a folder is handed over for download."""

    kind: Literal["restore"]
    reason: Annotated[str, Paragraph(REASON_MAX, REASON_MIN)]
    snapshot: Annotated[int, Field(ge=1, le=ROW_MAX)]
    entry: Annotated[int, Field(ge=1, le=ENTRY_MAX)]
    target: Literal["download", "to_server"]
    archive: Literal["", "zip", "tar"] = ""


AnyForm = ExtensionForm | TerminationForm | RestoreWish
FollowUpForm = Annotated[AnyForm, Field(discriminator="kind")]
_FORM: TypeAdapter[AnyForm] = TypeAdapter(FollowUpForm)
FIELDS = {
    RequestKind.EXTENSION: tuple(name for name in ExtensionForm.model_fields if name != "kind"),
    RequestKind.TERMINATION: tuple(name for name in TerminationForm.model_fields if name != "kind"),
    RequestKind.RESTORE: tuple(name for name in RestoreWish.model_fields if name != "kind"),
}
"""What is typed into each form, or chosen."""
MARKABLE = {
    RequestKind.EXTENSION: ("reason", "term_months"),
    RequestKind.TERMINATION: ("reason", "ends_on"),
    RequestKind.RESTORE: ("reason", "target"),
}
"""What of it can be marked for mending."""


def draft(kind: str, raw: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into the form of `kind`, as it was typed: never refused."""
    found = {name: str(raw[name])[:DRAFT_LENGTH_MAX] for name in FIELDS[RequestKind(kind)] if name in raw}
    return {name: _kept(text) for name, text in found.items()}


def _kept(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def complete(kind: str, typed: Mapping[str, Any]) -> AnyForm:
    """The form that a draft makes. Raises ValidationError (see `errors_by_field`)."""
    return _FORM.validate_python({"kind": kind, **typed})


def errors_by_field(error: ValidationError) -> dict[str, Problem]:
    """The first complaint of each field as (code, context)."""
    found: dict[str, Problem] = {}
    for complaint in error.errors(include_url=False, include_input=False):
        code = "field.required" if complaint["type"] == "missing" else complaint["type"]
        context = {key: value for key, value in complaint.get("ctx", {}).items() if key != "error"}
        found.setdefault(str(complaint["loc"][-1]), (code, context))
    return found
