"""A mandate as it is entered: for which post, to whom, by which letter, for which days, how far."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from schemas import fields
from schemas.decision import ROW_MAX
from schemas.sealed import Frozen
from schemas.text import Line, Paragraph, refuse

_POST = re.compile(r"([a-z_]{1,32})\.([0-9]{1,9})\.([0-9]{1,9})")
REASON = (10, 1000)


class Extent(StrEnum):
    """How far a mandate goes."""

    ALL = "all"
    STEPS = "steps"


class Post(NamedTuple):
    """A post that is acted for: a role, the unit of a unit head, and who holds it (None: it is vacant)."""

    role: str
    unit_id: int | None
    holder_id: int | None

    def __str__(self) -> str:
        return f"{self.role}.{self.unit_id or 0}.{self.holder_id or 0}"


def _post(value: Any) -> Post:
    """A post of the list, from `role.unit.holder`. Codes: `mandate.no_post`, `mandate.post_unknown`."""
    if isinstance(value, Post):
        return value
    if not value:
        refuse("mandate.no_post", "a post must be chosen")
    found = _POST.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        refuse("mandate.post_unknown", "not a post of the list")
    role, unit_id, holder_id = found.groups()
    return Post(role, int(unit_id) or None, int(holder_id) or None)


def _deputy(value: Any) -> int:
    """A person of the list. Codes: `mandate.no_deputy`, `mandate.deputy_unknown`."""
    if value in (None, ""):
        refuse("mandate.no_deputy", "a deputy must be chosen")
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < len(str(ROW_MAX))):
        refuse("mandate.deputy_unknown", "not a person of the list")
    return int(text)


class MandateForm(Frozen):
    """`post_title` is printed after "Plh." or "Plt."; empty takes the holder's own."""

    post: Annotated[Post, BeforeValidator(_post)]
    deputy_id: Annotated[int, BeforeValidator(_deputy), Field(ge=1, le=ROW_MAX)]
    post_title: Annotated[str, Line(160, 0)] = ""
    letter_number: Annotated[str, Line(80, 3)]
    letter_date: Annotated[date, BeforeValidator(fields.day)]
    first_day: Annotated[date, BeforeValidator(fields.day)]
    last_day: Annotated[date, BeforeValidator(fields.day)]
    extent: Annotated[Extent, BeforeValidator(fields.chosen(Extent))] = Extent.ALL
    steps: Annotated[tuple[str, ...], Field(max_length=20)] = ()


class EndForm(Frozen):
    """Why a mandate ends before its last day."""

    reason: Annotated[str, Paragraph(REASON[1], REASON[0])]
