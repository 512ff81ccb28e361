"""What several papers share: the letterhead, who signs, and the request that a paper is about."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field

from portal.config import Settings
from portal.documents.papers.followup import FollowUp
from portal.documents.papers.values import Values
from portal.documents.text import Line, Passage
from schemas.database import Engine
from schemas.fields import Frequency, Service

Prefix = Literal["Plh.", "Plt.", "a.n.", "u.b."]
Urgency = Literal["ordinary", "urgent", "very_urgent", "restricted", "confidential"]
Outcome = Literal["granted", "refused"]
SealKind = Literal["portal", "office", "bsre"]
"""By whose certificate a paper is sealed: one that this installation made, one that the office was given, BSrE's."""

Nip = Annotated[Line, AfterValidator(lambda value: value.replace(" ", ""))]
"""Printed without spaces (the office's convention)."""


class Letterhead(Values):
    """The names and texts an installation can set; a practice office's by default. An empty closing is the template's
    own; `copies_…` name further tembusan; `logo` is the SHA-256 of a picture; `version` 0 is the settings' own."""

    agency: Line = "BADAN TENAGA NUKLIR NASIONAL"
    center: Line = "PUSAT PENDAYAGUNAAN INFORMATIKA DAN KAWASAN STRATEGIS NUKLIR"
    center_short: Line = "PPIKSN"
    address: tuple[Line, ...] = ("Kawasan Nuklir Serpong, Tangerang Selatan, Banten",)
    city: Line = "Tangerang Selatan"
    form_code: Line = "FM 001 SOP 119.002/IF 03 01/ISN 2.2"
    form_download: Line = "http://datacenter.batan.go.id/"
    suggestion_email: Line = "layanan_mail@batan.go.id"
    closing_nota: Passage = ""
    closing_granted: Passage = ""
    closing_refused: Passage = ""
    closing_postponed: Passage = ""
    closing_report: Passage = ""
    copies_nota: tuple[Line, ...] = ()
    copies_reply: tuple[Line, ...] = ()
    logo: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    version: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The letterhead as the installation has it set."""
        return cls(
            agency=settings.agency,
            center=settings.center,
            center_short=settings.center_short,
            address=(settings.address,),
            city=settings.city,
            form_download=settings.form_download,
            suggestion_email=settings.suggestion_email,
        )


class Signatory(Values):
    """Who signs. `prefix` stands in front of the post signed for, `acting_for` names the absent holder. Without
    `signed_at` the block stays empty for a pen; without a name it is dotted."""

    post: Line = ""
    name: Line = ""
    nip: Nip = ""
    prefix: Prefix | None = None
    acting_for: Line = ""
    signed_at: AwareDatetime | None = None


class RequestSummary(Values):
    """The request as later papers name it; `retention_days` in days, `follow_up` of one about a service that exists."""

    number: Line
    filed_on: date
    requester_name: Line
    requester_nip: Nip = ""
    unit: Line
    server_name: Line = ""
    application_name: Line = ""
    folders: tuple[Line, ...] = ()
    services: tuple[Service, ...] = ()
    frequency: Frequency | None = None
    retention_days: int | None = None
    reason: Passage = ""
    follow_up: FollowUp | None = None


class DatabaseCount(Values):
    """A database as it was counted: at the dump, or when the dump was loaded again."""

    engine: Engine
    name: Line
    tables: int
    rows: int


class Reference(Values):
    """An earlier paper that this one names."""

    number: Line
    dated: date


class Paper(Values):
    """Any paper. `draft` prints KONSEP and means that `number` (empty: a dotted line) is provisional; `dated` is
    the date on the paper, in the office's zone. `verification` is the address that its square code leads to, and
    `seal_kind` says what its seal is; both are there as soon as it is signed. `void_reason` prints BATAL."""

    template: ClassVar[str]

    letterhead: Letterhead = Letterhead()
    number: Line = ""
    dated: date
    draft: bool = False
    verification: Line = ""
    seal_kind: SealKind = "portal"
    void_reason: Passage = ""
