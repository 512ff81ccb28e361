"""The register of letters: a number for each paper, in its class and year, without gaps."""

from __future__ import annotations

import pytest

from portal.errors import TransitionRefused
from portal.operations import letters
from portal.store.db import transaction
from portal.store.models import Letter
from portal.store.queries import letters as register
from tests.support.chain import Way


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(cast, settings)


def issue(way: Way, kind: str, **other) -> Letter:
    with transaction():
        return letters.issue(
            kind, way.row, signer=way.cast["dewi"], role="admin_affairs_head", unit_code="PPIKSN", content={},
            at=other.get("at", way.at), pattern=other.get("pattern", "{seq}/{unit}/{class}/{month}/{year}"),
        )  # fmt: skip


def test_it_numbers_every_paper_of_a_granted_request(way):
    way.to("closed")
    assert {letter.kind: letter.number for letter in Letter.select()} == {
        "nota_dinas": "001/PRTRN/ND/XI/2026",
        "disposition": "001/PPIKSN/AG/XI/2026",
        "report": "001/PPIKSN/LAP/XI/2026",
        "reply": "001/PPIKSN/TI 00/XI/2026",
        "receipt": "001/PPIKSN/TT/XI/2026",
    }


def test_it_counts_each_class_by_itself_and_begins_again_each_year(way):
    way.send()
    numbers = [issue(way, kind).sequence for kind in ("reply", "reply", "report", "reply")]
    assert numbers == [1, 2, 1, 3]
    assert issue(way, "reply", at=way.at.replace(month=12, day=31, hour=16, minute=59)).sequence == 4
    new_year = issue(way, "reply", at=way.at.replace(month=12, day=31, hour=17))
    assert (new_year.sequence, new_year.year) == (1, 2027), "it is the new year in Jakarta already"


def test_it_takes_no_number_for_a_decision_that_failed(way):
    way.to("followed_up")
    with pytest.raises(TransitionRefused):
        way.act("agus", "report")
    way.prove()
    way.act("agus", "report")
    assert Letter.get(Letter.kind == "report").sequence == 1


def test_it_keeps_what_was_said_when_it_was_signed(way):
    way.to("reply").act("dewi", "answer", note="Salinan disimpan 30 hari.")
    reply = Letter.get(Letter.kind == "reply")
    assert (reply.signed_by.username, reply.signed_role) == ("dewi", "admin_affairs_head")
    assert reply.content["note"] == "Salinan disimpan 30 hari."
    assert reply.content["outcome"] == "granted"


def test_it_finds_letters_by_number_request_signer_and_kind(way):
    way.to("policy_selection")
    assert [letter.kind for letter in register.search().rows] == ["disposition", "nota_dinas"]
    assert [letter.kind for letter in register.search("bambang 001").rows] == ["nota_dinas"]
    assert [letter.kind for letter in register.search("PB-2026-0001", "disposition").rows] == ["disposition"]
    assert register.search("%").total == 0
