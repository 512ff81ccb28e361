"""A mandate as the pages would send it, on a fixed Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from portal.operations import delegations
from portal.store.models import Delegation, User
from schemas.delegation import MandateForm, Post

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine in the morning of a working day, office time; the same as of `desks`."""
TODAY = date(2026, 11, 23)


def form(cast: dict[str, User], **changes: Any) -> MandateForm:
    """Wulan stands for Ratna, Kabid, until Friday; `role`, `holder`, `deputy` by name."""
    role, holder = changes.pop("role", "division_head"), changes.pop("holder", "ratna")
    unit = cast[holder].unit_id if role == "unit_head" and holder else changes.pop("unit_id", None)
    said = {
        "post": Post(role, unit, cast[holder].id if holder else None),
        "deputy_id": cast[changes.pop("deputy", "wulan")].id,
        "letter_number": "ND-17/PPIKSN/2026",
        "letter_date": TODAY,
        "first_day": TODAY,
        "last_day": date(2026, 11, 27),
    }
    return MandateForm.model_validate(said | changes)


def let(
    cast: dict[str, User], who: str, *, at: datetime = MONDAY, key: str = "surat-mandat-0001", **changes: Any
) -> Delegation:
    """Let `who` give this mandate at `at`."""
    return delegations.grant(form(cast, **changes), cast[who], key, at=at)
