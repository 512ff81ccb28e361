"""Walks at random through the archive: people try what they like, and the file stays in order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.errors import PortalError
from portal.operations import audit
from portal.sop.table import TERMINAL, Action
from portal.store.models import BackupRequest, Disposition
from tests.support.chain import Way

PEOPLE = ("sari", "bambang", "hendro", "ratna", "joko", "agus", "yusuf", "dewi", "wulan", "sri", "tono")
DESKS = {
    "unit_note": "bambang", "center_disposition": "hendro", "policy_selection": "ratna",
    "specification_selection": "joko", "refusal_review": "ratna", "execution": "agus", "subdivision_report": "joko",
    "division_report": "ratna", "reply": "dewi", "receipt": "sari", "returned": "sari", "submission": "sari",
}  # fmt: skip
tries = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(Action), st.booleans())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(attempts=st.lists(tries, min_size=5, max_size=40))
def test_it_keeps_the_file_in_order_whoever_tries_what(cast, settings, attempts):
    """A third of the attempts is left to chance, the others come from the desk where the request lies."""
    way = Way(cast, settings).send()
    for who, action, strays in attempts:
        before = way.row
        if before.step in TERMINAL:
            break
        actor = who if strays else DESKS[before.step]
        try:
            _attempt(way, actor, action)
        except PortalError:
            assert way.row.__data__ == before.__data__
        else:
            assert way.row.revision == before.revision + 1
    _check(way.row)


def _attempt(way: Way, who: str, action: Action) -> None:
    if action is Action.SUBMIT:
        way.send()
        return
    sent = {"note": "Alasan.", "marked_fields": ("reason",), "postponed_until": "2026-12-01"}
    if action is Action.REPORT and way.row.followed_up_at and not way.row.paused_at:
        way.prove()
    way.act(who, action, **sent)


def _check(row: BackupRequest) -> None:
    decisions = list(
        Disposition.select().where(Disposition.backup_request == row).order_by(Disposition.revision)
    )
    assert [decision.revision for decision in decisions] == list(range(row.revision))
    assert all(earlier.next_step == later.step for earlier, later in pairwise(decisions))
    assert (decisions[0].step, decisions[-1].next_step) == ("submission", row.step)
    own = {decision.role for decision in decisions if decision.actor_id == row.requester_id}
    assert own <= {"requester"}
    assert (row.closed_at is not None) == (row.step in TERMINAL)
    assert (row.paused_at is None) == (row.remaining_seconds is None)
    assert audit.verify().ok
