"""Walks at random through the archive: people try what they like, and the file stays in order."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.errors import PortalError
from portal.operations import audit, submission
from portal.sop.table import TERMINAL, Action
from portal.store.models import BackupRequest
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


def _attempt(file: desks.File, who: str, action: Action) -> None:
    row = file.row
    if action is Action.SUBMIT:
        user, form = file.cast[who], desks.FORM
        submission.submit(row.id, row.revision, user, form, at=file.at, settings=file.settings)
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
