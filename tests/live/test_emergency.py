"""A worker on a real server: a broken glass copies what it names, and what changed since its approval moves no byte."""

from __future__ import annotations

import json

import pytest

from portal.operations import authority, emergencies
from portal.store import db
from portal.store.models import Emergency, Grant, Run, Server, Snapshot, Source
from schemas.emergency import EmergencyForm
from tests.support.site import Site, next_key

REASON = "Disk server melaporkan sektor rusak dan tidak dapat menunggu permohonan."


@pytest.fixture
def opened(site: Site) -> Emergency:
    form = EmergencyForm(sources=[Source.get().id], reason=REASON, sure="on")
    key = next_key()
    return emergencies.break_glass(
        site.server.id, form, site.cast["agus"], key, at=db.now(), settings=site.settings
    )


def arrived(site: Site) -> list[str]:
    """What lies in the server's vault."""
    vault = site.settings.vault_path / str(site.server.id)
    return sorted(path.name for path in vault.rglob("*")) if vault.exists() else []


def test_a_broken_glass_copies_what_it_names(site: Site, opened: Emergency) -> None:
    run = site.carry_out(opened.run)
    assert (run.state, run.code) == ("succeeded", "")
    assert run.evidence["grant_digest"] == opened.digest
    snapshot = Snapshot.get(Snapshot.run == run)
    assert snapshot.sources == [str(site.tree)]
    assert f"under emergency-{opened.id}" in site.log_of(run)
    proof = site.restore_test(snapshot.id)
    assert (proof.state, proof.backup_request_id) == ("succeeded", site.request_id)


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        (
            "authority.emergency_changed",
            'UPDATE emergency SET sources = \'[{"kind": "folder", "path": "/etc"}]\'',
        ),
        ("authority.emergency_changed", "UPDATE emergency SET expires_at = '2099-01-01 00:00:00'"),
        ("authority.emergency_closed", "UPDATE emergency SET closed_at = opened_at"),
        ("server.host_key_changed", "UPDATE server SET host_key_state = 'changed'"),
        ("authority.server_changed", "UPDATE server SET port = port + 1"),
    ],
)
def test_a_broken_glass_that_was_changed_moves_no_byte(
    site: Site, opened: Emergency, code: str, sql: str
) -> None:
    db.database.execute_sql(sql)
    run = site.carry_out(Run.get_by_id(opened.run_id))
    assert (run.state, run.code) == ("failed", code)
    assert arrived(site) == []


def _scope(**changes: object) -> None:
    grant = Grant.get()
    scope = json.loads(json.dumps(grant.scope)) | changes
    Grant.update(scope=scope).execute()


DRIFTS = {
    "other sources": ("authority.scope_changed", lambda: _scope(folders=["/etc"])),
    "a longer term": ("authority.scope_changed", lambda: _scope(ends_at="2099-01-01T00:00:00Z")),
    "a term that ended": ("authority.term_ended", lambda: Grant.update(ends_at=Grant.starts_at).execute()),
    "another host key": (
        "authority.server_changed",
        lambda: Server.update(host_key="ssh-ed25519 AAAA").execute(),
    ),
    "a host key in doubt": (
        "server.host_key_changed",
        lambda: Server.update(host_key_state="changed").execute(),
    ),
}


@pytest.mark.parametrize("drift", DRIFTS)
def test_what_changed_between_approval_and_start_moves_no_byte(site: Site, drift: str) -> None:
    run = site.start_backup()
    authority.verify_run(run, at=db.now())
    code, change = DRIFTS[drift]
    change()
    ended = site.carry_out(run)
    assert (ended.state, ended.code) == ("failed", code)
    assert arrived(site) == []
