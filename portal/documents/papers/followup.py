"""What a request about a service asks, and what came of it, as its papers say it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from portal.documents.papers.values import Values
from portal.documents.text import Line, Passage

Kind = Literal["extension", "termination", "restore"]


class FollowUp(Values):
    """What is asked about the service of request `about`. `held_until` is the end of its term when it was asked; of a
    restore `place` is what is wanted of the copy of `copied_at`, and `target` where to."""

    kind: Kind
    about: Line
    term_months: int | None = None
    ends_on: date | None = None
    held_until: date | None = None
    place: Line = ""
    copied_at: AwareDatetime | None = None
    target: Literal["", "download", "to_server"] = ""


class FollowUpResult(Values):
    """What came of it. `digest` seals the authority as it then was; of a termination `ended_at` is when it ended, and
    `kept_until` the last day until which its `copies` copies stay. Of a restore `restored_at` is when
    it ended well, or `impossible` says why it could not be done."""

    kind: Kind
    about: Line
    server: Line
    digest: Line
    valid_until: date | None = None
    held_until: date | None = None
    ended_at: AwareDatetime | None = None
    proven_at: AwareDatetime | None = None
    copies: int = 0
    kept_until: date | None = None
    place: Line = ""
    restored_at: AwareDatetime | None = None
    impossible: Passage = ""
