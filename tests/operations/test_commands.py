from __future__ import annotations

import pytest

from portal.errors import Forbidden, InvalidInput
from portal.operations import audit, authority, commands, leases, runs, sweep
from portal.store.models import AuditEntry, Finding, Grant, Run, Server
from portal.web import outcomes
from portal.web.findings import finding_words
from schemas.commands import CommandsForm, seen
from schemas.grant import GrantScope
from schemas.run import RunSpec
from tests.support import desks

BEFORE, AFTER = ("sudo systemctl stop surat",), ("sudo systemctl start surat",)
FORM = CommandsForm(before=BEFORE, after=AFTER)


@pytest.fixture
def file(cast, settings):
    """At the Kasubbid's desk, for a server with commands."""
    file = desks.file(settings, cast).walk("specification_selection")
    file.scope()
    commands.write(file.server.id, FORM, cast["agus"], at=file.at)
    return file


@pytest.fixture
def granted(file):
    file.act("joko", "approve", scope=file.scope(commands=(seen(file.server.id, BEFORE, AFTER),)))
    file.act("agus", "follow_up")
    return file


def started(file) -> Run:
    return runs.start_backup(file.request_id, file.cast["agus"], "key-1", at=file.at, settings=file.settings)


def test_it_is_written_by_an_administrator_and_told_to_the_trail(file, cast):
    for who in ("joko", "sari", "ratna"):
        with pytest.raises(Forbidden):
            commands.write(file.server.id, CommandsForm(), cast[who], at=file.at)
    entry = AuditEntry.get(AuditEntry.tag == "server:commands")
    assert (entry.data["before"], entry.data["after"]) == (list(BEFORE), list(AFTER))
    assert audit.verify().ok


def test_a_grant_seals_the_commands_that_were_shown(granted):
    grant = Grant.get()
    scope = GrantScope.model_validate(grant.scope)
    assert (scope.before, scope.after) == (BEFORE, AFTER)
    assert scope.digest() == grant.digest
    assert scope.model_copy(update={"before": ()}).digest() != grant.digest
    run = started(granted)
    spec = RunSpec.model_validate(run.spec)
    assert (spec.before, spec.after) == (BEFORE, AFTER)
    authority.verify_run(run, at=granted.at)


@pytest.mark.parametrize("shown", [(), ("1:abc",), None])
def test_nobody_grants_commands_that_were_not_shown(file, shown):
    """A form from before they were written down, or a forged one."""
    told = (seen(file.server.id, BEFORE, ()),) if shown is None else shown
    with pytest.raises(InvalidInput) as refused:
        file.act("joko", "approve", scope=file.scope(commands=told))
    assert refused.value.fields["server_id"][0] == "scope.commands_changed"
    assert Grant.select().count() == 0


def test_what_is_written_later_runs_only_under_a_later_grant(granted, cast):
    commands.write(granted.server.id, CommandsForm(before="rm -rf /srv"), cast["agus"], at=granted.at)
    assert started(granted).spec["before"] == list(BEFORE)


@pytest.mark.parametrize(
    "change", [{"before": ("rm -rf /srv",)}, {"before": (), "after": ()}, {"after": ("reboot",)}]
)
def test_the_worker_refuses_other_commands_than_were_granted(granted, change):
    run = started(granted)
    forged = RunSpec.model_validate(run.spec).model_copy(update=change)
    Run.update(spec=forged.model_dump(mode="json"), spec_digest=forged.digest()).where(
        Run.id == run.id
    ).execute()
    with pytest.raises(Forbidden) as refused:
        authority.verify_run(Run.get_by_id(run.id), at=granted.at)
    assert refused.value.code == "authority.commands"


def test_nothing_but_a_granted_backup_brings_commands(granted):
    run = started(granted)
    for change in ({"kind": "restore_test"}, {"kind": "probe"}, {"emergency_id": 1}):
        forged = RunSpec.model_validate({**run.spec, **change})
        Run.update(kind=forged.kind, spec=forged.model_dump(mode="json"), spec_digest=forged.digest()).where(
            Run.id == run.id
        ).execute()
        with pytest.raises(Forbidden) as refused:
            authority.verify_run(Run.get_by_id(run.id), at=granted.at)
        assert refused.value.code == "authority.commands"


def test_a_seal_from_before_there_were_commands_still_holds(file):
    Server.update(before="", after="").execute()
    file.act("joko", "approve", scope=file.scope())
    grant = Grant.get()
    old = {name: value for name, value in grant.scope.items() if name not in ("before", "after")}
    assert GrantScope.model_validate(old).digest() == grant.digest


@pytest.mark.parametrize(
    ("taken", "owed"),
    [
        ([], False),
        ([("before", "running")], True),
        ([("before", "done"), ("pull", "running")], True),
        ([("before", "done"), ("pull", "done"), ("after", "running")], True),
        ([("before", "done"), ("after", "done"), ("snapshot", "running")], False),
    ],
)
def test_a_service_that_may_still_stand_is_told_when_the_worker_is_gone(granted, taken, owed):
    run = started(granted)
    lease = leases.claim(run.id, "w", at=granted.at, seconds=60)
    for position, (name, state) in enumerate(taken, start=1):
        leases.step_began(lease, position, name, at=granted.at)
        if state == "done":
            leases.step_ended(lease, position, state, at=granted.at)
    steady = iter((0.0, 100.0))
    watch = sweep.Watch(lambda: next(steady))
    for ended in ([], [run.id]):
        assert sweep.interrupt_silent(watch, at=granted.at, seconds=60) == ended
    ended_run = Run.get_by_id(run.id)
    found = Finding.get_or_none(Finding.kind == "commands_owed")
    assert (found is not None) == owed
    if found:
        assert (found.run_id, found.code) == (run.id, "commands.after_owed")
        for words in (*finding_words(found), outcomes.outcome(ended_run).what):
            assert "—" not in words
        assert AFTER[0] in finding_words(found)[1]
        assert AFTER[0] in outcomes.outcome(ended_run).what
    else:
        assert ended_run.context == {}
    assert audit.verify().ok
