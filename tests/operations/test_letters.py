"""The register of letters: a number for each paper, in its class and year, without gaps."""

from __future__ import annotations

import pytest

from portal.errors import TransitionRefused
from portal.operations import letters
from portal.store.db import transaction
from portal.store.models import Letter
from portal.store.queries import letters as register
from portal.store.queries.letters import Wanted
from tests.support import desks


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def issue(file: desks.File, kind: str, at=desks.MONDAY) -> Letter:
    with transaction():
        return letters.issue(kind, file.row, signer=file.cast["dewi"], role="admin_affairs_head", unit="PPIKSN",
                             content={}, at=at, pattern="{seq}/{unit}/{class}/{month}/{year}")  # fmt: skip


def test_it_counts_each_class_by_itself_and_begins_again_each_year(file):
    assert [issue(file, kind).sequence for kind in ("reply", "reply", "report", "reply")] == [1, 2, 1, 3]
    last_minute = desks.MONDAY.replace(month=12, day=31, hour=16, minute=59)
    assert issue(file, "reply", at=last_minute).number == "004/PPIKSN/TI 00/XII/2026"
    new_year = issue(file, "reply", at=last_minute.replace(hour=17, minute=0))
    assert new_year.number == "001/PPIKSN/TI 00/I/2027", "it is the new year in Jakarta already"


def test_it_takes_no_number_for_a_decision_that_failed(file):
    file.walk("")
    with pytest.raises(TransitionRefused):
        file.act("agus", "report")
    file.prove().act("agus", "report")
    assert file.letters["report"] == "001/PPIKSN/LAP/XI/2026"


def test_it_keeps_what_was_said_when_it_was_signed(file):
    file.walk("policy_selection").act("ratna", "refuse", note="Di luar kebijakan.")
    file.act("dewi", "answer", note="Silakan ajukan lagi tahun depan.")
    reply = Letter.get(Letter.kind == "reply")
    assert (reply.signed_by.username, reply.signed_role) == ("dewi", "admin_affairs_head")
    assert (reply.content["note"], reply.content["outcome"]) == (
        "Silakan ajukan lagi tahun depan.",
        "refused",
    )


def test_it_finds_letters_by_number_request_signer_and_kind(file):
    file.walk("policy_selection")
    assert [letter.kind for letter in register.search(Wanted()).rows] == ["disposition", "nota_dinas"]
    assert [letter.kind for letter in register.search(Wanted("bambang 001")).rows] == ["nota_dinas"]
    assert [letter.kind for letter in register.search(Wanted(file.row.number, "disposition")).rows] == [
        "disposition"
    ]
    assert register.search(Wanted("%")).total == 0
