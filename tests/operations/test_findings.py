"""Who checks, who closes, and that a fault is told once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, TransitionRefused
from portal.operations import audit, findings, keeping
from portal.store.db import transaction
from portal.store.models import BackupRequest, Finding, Run, VaultState
from tests.support import machines
from tests.support.machines import AT

NOTE = "Disk diganti dan backup baru sudah terbukti."


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_row(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


def start(server, cast, settings, who="agus", at=AT):
    key = f"check-{Run.select().count():012d}"
    return keeping.start_integrity(server.id, cast[who], key, at=at, settings=settings)


def raised(server, **more):
    with transaction():
        return findings.raise_once(server.id, "integrity", "restic.damaged", at=AT, **more)


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "tono"])
def test_only_the_keepers_start_a_check(cast, settings, server, request_row, who):
    with pytest.raises(Forbidden) as refusal:
        start(server, cast, settings, who)
    assert refusal.value.code == "run.role"


def test_a_check_hangs_on_an_approved_request(cast, settings, server):
    with pytest.raises(Forbidden) as refusal:
        start(server, cast, settings)
    assert refusal.value.code == "authority.none_for_server"


def test_a_check_needs_a_request_whose_term_holds(cast, settings, server, request_row):
    with pytest.raises(Forbidden) as refusal:
        start(server, cast, settings, at=AT + timedelta(days=400))
    assert refusal.value.code == "authority.term_ended"


def test_nobody_checks_on_a_request_of_their_own(cast, settings, server, request_row):
    BackupRequest.update(requester=cast["agus"]).execute()
    with pytest.raises(Forbidden) as refusal:
        start(server, cast, settings)
    assert refusal.value.code == "chain.own_request"


def test_a_part_that_was_not_read_keeps_its_turn(cast, settings, server, request_row):
    machines.finished(start(server, cast, settings))
    machines.finished(start(server, cast, settings), state="cancelled", code="run.cancelled")
    machines.finished(start(server, cast, settings), state="failed", code="restic.locked")
    assert VaultState.get().next_part == 2
    assert Finding.select().count() == 0


def test_a_check_told_twice_does_not_shorten_the_circle(cast, settings, server, request_row):
    first, twin = start(server, cast, settings), start(server, cast, settings)
    machines.finished(first)
    machines.finished(start(server, cast, settings))
    assert VaultState.get().next_part == 3
    Run.update(spec={**twin.spec, "part": 8}).where(Run.id == twin.id).execute()
    machines.finished(Run.get_by_id(twin.id))
    state = VaultState.get()
    assert (state.next_part, state.circle_completed_at) == (3, None)


@pytest.mark.parametrize("code", ["restic.no_repository", "restic.wrong_password", "restic.failed"])
def test_a_repository_that_does_not_open_is_a_finding(cast, settings, server, request_row, code):
    machines.finished(start(server, cast, settings), state="failed", code=code)
    assert (Finding.get().code, VaultState.get_or_none()) == (code, None)


def test_damage_that_cannot_be_placed_ends_every_proof(cast, settings, server, request_row):
    snapshot = machines.backed_up(request_row, cast["agus"], settings)
    type(snapshot).update(proven_at=AT).execute()
    result = {"part": 1, "parts": 8, "packs": [], "touched": None}
    machines.finished(start(server, cast, settings), state="failed", code="restic.damaged", result=result)
    assert type(snapshot).get().proven_at is None
    assert Finding.get().context["touched"] is None


def test_the_same_fault_is_open_once(server):
    assert raised(server, place="1/8")
    assert raised(server, place="1/8") is None
    assert raised(server, place="2/8")


@pytest.mark.parametrize("who", ["agus", "ratna", "sari", "tono"])
def test_only_the_subdivision_head_closes(cast, server, who):
    finding = raised(server)
    with pytest.raises(Forbidden):
        findings.close(finding.id, NOTE, cast[who], at=AT)
    assert Finding.get().closed_at is None


def test_closing_needs_a_note_and_happens_once(cast, server):
    finding = raised(server)
    with pytest.raises(InvalidInput):
        findings.close(finding.id, "  sudah  ", cast["joko"], at=AT)
    findings.close(finding.id, NOTE, cast["joko"], at=AT)
    with pytest.raises(TransitionRefused):
        findings.close(finding.id, NOTE, cast["joko"], at=AT)
    assert (Finding.get().note, Finding.get().open_key) == (NOTE, None)
    assert audit.verify().ok
