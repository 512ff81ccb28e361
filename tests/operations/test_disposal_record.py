"""The record of disposal: frozen and numbered by the clock, sealed, and known to whoever scans it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.documents.numbers import ROMAN
from portal.documents.signing import holds
from portal.operations import cuts, disposal, issued, seals, styles, verification
from portal.store.models import IssuedPaper, RetentionCut
from tests.documents import reading
from tests.support import machines, mandates
from tests.support.keeping import asked, ruled
from tests.support.machines import AT

LATER = AT + timedelta(days=100)


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def kept(cast, settings, server):
    """Three copies, a day apart, whose granted days are over at LATER."""
    request = machines.approved(cast["sari"], cast["joko"], server)
    for day in range(3):
        machines.backed_up(request, cast["agus"], settings, at=AT + timedelta(days=day))


def removed(cast, settings, server, last: int, at=LATER) -> RetentionCut:
    """A removal of what is more than the newest `last` copies, to its good end."""
    ruled(server, cast["joko"], at=at, last=last)
    cut = asked(server, cast["agus"], at=at)
    run = cuts.approve(cut.id, cut.digest, cast["joko"], f"musnah-{cut.id:012d}", at=at, settings=settings)
    result = {"forgotten": run.spec["snapshot_ids"], "kept": ["x"], "bytes_before": 9, "bytes_after": 4}
    evidence = {"digest": "ab" * 32, "removal": {"kept": ["x"], "bytes_before": 9, "bytes_after": 4}}
    machines.finished(run, at=at, result=result, evidence=evidence)
    return RetentionCut.get_by_id(cut.id)


def test_the_clock_freezes_each_under_the_next_number(cast, settings, server, kept):
    removed(cast, settings, server, 2)
    # One that was refused takes no number.
    ruled(server, cast["joko"], at=LATER, last=1)
    refused = asked(server, cast["agus"], at=LATER)
    cuts.refuse(refused.id, "Belum perlu sekarang.", cast["joko"], at=LATER)
    removed(cast, settings, server, 1)
    assert len(disposal.issue_waiting(settings)) == 2
    assert disposal.issue_waiting(settings) == []
    numbers = [row.number for row in IssuedPaper.select().order_by(IssuedPaper.id)]
    month = ROMAN[LATER.month - 1]
    assert numbers == [f"001/PPIKSN/BA/{month}/{LATER.year}", f"002/PPIKSN/BA/{month}/{LATER.year}"]


def test_it_is_sealed_once_and_verified_by_its_code(cast, settings, server, kept):
    cut = removed(cast, settings, server, 1)
    first = disposal.pdf(cut, settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(styles, "letterhead", None)  # what was frozen asks nothing again
        assert disposal.pdf(cut, settings) == first
    assert holds(first, seals.seal_of(settings))
    row = IssuedPaper.get(IssuedPaper.subject == f"cut:{cut.id}")
    assert issued.address(row.code, settings) in reading.text(first)
    shown = verification.by_code(row.code, at=LATER, settings=settings)
    assert (shown.state, shown.kind, shown.post) == (
        "genuine",
        "disposal",
        "Kepala Subbidang Komunikasi Data",
    )


def test_a_deputy_approves_for_the_post(cast, settings, server, kept):
    day = LATER.date()
    mandates.let(cast, "joko", role="subdivision_head", holder="joko", at=LATER, letter_date=day, first_day=day,
                 last_day=day)  # fmt: skip
    text = reading.text(disposal.pdf(removed(cast | {"joko": cast["wulan"]}, settings, server, 1), settings))
    assert "Plh. Kepala Subbidang Komunikasi Data" in text
    assert "menggantikan Joko Widagdo" in text
