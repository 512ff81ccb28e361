from __future__ import annotations

import pytest

from portal.errors import Forbidden, InvalidInput, StaleStep
from portal.operations import host_keys, keys, runs, servers
from portal.sop.table import Role
from portal.store.models import AuditEntry, RoleHolding, Server
from schemas.run import RunKind
from tests.support import machines
from tests.support.machines import AT, HOST_KEY, OTHER_HOST_KEY, form

SEEN = keys.fingerprint(HOST_KEY)


@pytest.fixture
def proposed(cast, settings):
    """A server whose host key Agus has proposed."""
    server = machines.enrolled(cast["agus"], settings)
    scan = machines.scanned(server, cast["agus"], settings)
    return host_keys.propose(server.id, scan.id, cast["agus"], at=AT)


def state(server: Server) -> str:
    return Server.get_by_id(server.id).host_key_state


def test_it_takes_two_people_to_trust_a_machine(cast, proposed):
    assert (proposed.host_key_state, proposed.host_key) == ("proposed", HOST_KEY)
    approved = host_keys.approve(proposed.id, SEEN, cast["joko"], at=AT)
    assert approved.host_key_state == "approved"
    assert (approved.host_key_proposed_by, approved.host_key_approved_by) == (cast["agus"], cast["joko"])
    entries = AuditEntry.select().where(AuditEntry.tag.startswith("server:host_key"))
    assert [(entry.tag, entry.actor, entry.data["fingerprint"]) for entry in entries] == [
        ("server:host_key_proposed", cast["agus"], SEEN),
        ("server:host_key_approved", cast["joko"], SEEN),
    ]


def test_it_lets_nobody_approve_what_they_proposed(cast, settings):
    server = machines.enrolled(cast["joko"], settings)
    host_keys.propose(server.id, machines.scanned(server, cast["joko"], settings).id, cast["joko"], at=AT)
    with pytest.raises(Forbidden) as refused:
        host_keys.approve(server.id, SEEN, cast["joko"], at=AT)
    assert refused.value.code == "host_key.own_proposal"
    assert host_keys.approve(server.id, SEEN, cast["ratna"], at=AT).host_key_state == "approved"


@pytest.mark.parametrize("who", ["yusuf", "agus", "sari", "hendro", "dewi", "sri", "tono"])
def test_it_is_approved_by_the_kasubbid_or_kabid_only(cast, proposed, who):
    with pytest.raises(Forbidden) as refused:
        host_keys.approve(proposed.id, SEEN, cast[who], at=AT)
    assert refused.value.code == "host_key.approver"
    assert state(proposed) == "proposed"


def test_it_is_never_approved_by_an_administrator_whatever_else_they_are(cast, proposed):
    RoleHolding.create(user=cast["yusuf"], role=Role.DIVISION_HEAD.value, since=AT)
    with pytest.raises(Forbidden):
        host_keys.approve(proposed.id, SEEN, cast["yusuf"], at=AT)


def test_it_approves_only_the_fingerprint_that_was_seen(cast, settings, proposed):
    scan = machines.scanned(proposed, cast["agus"], settings, OTHER_HOST_KEY)
    host_keys.propose(proposed.id, scan.id, cast["yusuf"], at=AT)
    with pytest.raises(StaleStep) as refused:
        host_keys.approve(proposed.id, SEEN, cast["joko"], at=AT)
    assert refused.value.code == "host_key.moved_on"
    assert state(proposed) == "proposed"


def test_it_is_decided_once(cast, proposed):
    host_keys.approve(proposed.id, SEEN, cast["joko"], at=AT)
    for deed in (
        lambda: host_keys.approve(proposed.id, SEEN, cast["ratna"], at=AT),
        lambda: host_keys.refuse(proposed.id, SEEN, "berbeda", cast["ratna"], at=AT),
    ):
        with pytest.raises(StaleStep):
            deed()
    assert Server.get_by_id(proposed.id).host_key_approved_by == cast["joko"]


def test_it_can_be_refused_with_a_reason(cast, proposed):
    with pytest.raises(InvalidInput):
        host_keys.refuse(proposed.id, SEEN, "", cast["joko"], at=AT)
    refused = host_keys.refuse(proposed.id, SEEN, "Di konsol lain.", cast["joko"], at=AT)
    assert (refused.host_key_state, refused.host_key) == ("none", "")
    assert AuditEntry.get(AuditEntry.tag == "server:host_key_refused").data["note"] == "Di konsol lain."


def test_it_takes_a_scan_of_this_server_as_it_is_now_only(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    other = machines.enrolled(cast["agus"], settings, name="Lain")
    scan = machines.scanned(server, cast["agus"], settings)
    waiting = runs.start_inquiry(
        RunKind.HOST_KEY_SCAN, server.id, cast["agus"], "k" * 20, at=AT, settings=settings
    )
    with pytest.raises(StaleStep):
        host_keys.propose(other.id, scan.id, cast["agus"], at=AT)
    with pytest.raises(StaleStep):
        host_keys.propose(server.id, waiting.id, cast["agus"], at=AT)
    servers.change(server.id, form(port=2222), cast["agus"], at=AT)
    with pytest.raises(StaleStep) as refused:
        host_keys.propose(server.id, scan.id, cast["agus"], at=AT)
    assert refused.value.code == "host_key.scan_outdated"
    assert state(server) == "none"


def test_it_stops_a_server_whose_scan_shows_another_key(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    machines.scanned(server, cast["agus"], settings)
    assert state(server) == "approved"
    scan = machines.scanned(server, cast["agus"], settings, OTHER_HOST_KEY)
    assert state(server) == "changed"
    assert Server.get_by_id(server.id).host_key == HOST_KEY
    entry = AuditEntry.get(AuditEntry.tag == "server:host_key_changed")
    assert (entry.data["expected"], entry.data["found"]) == (SEEN, keys.fingerprint(OTHER_HOST_KEY))
    host_keys.propose(server.id, scan.id, cast["agus"], at=AT)
    host_keys.approve(server.id, keys.fingerprint(OTHER_HOST_KEY), cast["ratna"], at=AT)
    assert (state(server), Server.get_by_id(server.id).host_key) == ("approved", OTHER_HOST_KEY)


def test_it_stops_a_server_that_a_run_found_changed(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    context = {"found": "SHA256:x", "expected": SEEN}
    run = runs.start_inquiry(RunKind.PROBE, server.id, cast["agus"], "k" * 20, at=AT, settings=settings)
    machines.finished(run, state="failed", code="ssh.host_key_changed", context=context)
    assert state(server) == "changed"
    with pytest.raises(Forbidden) as refused:
        runs.start_inquiry(RunKind.PROBE, server.id, cast["agus"], "l" * 20, at=AT, settings=settings)
    assert refused.value.code == "server.host_key_changed"


def test_it_stops_the_server_that_showed_another_key_and_not_the_one_the_run_is_of(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Siaga")
    run = runs.start_inquiry(RunKind.PROBE, server.id, cast["agus"], "k" * 20, at=AT, settings=settings)
    context = {"server_id": other.id, "server": other.name}
    machines.finished(run, state="failed", code="ssh.host_key_changed", context=context)
    assert (state(server), state(other)) == ("approved", "changed")
    assert AuditEntry.get(AuditEntry.tag == "server:host_key_changed").subject_id == other.id


def test_it_leaves_an_approved_key_alone(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    scan = machines.scanned(server, cast["agus"], settings)
    with pytest.raises(StaleStep) as refused:
        host_keys.propose(server.id, scan.id, cast["agus"], at=AT)
    assert refused.value.code == "host_key.already_approved"
