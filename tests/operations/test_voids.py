"""Letters that became void: the number stays, the file says so, and what stands for it takes the next number."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as properties
from hypothesis import strategies as st

from portal.errors import Forbidden, InvalidInput, PortalError, StaleStep, TransitionRefused
from portal.operations import audit, letters, papers, undoing, verification, voids
from portal.store.db import transaction
from portal.store.models import AuditEntry, IssuedPaper, Letter
from portal.store.queries import issued as rows
from portal.store.queries import letters as register
from tests.documents import reading
from tests.support import desks

REASON = "Tanggal pada surat salah."
KINDS = ("nota_dinas", "disposition", "report", "reply", "receipt")


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("policy_selection")


def letter(kind: str) -> Letter:
    return Letter.select().where(Letter.kind == kind).order_by(Letter.id.desc()).get()


def void(file: desks.File, kind: str, who: str = "dewi", reason: str = REASON) -> Letter:
    return voids.void(letter(kind).id, file.cast[who], reason, at=file.at, settings=file.settings)


def replace(file: desks.File, void_one: Letter, who: str) -> Letter:
    return voids.replace(void_one.id, file.cast[who], at=file.at, settings=file.settings)


def test_it_keeps_the_number_and_marks_the_paper(file):
    went_out = rows.of_request(file.request_id, "nota_dinas")
    before = papers.pdf(file.row, "nota_dinas", file.settings)
    void_one = void(file, "nota_dinas")
    after = reading.text(papers.pdf(file.row, "nota_dinas", file.settings))
    assert "BATAL" in after
    assert REASON in after
    assert void_one.number in after
    shown = verification.by_code(went_out.code, at=file.at, settings=file.settings)
    assert (shown.state, shown.void_reason) == ("void", REASON)
    kept = IssuedPaper.get_by_id(went_out.id)
    assert "BATAL" not in reading.text(before)
    assert kept.sha256, "the file that went out is kept"
    assert AuditEntry.get(AuditEntry.tag == "letter:voided").data["reason"] == REASON


def test_it_gives_what_stands_for_it_the_next_number(file):
    void_one = void(file, "nota_dinas")
    new = replace(file, void_one, "bambang")
    assert (new.sequence, new.replaces_id) == (2, void_one.id)
    text = reading.text(papers.pdf(file.row, "nota_dinas", file.settings))
    assert new.number in text
    assert "BATAL" not in text
    assert reading.text(papers.letter_pdf(register.get(void_one.id), file.settings)).count("BATAL") >= 1
    with pytest.raises(StaleStep, match=r"letter.replaced"):
        replace(file, void_one, "bambang")
    assert register.gaps() == []
    assert audit.verify().ok


def test_it_is_the_registrars_to_void_and_the_signers_to_replace(file):
    for who in ("sari", "bambang", "hendro", "ratna", "joko", "agus", "sri", "tono"):
        with pytest.raises(Forbidden, match=r"letter.not_registrar"):
            void(file, "nota_dinas", who)
    with pytest.raises(StaleStep, match=r"letter.not_void"):
        replace(file, letter("nota_dinas"), "bambang")
    void_one = void(file, "nota_dinas")
    for who in ("sari", "hendro", "dewi", "tono"):
        with pytest.raises(Forbidden, match=r"letter.not_signer"):
            replace(file, void_one, who)
    with pytest.raises(StaleStep, match=r"letter.already_void"):
        void(file, "nota_dinas")


@pytest.mark.parametrize("replaced", [False, True])
def test_the_decision_behind_a_void_letter_is_not_taken_back(cast, settings, replaced):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    void_one = void(file, "nota_dinas")
    if replaced:
        replace(file, void_one, "bambang")
    with pytest.raises(TransitionRefused) as refused:
        file.undo("bambang")
    assert (refused.value.code, refused.value.context["number"]) == ("undo.void", void_one.number)
    assert undoing.may_undo(file.row, cast["bambang"], file.at) is None
    assert letter("nota_dinas").withdrawn_at is None


def test_what_was_taken_back_is_not_voided(cast, settings):
    file = desks.file(settings, cast)
    file.act("bambang", "forward")
    file.undo("bambang")
    with pytest.raises(StaleStep, match=r"letter.taken_back"):
        void(file, "nota_dinas")
    assert not voids.may_void(letter("nota_dinas"), cast["dewi"], file.at)
    file.act("bambang", "forward")
    assert void(file, "nota_dinas").voided_at == file.at


@pytest.mark.parametrize("reason", ["", "   ", "salah", "x" * 501])
def test_it_wants_a_reason_that_says_something(file, reason):
    with pytest.raises(InvalidInput) as refused:
        void(file, "nota_dinas", reason=reason)
    assert refused.value.fields["reason"][0] == "letter.reason_length"
    assert letter("nota_dinas").voided_at is None


def test_it_finds_the_register_in_which_a_number_is_missing(file):
    for _ in range(3):
        issue(file, "reply", 2026)
    assert register.gaps() == []
    Letter.delete().where(Letter.kind == "reply", Letter.sequence == 2).execute()
    assert register.gaps() == [(2026, "TI 00")]


def issue(file: desks.File, kind: str, year: int, *, fails: bool = False) -> None:
    with transaction():
        letters.issue(kind, file.row, signer=file.cast["dewi"], role="admin_affairs_head", unit="PPIKSN",
                      content={"outcome": "refused"}, at=desks.MONDAY.replace(year=year),
                      pattern="{seq}/{unit}/{class}/{month}/{year}")  # fmt: skip
        if fails:
            raise RuntimeError("the decision failed")


deeds = st.tuples(
    st.sampled_from(["issue", "fails", "void", "replace"]), st.sampled_from(KINDS), st.integers(2026, 2028)
)


@properties(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(deeds, max_size=8))
def test_it_has_every_number_whatever_is_signed_voided_replaced_or_fails(file, walk):
    for deed, kind, year in walk:
        try:
            if deed in ("issue", "fails"):
                issue(file, kind, year, fails=deed == "fails")
            elif deed == "void":
                void(file, kind)
            else:
                replace(file, letter(kind), "dewi")
        except (RuntimeError, PortalError, Letter.DoesNotExist):
            pass
        assert register.gaps() == []
        numbers = [row.number for row in Letter.select()]
        assert len(set(numbers)) == len(numbers)
