"""The rules beside a request at steps 3 and 4: from the archive's numbers, and kept with the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import StaleStep
from portal.operations import selection
from portal.store.models import AuditEntry, Source
from schemas.policy import GIB
from tests.support import desks, machines, policies
from tests.support.desks import MONDAY


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def version(cast):
    return policies.publish(cast["joko"])


def judged(file, **more):
    found = selection.of_request(file.row, at=file.at, **more)
    return {check.rule: check for check in found.checks}


def test_it_shows_nothing_before_a_policy_and_elsewhere(cast, settings):
    file = desks.file(settings, cast).walk("policy_selection")
    assert selection.of_request(file.row, at=file.at) is None
    policies.publish(cast["joko"])
    assert selection.of_request(file.row, at=file.at) is not None
    file.walk("specification_selection")
    assert selection.of_request(file.row, at=file.at) is not None
    file.act("joko", "refuse", note="Server terlalu tua.")
    assert selection.of_request(file.row, at=file.at) is not None
    file.act("ratna", "refuse")
    assert selection.of_request(file.row, at=file.at) is None


def test_it_counts_with_what_the_catalogue_measured(cast, settings, server, version):
    form = {
        "has_server": "on",
        "server_name": server.name.upper(),
        "folders": "/srv/www\n/srv/www/berita\narsip lama",
    }
    file = desks.file(settings, cast, **form).walk("policy_selection")
    found = judged(file)
    assert (found["size"].verdict, found["server"].verdict, found["folders"].verdict) == (
        "unknown",
        "met",
        "unknown",
    )
    Source.update(size_bytes=3 * GIB).execute()
    found = judged(file)
    assert found["size"].code == "policy.size.part"
    assert found["size"].context == {"size": 3 * GIB, "measured": 1, "left": 1, "most": 500 * GIB}
    Source.update(size_bytes=501 * GIB).execute()
    assert judged(file)["size"].context["over"] == GIB


def test_a_request_for_a_database_is_not_called_measured_before_one_is_named(cast, settings, server, version):
    Source.update(size_bytes=GIB).execute()
    form = {"has_server": "on", "server_name": server.name, "services": ["backup_files", "backup_database"]}
    file = desks.file(settings, cast, **form).walk("specification_selection")
    assert judged(file)["size"].code == "policy.size.part"
    base = Source.create(server=server, kind="database", path="postgresql:arsip", size_bytes=2 * GIB,
                         created_by=cast["agus"])  # fmt: skip
    file.server = server
    scope = file.scope(databases=(base.id,), services=("backup_files", "backup_database"), term_months=36)
    found = judged(file, scope=scope)
    assert found["size"].context == {"size": 3 * GIB, "most": 500 * GIB}
    assert found["term"].context == {"months": 36, "most": 24}
    assert found["term"].verdict == "not_met"


def test_the_version_and_every_answer_are_kept_with_the_decision(cast, settings, server, version):
    file = desks.file(settings, cast, retention_days="365").walk("policy_selection")
    file.server = server
    file.act("ratna", "approve", policy_version=1)
    kept = file.dispositions[-1].data["policy"]
    answers = {check["rule"]: check["verdict"] for check in file.dispositions[-1].data["checks"]}
    assert (kept["policy_version"], kept["digest"], kept["shown"]) == (1, version.digest, True)
    assert (answers["retention"], answers["services"]) == ("not_met", "met")
    assert (kept["not_met"], kept["unknown"]) == (["retention"], ["size", "server", "window", "term"])
    file.act("joko", "approve", scope=file.scope(), policy_version=1)
    term = next(c for c in file.dispositions[-1].data["checks"] if c["rule"] == "term")
    assert (term["verdict"], term["context"]) == ("met", {"months": 12, "most": 24})
    told = AuditEntry.select().where(AuditEntry.tag == "request:approve").order_by(AuditEntry.sequence)
    assert [entry.data["policy"]["policy_version"] for entry in told] == [1, 1]


def test_a_decision_whose_page_showed_none_says_so(cast, settings, version):
    file = desks.file(settings, cast).walk("policy_selection")
    file.act("ratna", "approve")
    assert file.dispositions[-1].data["policy"]["shown"] is False


def test_a_decision_made_before_another_version_is_refused_and_nothing_moves(cast, settings, version):
    file = desks.file(settings, cast).walk("policy_selection")
    policies.publish(cast["joko"], largest_gib=10, at=MONDAY - timedelta(hours=1))
    with pytest.raises(StaleStep) as refused:
        file.act("ratna", "approve", policy_version=1)
    assert (refused.value.code, refused.value.context) == ("policy.superseded", {"seen": 1, "number": 2})
    assert file.row.step == "policy_selection"
    file.act("ratna", "approve", policy_version=2)
    assert file.row.step == "specification_selection"


def test_a_withdrawal_is_no_selection(cast, settings, version):
    file = desks.file(settings, cast).walk("policy_selection")
    file.act("sari", "withdraw")
    assert "policy" not in file.dispositions[-1].data


def test_the_rules_only_advise(cast, settings, server, version):
    policies.publish(cast["joko"], services=["mirror_files"], largest_gib=1, most_term_months=1)
    file = desks.file(settings, cast)
    file.server = server
    file.walk("execution")
    assert file.row.step == "execution"
