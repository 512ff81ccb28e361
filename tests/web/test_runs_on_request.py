from __future__ import annotations

import pytest
from flask import render_template

from portal.store.models import User
from portal.store.queries import grants as grant_rows
from portal.store.queries import requests
from portal.store.queries import runs as run_rows
from portal.store.queries import snapshots as snapshot_rows
from portal.web.access import SIGNED_IN, collect
from tests.support import machines


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, server):
    later = {"starts_at": machines.AT, "ends_at": machines.AT.replace(year=2036)}
    return machines.approved(cast["sari"], cast["joko"], server, **later)


@pytest.fixture
def part(app, browser, request_):
    """The partial as `who` sees it on the request's page."""

    def view(can_start: int) -> str:
        return render_template(
            "runs/_request_runs.html",
            backup_request=requests.get(request_.id),
            runs=run_rows.of_request(request_.id),
            snapshots=snapshot_rows.of_request(request_.id),
            can_start=bool(can_start),
            grant=grant_rows.of_request(request_.id),
        )

    app.add_url_rule("/bagian/<int:can_start>", "uji.bagian", view)
    collect(app, {"uji.bagian": SIGNED_IN})

    def show(who: str, can_start: bool) -> str:
        return browser(who).get(f"/bagian/{int(can_start)}").text

    return show


def test_it_offers_the_start_to_whoever_may(part, request_):
    page = part("agus", True)
    assert f'action="/permohonan/{request_.id}/pekerjaan"' in page
    assert 'name="key"' in page
    assert "disabled" not in page
    page = part("sari", False)
    assert "<form" not in page
    assert "Belum ada pekerjaan" in page


def test_it_says_why_nothing_can_start(part, request_, server):
    type(request_).update(followed_up_at=None).execute()
    page = part("agus", True)
    assert "belum ditandai" in page
    assert "disabled" in page
    type(request_).update(followed_up_at=machines.AT).execute()
    type(server).update(host_key_state="changed").execute()
    assert "berubah" in part("agus", True)


def test_it_shows_runs_copies_and_their_proof(part, cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    page = part("agus", True)
    assert f'action="/snapshot/{snapshot.id}/uji"' in page
    assert "Belum diuji" in page
    assert f'href="/pekerjaan/{snapshot.run_id}"' in page
    type(snapshot).update(proven_at=machines.AT).execute()
    assert "Terbukti pulih 23 November 2026" in part("agus", True)
    own = part("sari", False)
    assert f'href="/pekerjaan/{snapshot.run_id}"' not in own
    assert "/srv/www" in own
    assert User.select().count() == len(cast)


def test_it_leads_to_what_is_going_on(part, cast, settings, request_):
    run = machines.started(request_, cast["agus"], settings)
    assert f'href="/pekerjaan/{run.id}"' in part("agus", True)
    assert "<progress" in part("agus", True)
    assert "<progress" in part("sari", False)
