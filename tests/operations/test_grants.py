"""The authority that the Kasubbid's approval gives."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from portal.errors import InvalidInput, TransitionRefused
from portal.store.models import Grant, Server
from portal.store.queries import grants
from schemas.decision import Scope
from schemas.grant import GrantScope
from tests.support.chain import Way


@pytest.fixture
def way(cast, settings) -> Way:
    return Way(cast, settings).to("specification_selection")


def approve(way: Way, **changes) -> Grant:
    way.act("joko", "approve", scope=way.scope(**changes))
    return Grant.get()


def test_it_seals_what_was_approved(way):
    grant = approve(way, folders=("/srv/www", "/srv/arsip", "/srv/www"), term_months=6)
    scope = GrantScope.model_validate(grant.scope)
    assert scope.digest() == grant.digest
    assert scope.folders == ("/srv/arsip", "/srv/www")
    assert (scope.request_number, scope.server_id) == (way.row.number, way.server.id)
    assert (scope.frequency, scope.retention_days) == ("daily", 30)
    assert grant.approved_by == way.cast["joko"]
    assert (grant.starts_at, grant.ends_at.month) == (way.at, 5)


def test_it_changes_with_every_detail(way):
    scope = GrantScope.model_validate(approve(way).scope)
    others = [scope.model_copy(update=change) for change in (
        {"folders": ("/srv",)}, {"server_id": 99}, {"services": ("mirror_files",)}, {"retention_days": 31},
        {"ends_at": scope.ends_at + timedelta(seconds=1)}, {"request_number": "PB-2026-0002"})]  # fmt: skip
    assert len({scope.digest(), *(other.digest() for other in others)}) == len(others) + 1


def test_it_needs_a_scope(way):
    with pytest.raises(TransitionRefused, match=r"guard.scope_given"):
        way.act("joko", "approve", scope=None)


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"server_id": 999}, "server_id", "scope.unknown_server"),
        ({"services": ("mirror_files",)}, "services", "scope.service_not_asked"),
        ({"services": ("backup_files", "rm -rf")}, "services", "scope.service_not_asked"),
    ],
)
def test_it_grants_only_what_there_is_and_what_was_asked(way, changes, field, code):
    with pytest.raises(InvalidInput) as caught:
        approve(way, **changes)
    assert caught.value.fields[field][0] == code
    assert (Grant.select().count(), way.row.step) == (0, "specification_selection")


def test_it_grants_no_service_that_cannot_be_given_yet(cast, settings):
    way = Way(cast, settings).send(services=["backup_files", "mirror_files"]).to("specification_selection")
    with pytest.raises(InvalidInput) as caught:
        approve(way, services=("backup_files", "mirror_files"))
    assert caught.value.fields["services"] == ("scope.service_not_available", {"service": "mirror_files"})


def test_it_grants_nothing_on_a_server_that_was_put_away(way):
    Server.update(active=False).where(Server.id == way.server.id).execute()
    with pytest.raises(InvalidInput):
        approve(way)


@pytest.mark.parametrize(
    "wrong",
    [
        {"folders": ("/srv/../etc",)}, {"folders": ("srv",)}, {"folders": ("/",)}, {"folders": ("/a\nb",)},
        {"folders": ("/a\0b",)}, {"folders": ()}, {"folders": ("/x" * 3000,)}, {"services": ()}, {"server_id": ""},
        {"server_id": "-1"}, {"server_id": "9" * 30}, {"server_id": 2**40}, {"term_months": 0}, {"term_months": "61"},
        {"term_months": "=1"}, {"folders": tuple(f"/srv/{n}" for n in range(101))},
    ],
    ids=str,
)  # fmt: skip
def test_it_has_a_shape_that_refuses_nonsense(wrong):
    usual = {"server_id": "1", "folders": ("/srv/www",), "services": ("backup_files",), "term_months": "12"}
    assert Scope.model_validate(usual).term_months == 12
    with pytest.raises(ValidationError):
        Scope.model_validate(usual | wrong)


def test_it_knows_which_folders_are_not_proven_yet(way):
    assert grants.unproven_folders(way.id) == [""], "nothing is proven before anything is granted"
    approve(way, folders=("/srv/www", "/srv/www/arsip", "/srv/lain"))
    way.to("followed_up")
    assert grants.unproven_folders(way.id) == ["/srv/lain", "/srv/www", "/srv/www/arsip"]
    snapshot = way.back_up()
    assert "/srv/www" in grants.unproven_folders(way.id), "a copy alone proves nothing"
    way.prove(snapshot)
    assert grants.unproven_folders(way.id) == ["/srv/lain"]
