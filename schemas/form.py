"""FM 001, the request form, as it crosses the border: what was typed (draft), what it must be, and what is wrong.

Source: the SOP page, "FM 001, field by field". The unit comes from the requester's profile and is no field here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from schemas import fields
from schemas.fields import Frequency, Service, show_phone
from schemas.nip import NipText
from schemas.text import Line, Paragraph, refuse, whole_number

__all__ = [
    "Fm001",
    "Fm001Draft",
    "Frequency",
    "Problem",
    "Service",
    "complete",
    "errors_by_field",
    "show_phone",
    "validate_field",
]

RETENTION_DAYS = (7, 3650)
NAME_MAX = 120
REASON_LENGTH = (10, 2000)

DRAFT_LENGTH_MAX = 20_000
DRAFT_VALUES_MAX = 200
DRAFT_NUMBER_MAX = 10**15

Problem = tuple[str, dict[str, Any]]
"""A code and the values that its sentence needs."""


class Fm001(BaseModel):
    """A complete FM 001. `phone` is E.164 (see `show_phone`), `nip` 18 digits, `retention_days` days.

    What stands in a box's room (`server_name`, `application_name`, `folders`) is there exactly when the box is
    ticked. A line of `folders` that begins with a slash is an absolute path; any other is the requester's own words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: Annotated[date, BeforeValidator(fields.day)]
    name: Annotated[str, Line(NAME_MAX)]
    nip: NipText
    phone: Annotated[str, BeforeValidator(fields.phone)]
    email: Annotated[str, BeforeValidator(fields.email)]
    has_server: Annotated[bool, BeforeValidator(fields.tick)] = False
    server_name: Annotated[str, Line(NAME_MAX, min=0)] = Field("", validate_default=True)
    has_application: Annotated[bool, BeforeValidator(fields.tick)] = False
    application_name: Annotated[str, Line(NAME_MAX, min=0)] = Field("", validate_default=True)
    has_folder: Annotated[bool, BeforeValidator(fields.tick)] = Field(False, validate_default=True)
    folders: Annotated[tuple[str, ...], BeforeValidator(fields.folders)] = Field((), validate_default=True)
    services: Annotated[tuple[Service, ...], BeforeValidator(fields.services)]
    frequency: Annotated[Frequency, BeforeValidator(fields.chosen(Frequency))]
    retention_days: Annotated[
        int, BeforeValidator(lambda value: whole_number(value, *RETENTION_DAYS, code="retention"))
    ]
    reason: Annotated[str, Paragraph(max=REASON_LENGTH[1], min=REASON_LENGTH[0])]

    @field_validator("server_name", "application_name", "folders")
    @classmethod
    def _as_ticked(cls, value: Any, info: ValidationInfo) -> Any:
        """A ticked box has something in its room, an empty one has not."""
        boxes = {"server_name": "has_server", "application_name": "has_application", "folders": "has_folder"}
        ticked = info.data.get(boxes[info.field_name or ""])
        if ticked is True and not value:
            refuse("field.required", "required")
        if ticked is False and value:
            refuse("form.box_not_ticked", "written, but the box is not ticked")
        return value

    @field_validator("has_folder")
    @classmethod
    def _some_target(cls, value: bool, info: ValidationInfo) -> bool:
        if not value and info.data.get("has_server") is False and info.data.get("has_application") is False:
            refuse("form.no_target", "at least one of server, application, folder")
        return value


class Fm001Draft(RootModel[dict[str, str | list[str]]]):
    """What was typed, field by field, as it was typed: never refused, whatever it holds.

    Only FM 001's own fields are kept, each cut at DRAFT_LENGTH_MAX characters and DRAFT_VALUES_MAX values. What no
    database can keep (NUL, half characters) is replaced by U+FFFD. `model_dump()` is the plain dictionary.
    """

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _keep(cls, raw: Any) -> dict[str, str | list[str]]:
        entries = raw.items() if isinstance(raw, Mapping) else ()
        return {
            name: _kept(value) for name, value in entries if name in Fm001.model_fields and value is not None
        }

    @classmethod
    def of(cls, form: Fm001) -> Self:
        """Return a complete form as it would have been typed, to be corrected."""
        typed = form.model_dump(mode="json")
        return cls.model_validate(
            typed | {"phone": show_phone(form.phone), "folders": "\n".join(form.folders)}
        )


def _kept(value: Any) -> str | list[str]:
    if isinstance(value, list | tuple | set | frozenset):
        return [_kept_text(entry) for entry in list(value)[:DRAFT_VALUES_MAX]]
    return _kept_text(value)


def _kept_text(value: Any) -> str:
    if isinstance(value, bool):
        value = "on" if value else ""
    is_number = isinstance(value, int | float) and abs(value) < DRAFT_NUMBER_MAX
    text = str(value)[:DRAFT_LENGTH_MAX] if is_number or isinstance(value, str | date) else ""
    return text.replace("\0", "\ufffd").encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def complete(draft: Fm001Draft) -> Fm001:
    """Return the form that a draft makes. Raise ValidationError (see `errors_by_field`).

    A text field that came several times counts by its first value.
    """
    several = ("folders", "services")
    values = {
        name: value if name in several or isinstance(value, str) else "".join(value[:1])
        for name, value in draft.root.items()
    }
    return Fm001.model_validate(values)


def validate_field(name: str, raw: Mapping[str, Any]) -> Problem | None:
    """Return what is wrong with the field `name` of a form as typed so far, as (code, context); None if nothing.

    Give the other fields too: a box and its room depend on each other. `targets` asks for the three boxes together.
    """
    try:
        complete(Fm001Draft.model_validate(raw))
    except ValidationError as error:
        return errors_by_field(error).get(name)
    return None


def errors_by_field(error: ValidationError) -> dict[str, Problem]:
    """Return the first complaint of each field as (code, context).

    That no box is ticked stands under `targets`; a field that is not there at all is `field.required`.
    """
    found: dict[str, Problem] = {}
    for complaint in error.errors(include_url=False, include_input=False):
        code, place = complaint["type"], complaint["loc"]
        name = "targets" if code == "form.no_target" else str(place[0]) if place else ""
        code = _absent(name) if code == "missing" else code
        context = {key: value for key, value in complaint.get("ctx", {}).items() if key != "error"}
        found.setdefault(name, (code, context))
    return found


def _absent(name: str) -> str:
    return "form.no_service" if name == "services" else "field.required"
