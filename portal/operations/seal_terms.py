"""Until when the seal's certificate counts: told before it ends, so that no paper goes out under one that has."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Settings
from portal.documents import signing
from portal.operations import findings, seals
from portal.store.db import transaction
from portal.store.queries import findings as rows

FINDING = "seal"
AHEAD = timedelta(days=30)


def watch(settings: Settings, *, at: datetime) -> bool:
    """Whether the seal counts at `at`. One that ends within AHEAD is a finding, and one that has ended another, each
    told once for a certificate."""
    seal = seals.seal_of(settings)
    until = signing.ends_at(seal)
    if at < until - AHEAD:
        return True
    ended = until <= at
    place = f"{seal.fingerprint[:32]}:{'ended' if ended else 'soon'}"
    with transaction():
        if not rows.was_closed(FINDING, place):
            findings.raise_once(None, FINDING, "seal.ended" if ended else "seal.ends_soon", at=at, place=place,
                                severity="bad" if ended else "warn",
                                context={"place": place, "until": until.isoformat()})  # fmt: skip
    return not ended
