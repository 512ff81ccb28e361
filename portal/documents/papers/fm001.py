"""FM 001, the form (SOP step 1), with the administrator's foot (step 5)."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from portal.documents.papers.common import Nip, Paper, Signatory
from portal.documents.papers.followup import FollowUp
from portal.documents.text import Line, Passage
from schemas.fields import Frequency, Service


class Fm001Paper(Paper):
    """The official form, field by field (SOP page, "FM 001"). `dated` is the form's Tanggal, `number` the request's.

    A box is ticked when its value is there. `foot` says which box the administrator ticked; `foot_date` is its Tgl,
    `postponed_reason` and `postponed_until` belong to Ditunda.
    """

    template: ClassVar[str] = "fm001"

    unit: Line = ""
    name: Line = ""
    phone: Line = ""
    nip: Nip = ""
    email: Line = ""
    server_name: Line = ""
    application_name: Line = ""
    folders: tuple[Line, ...] = ()
    services: tuple[Service, ...] = ()
    frequency: Frequency | None = None
    retention_days: int | None = None
    reason: Passage = ""
    follow_up: FollowUp | None = None
    attachments: tuple[Line, ...] = ()
    unit_head: Signatory = Signatory()
    requester: Signatory = Signatory()
    administrator: Signatory = Signatory()
    foot: Literal["followed_up", "postponed"] | None = None
    foot_date: date | None = None
    postponed_reason: Passage = ""
    postponed_until: date | None = None
