"""Break-glass: a backup that nobody approved before, the order it seals, and the review that must close it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from schemas import fields
from schemas.decision import ROW_MAX
from schemas.run import SourceSpec
from schemas.sealed import Frozen, Sealed
from schemas.text import Paragraph, refuse

REASON = (30, 1000)
NOTE = (10, 1000)
SOURCES_MAX = 100


class Verdict(StrEnum):
    """What the Kabid found: whether the glass had to be broken."""

    JUSTIFIED = "justified"
    UNJUSTIFIED = "unjustified"


def _chosen(value: Any) -> Any:
    """The sources that were ticked. Code: `emergency.no_source`."""
    if not isinstance(value, list | tuple) or not value:
        refuse("emergency.no_source", "at least one folder or database")
    return value


def _sure(value: Any) -> bool:
    """Whoever breaks the glass says so. Code: `emergency.sure`."""
    if not fields.tick(value):
        refuse("emergency.sure", "must be confirmed")
    return True


class EmergencyForm(Frozen):
    """What is asked for: the sources by their rows' ids, why it cannot wait, and that the asker knows what it opens."""

    sources: Annotated[
        tuple[Annotated[int, Field(ge=1, le=ROW_MAX)], ...],
        Field(max_length=SOURCES_MAX),
        BeforeValidator(_chosen),
    ]
    reason: Annotated[str, Paragraph(REASON[1], REASON[0])]
    sure: Annotated[bool, BeforeValidator(_sure)] = Field(False, validate_default=True)


class ReviewForm(Frozen):
    """The Kabid's verdict, with what is to be done or learnt."""

    verdict: Annotated[Verdict, BeforeValidator(fields.chosen(Verdict))]
    note: Annotated[str, Paragraph(NOTE[1], NOTE[0])]


class EmergencyOrder(Sealed):
    """All that a broken glass allows: these sources of this server, once, until `expires_at`. `key` tells two apart."""

    key: str
    server_id: int
    sources: tuple[SourceSpec, ...]
    reason: str
    opened_by: int
    opened_at: datetime
    expires_at: datetime
