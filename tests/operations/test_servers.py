from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound
from portal.operations import servers
from portal.store.models import AuditEntry, Server, Source, SshKey
from schemas.run import RunKind
from schemas.server import KeyChoice
from tests.support import machines
from tests.support.machines import AT, form


def tags() -> list[str]:
    return [entry.tag for entry in AuditEntry.select().order_by(AuditEntry.sequence)]


def test_it_enrols_a_server_with_a_key_of_its_own(cast, settings):
    server = servers.enrol(form(), KeyChoice(), cast["agus"], at=AT, settings=settings)
    assert (server.name, server.address, server.port, server.username) == (
        "Web PRTRN", "10.20.30.40", 22, "lumbung")  # fmt: skip
    assert server.key.name == "Web PRTRN"
    assert server.host_key_state == "none"
    assert tags() == ["key:generated", "server:enrolled"]


def test_it_takes_a_form_sent_twice_as_one_server(cast, settings):
    first = servers.enrol(form(), KeyChoice(), cast["agus"], at=AT, settings=settings)
    again = servers.enrol(form(), KeyChoice(), cast["agus"], at=AT + timedelta(seconds=2), settings=settings)
    assert again == first
    assert (Server.select().count(), SshKey.select().count()) == (1, 1)


@pytest.mark.parametrize(
    ("who", "typed", "later"),
    [
        ("yusuf", {}, timedelta(seconds=2)),
        ("agus", {"address": "10.9.9.9"}, timedelta(seconds=2)),
        ("agus", {"name": "WEB prtrn"}, timedelta(seconds=2)),
        ("agus", {}, timedelta(hours=1)),
    ],
)
def test_it_refuses_a_name_that_is_taken(cast, settings, who, typed, later):
    servers.enrol(form(), KeyChoice(), cast["agus"], at=AT, settings=settings)
    with pytest.raises(InvalidInput) as refused:
        servers.enrol(form(**typed), KeyChoice(), cast[who], at=AT + later, settings=settings)
    assert refused.value.fields["name"][0] == "server.name_taken"
    assert SshKey.select().count() == 1


def test_it_uses_a_key_that_is_there(cast, settings):
    first = machines.enrolled(cast["agus"], settings)
    choice = KeyChoice(key_choice="existing", key_id=first.key_id)
    second = servers.enrol(form(name="Kedua"), choice, cast["agus"], at=AT, settings=settings)
    assert second.key_id == first.key_id
    with pytest.raises(InvalidInput) as refused:
        servers.choose_key(
            second.id,
            KeyChoice(key_choice="existing", key_id=999),
            cast["agus"],
            at=AT,
            settings=settings,
        )
    assert refused.value.fields == {"key_id": ("key.unknown", {})}


def test_it_names_a_second_key_for_the_same_server_by_itself(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    changed = servers.choose_key(server.id, KeyChoice(), cast["agus"], at=AT, settings=settings)
    assert changed.key.name == "Web PRTRN (2)"
    assert SshKey.select().count() == 2


def test_it_forgets_the_host_key_of_a_machine_that_moved(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    changed = servers.change(server.id, form(address="10.20.30.41"), cast["agus"], at=AT)
    assert (changed.host_key_state, changed.host_key, changed.host_key_approved_by_id) == ("none", "", None)
    assert changed.probe is None
    entry = AuditEntry.get(AuditEntry.tag == "server:changed")
    assert entry.data["host_key_reset"] is True
    assert (entry.data["old"]["address"], entry.data["new"]["address"]) == ("10.20.30.40", "10.20.30.41")


def test_it_keeps_the_host_key_when_only_the_name_changes(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    changed = servers.change(server.id, form(name="Situs PRTRN"), cast["joko"], at=AT)
    assert (changed.name, changed.host_key_state) == ("Situs PRTRN", "approved")
    assert servers.change(server.id, form(name="Situs PRTRN"), cast["joko"], at=AT) == changed
    assert tags().count("server:changed") == 1


def test_it_adds_a_folder_once_and_takes_it_up_again(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    added = servers.add_source(server.id, "/srv/www", cast["agus"], at=AT)
    assert servers.add_source(server.id, "/srv/www", cast["joko"], at=AT) == added
    servers.remove_source(server.id, added.id, cast["agus"], at=AT)
    servers.remove_source(server.id, added.id, cast["agus"], at=AT)
    assert not Source.get_by_id(added.id).active
    assert servers.add_source(server.id, "/srv/www", cast["agus"], at=AT).active
    assert tags()[2:] == ["server:source_added", "server:source_removed", "server:source_added"]


def test_it_takes_the_size_from_a_measuring_of_that_folder_only(cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings, folders=())
    found = {"path": "/srv/www", "size_bytes": 1234, "file_count": 5, "vault_free_bytes": 9}
    run = machines.answered(server, RunKind.MEASURE, cast["agus"], settings, found, path="/srv/www")
    other = servers.add_source(server.id, "/srv/db", cast["agus"], at=AT, measured_by=run.id)
    assert other.size_bytes is None
    measured = servers.add_source(server.id, "/srv/www", cast["agus"], at=AT, measured_by=run.id)
    assert (measured.size_bytes, measured.file_count, measured.measured_at) == (1234, 5, run.finished_at)


def test_it_knows_no_folder_of_another_server(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    other = machines.enrolled(cast["agus"], settings, name="Lain")
    source = servers.add_source(server.id, "/srv/www", cast["agus"], at=AT)
    with pytest.raises(NotFound):
        servers.remove_source(other.id, source.id, cast["agus"], at=AT)
    assert Source.get_by_id(source.id).active


def test_it_puts_a_server_to_rest_and_takes_it_up(cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    assert not servers.set_active(server.id, False, cast["joko"], at=AT).active
    assert not servers.set_active(server.id, False, cast["joko"], at=AT).active
    assert servers.set_active(server.id, True, cast["joko"], at=AT).active
    assert tags()[2:] == ["server:deactivated", "server:activated"]


@pytest.mark.parametrize("who", ["sari", "ratna", "hendro", "dewi", "sri", "tono"])
def test_it_is_for_administrators_and_the_kasubbid_only(cast, settings, who):
    server = machines.enrolled(cast["agus"], settings)
    source = servers.add_source(server.id, "/srv/www", cast["agus"], at=AT)
    user = cast[who]
    for deed in (
        lambda: servers.enrol(form(name="Lain"), KeyChoice(), user, at=AT, settings=settings),
        lambda: servers.change(server.id, form(name="Lain"), user, at=AT),
        lambda: servers.choose_key(server.id, KeyChoice(), user, at=AT, settings=settings),
        lambda: servers.set_active(server.id, False, user, at=AT),
        lambda: servers.add_source(server.id, "/etc", user, at=AT),
        lambda: servers.remove_source(server.id, source.id, user, at=AT),
    ):
        with pytest.raises(Forbidden):
            deed()
    assert tags() == ["key:generated", "server:enrolled", "server:source_added"]


def test_it_knows_no_server_that_is_not_there(cast, settings):
    for deed in (
        lambda: servers.change(404, form(), cast["agus"], at=AT),
        lambda: servers.add_source(404, "/etc", cast["agus"], at=AT),
        lambda: servers.set_active(404, False, cast["agus"], at=AT),
    ):
        with pytest.raises(NotFound):
            deed()
