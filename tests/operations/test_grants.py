"""The scope that is granted: its shape, its seal, and which of its folders are proven."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from portal.store.models import Grant, Snapshot
from portal.store.queries import grants
from schemas.decision import Scope
from schemas.grant import GrantScope
from tests.support import desks, machines

USUAL = {"server_id": "1", "folders": ("/srv/www",), "services": ("backup_files",), "term_months": "12"}


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast).walk("specification_selection")


@pytest.mark.parametrize(
    "wrong",
    [
        {"folders": ("/srv/../etc",)}, {"folders": ("srv",)}, {"folders": ("/",)}, {"folders": ("/a\nb",)},
        {"folders": ("/a\0b",)}, {"folders": ()}, {"folders": ("/x" * 3000,)}, {"services": ()}, {"server_id": ""},
        {"server_id": "-1"}, {"server_id": "9" * 30}, {"server_id": 2**40}, {"term_months": 0}, {"term_months": "61"},
        {"term_months": "=1"}, {"folders": tuple(f"/srv/{n}" for n in range(101))},
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_it_has_a_shape_that_refuses_nonsense(wrong):
    assert Scope.model_validate(USUAL).term_months == 12
    with pytest.raises(ValidationError):
        Scope.model_validate(USUAL | wrong)


def test_it_seals_every_detail(file):
    file.act(
        "joko", "approve", scope=file.scope(folders=("/srv/www", "/srv/arsip", "/srv/www"), term_months=6)
    )
    grant = Grant.get()
    scope = GrantScope.model_validate(grant.scope)
    assert (scope.digest(), scope.folders) == (grant.digest, ("/srv/arsip", "/srv/www"))
    assert (grant.starts_at, grant.ends_at.month) == (file.at, 5)
    others = [scope.model_copy(update=change) for change in (
        {"folders": ("/srv",)}, {"server_id": 99}, {"services": ("mirror_files",)}, {"retention_days": 31},
        {"ends_at": scope.ends_at + timedelta(seconds=1)}, {"request_number": "PB-2026-0002"})]  # fmt: skip
    assert len({scope.digest(), *(other.digest() for other in others)}) == len(others) + 1


def test_it_knows_which_folders_are_not_proven_yet(file):
    assert grants.unproven_folders(file.request_id) == [""], "nothing is proven before anything is granted"
    file.act("joko", "approve", scope=file.scope(folders=("/srv/www", "/srv/www/arsip", "/srv/lain")))
    file.act("agus", "follow_up")
    assert grants.unproven_folders(file.request_id) == ["/srv/lain", "/srv/www", "/srv/www/arsip"]
    machines.backed_up(file.row, file.cast["agus"], file.settings, at=file.at)
    assert "/srv/www" in grants.unproven_folders(file.request_id), "a copy alone proves nothing"
    Snapshot.update(proven_at=file.at).execute()
    assert grants.unproven_folders(file.request_id) == ["/srv/lain"], (
        "what lies below a proven folder is proven"
    )
