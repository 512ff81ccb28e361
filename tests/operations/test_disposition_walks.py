"""Walks at random through the archive: people try what they like, and the file stays in order."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.errors import PortalError
from portal.operations import audit, papers, submission
from portal.sop.table import TERMINAL, Action, Transition, transitions
from portal.sop.undo import undoable
from portal.store.models import BackupRequest, Letter
from tests.support import desks

PEOPLE = ("sari", "bambang", "hendro", "ratna", "joko", "agus", "yusuf", "dewi", "wulan", "sri", "tono")
DESKS = {
    "unit_note": "bambang", "center_disposition": "hendro", "policy_selection": "ratna",
    "specification_selection": "joko", "refusal_review": "ratna", "execution": "agus", "subdivision_report": "joko",
    "division_report": "ratna", "reply": "dewi", "receipt": "sari", "returned": "sari",
}  # fmt: skip
ALONG = {"note": "Alasan.", "marked_fields": ("reason",), "postponed_until": "2026-12-01"}
tries = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Action), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=st.lists(tries, min_size=5, max_size=40))
def test_it_keeps_the_file_in_order_whoever_tries_what(cast, settings, attempts):
    """Half of the attempts are anybody's, the others come from the desk where the request lies."""
    file = desks.file(settings, cast)
    for who, action, strays in attempts:
        before = file.row
        if before.step in TERMINAL:
            break
        try:
            _attempt(file, who if strays else DESKS[before.step], action)
        except PortalError:
            assert file.row.__data__ == before.__data__
        else:
            assert file.row.revision == before.revision + 1
    desks.assert_chained(file)
    _check(file.row, {row.role for row in file.dispositions if row.actor_id == file.row.requester_id})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(choices=st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=8, max_size=24))
def test_whatever_is_taken_back_was_never_there(cast, settings, choices):
    """Of two files each desk makes a decision and takes it back; some decisions are then made again."""
    files = [desks.file(settings, cast), desks.file(settings, cast)]
    for choice, again in choices:
        file = files[choice % 2]
        before, papers_before = file.row, papers.available(file.row)
        row = _one_of(before, choice)
        if row is None:
            continue
        who = DESKS[before.step]
        try:
            _attempt(file, who, row.action)
        except PortalError:
            continue
        if not undoable(row):
            continue
        file.undo(who)
        assert _state(file.row) == _state(before)
        assert papers.available(file.row) == papers_before
        if again:
            _attempt(file, who, row.action)
    for file in files:
        desks.assert_chained(file)
    _check_register()
    assert audit.verify().ok


def _one_of(row: BackupRequest, choice: int) -> Transition | None:
    """A move of the desk where the request lies; withdrawing it is left to the other test."""
    rows = [move for move in transitions(row.sop_version, row.step) if move.action is not Action.WITHDRAW]
    return rows[choice // 2 % len(rows)] if rows else None


def _state(row: BackupRequest) -> dict[str, object]:
    return {name: value for name, value in row.__data__.items() if name not in ("revision", "updated_at")}


def _check_register() -> None:
    """No number is missing, none is there twice, and no request has two papers of a kind that hold."""
    rows = list(Letter.select().order_by(Letter.classification, Letter.sequence))
    for name in {row.classification for row in rows}:
        sequences = [row.sequence for row in rows if row.classification == name]
        assert sequences == list(range(1, len(sequences) + 1))
    holding = [(row.backup_request_id, row.kind) for row in rows if row.withdrawn_at is None]
    assert len(holding) == len(set(holding))


def _attempt(file: desks.File, who: str, action: Action) -> None:
    row = file.row
    if action is Action.SUBMIT:
        user, form = file.cast[who], desks.FORM
        submission.submit(row.id, row.revision, user, form, at=file.at, settings=file.settings)
        return
    if action is Action.UNDO:
        file.undo(who)
        return
    if action is Action.REPORT and row.step == "execution" and row.followed_up_at and not row.paused_at:
        file.prove()
    scope = file.scope() if action is Action.APPROVE and row.step == "specification_selection" else None
    file.act(who, action, scope=scope, **ALONG)


def _check(row: BackupRequest, own_roles: set[str]) -> None:
    assert own_roles <= {"requester"}
    assert (row.closed_at is not None) == (row.step in TERMINAL)
    assert (row.paused_at is None) == (row.remaining_seconds is None)
    assert audit.verify().ok
