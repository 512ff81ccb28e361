"""Words of the chain that no code names: each move has a button and says what it brings about."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.operations.papers import BUILDERS
from portal.sop.table import TRANSITIONS, Action
from portal.web import messages
from portal.web.messages import values
from schemas.decision import INSTRUCTIONS
from schemas.fields import Frequency, Service

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
OFFERED = [row for row in TRANSITIONS if row.action is not Action.SUBMIT]


@pytest.mark.parametrize("row", OFFERED, ids=lambda row: f"{row.step}-{row.action}")
def test_it_names_each_move_and_says_what_it_brings_about(row) -> None:
    for kind in ("button", "move"):
        assert "(kode:" not in messages.text(f"{kind}.{row.step}.{row.action}")


@pytest.mark.parametrize(
    ("kind", "identifiers"),
    [
        ("done", Action), ("service", Service), ("frequency", Frequency), ("instruction", INSTRUCTIONS),
        ("paper", BUILDERS), ("slice", ("counted", "break", "closed", "holiday", "weekend", "paused")),
        ("due_group", ("late", "today", "later", "paused")), ("outcome", ("granted", "refused")),
    ],
)  # fmt: skip
def test_it_has_a_label_for_every_identifier(kind: str, identifiers) -> None:
    assert set(identifiers) <= messages.labels(kind).keys()


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (datetime(2026, 11, 24, 7, 30, tzinfo=UTC), "hari ini 14.30"),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), "besok 00.00"),
        (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), "kemarin 23.59"),
        (datetime(2026, 11, 27, 0, 30, tzinfo=UTC), "27 November 07.30"),
        (datetime(2027, 1, 4, 0, 30, tzinfo=UTC), "4 Januari 2027 07.30"),
        (None, "–"),
    ],
)
def test_it_names_an_instant_as_people_do(instant: datetime | None, said: str) -> None:
    assert values.moment(instant, NOW) == said


def test_it_calls_the_standard_instructions_what_the_sheet_calls_them() -> None:
    sheet = Path("templates/pdf/disposition/paper.html").read_text(encoding="utf-8")
    for name, words in messages.labels("instruction").items():
        assert f'"{name}": "{words}"' in sheet
