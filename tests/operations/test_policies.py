"""The policy's desk: who publishes, what holds when, and that nothing is changed afterwards."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, policies
from portal.store import db
from portal.store.models import AuditEntry, PolicyVersion
from portal.store.queries import policies as rows
from schemas.policy import Publication
from tests.support.policies import AT, publish, terms

WHY = Publication(note="Disesuaikan dengan isi gudang.")


def test_each_version_is_kept_and_the_newest_that_has_begun_holds(cast):
    joko, later = cast["joko"], AT + timedelta(days=5)
    publish(joko)
    publish(joko, largest_gib=600, at=AT + timedelta(hours=1), valid_from="2026-11-25")
    assert [version.number for version in rows.all_versions()] == [2, 1]
    assert rows.in_force(AT - timedelta(seconds=1)) is None
    assert rows.in_force(AT + timedelta(hours=2)).number == 1
    assert rows.in_force(later).terms["largest_gib"] == 600
    assert PolicyVersion.get(PolicyVersion.number == 1).terms["largest_gib"] == 500
    assert [entry.data["policy_version"] for entry in AuditEntry.select()] == [1, 2]
    assert AuditEntry.get(AuditEntry.sequence == 2).data["changed"] == ["largest_gib"]
    assert audit.verify().ok


def test_a_version_that_begins_on_a_day_begins_with_the_offices_day(cast):
    version = publish(cast["joko"], valid_from="2026-11-25")
    assert version.valid_from.isoformat() == "2026-11-25T00:00:00+07:00"
    assert PolicyVersion.get_by_id(version.id).valid_from.isoformat() == "2026-11-24T17:00:00+00:00"


@pytest.mark.parametrize("who", ["sari", "bambang", "hendro", "ratna", "agus", "dewi", "sri", "tono"])
def test_only_the_kasubbid_publishes(cast, who):
    with pytest.raises(Forbidden) as refused:
        publish(cast[who])
    assert refused.value.code == "policy.role"
    assert PolicyVersion.select().count() == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "terms"),
        ({"largest_gib": 9, "units": ["TIDAK-ADA"]}, "units"),
        ({"largest_gib": 9, "valid_from": "2026-11-19"}, "valid_from"),
        ({"largest_gib": 9, "valid_from": "2028-11-19"}, "valid_from"),
    ],
)
def test_it_refuses_what_changes_nothing_binds_nobody_or_judges_the_past(cast, changes, field):
    publish(cast["joko"])
    with pytest.raises(InvalidInput) as refused:
        publish(cast["joko"], **changes)
    assert set(refused.value.fields) == {field}
    assert PolicyVersion.select().count() == 1


def test_a_form_made_from_an_older_version_is_refused(cast):
    publish(cast["joko"])
    with pytest.raises(StaleStep) as refused:
        policies.publish(terms(largest_gib=9), WHY, cast["joko"], seen=0, at=AT)
    assert (refused.value.code, refused.value.context) == ("policy.published", {"number": 1})


def test_of_several_published_at_once_one_counts(cast):
    start, ends = threading.Barrier(6), []

    def press(number: int) -> None:
        with db.connection():
            start.wait()
            try:
                policies.publish(terms(largest_gib=number), WHY, cast["joko"], seen=0, at=AT)
                ends.append("published")
            except StaleStep:
                ends.append("stale")

    threads = [threading.Thread(target=press, args=(number,)) for number in range(1, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["published", *["stale"] * 5]
    assert PolicyVersion.select().count() == 1


def test_the_kabid_reads_it_once_and_nobody_reads_it_instead(cast):
    publish(cast["joko"])
    assert rows.count_unseen() == 1
    with pytest.raises(Forbidden):
        policies.acknowledge(1, cast["joko"], at=AT)
    policies.acknowledge(1, cast["ratna"], at=AT + timedelta(hours=1))
    policies.acknowledge(1, cast["ratna"], at=AT + timedelta(hours=2))
    version = rows.by_number(1)
    assert (version.seen_by_id, version.seen_at) == (cast["ratna"].id, AT + timedelta(hours=1))
    assert AuditEntry.select().where(AuditEntry.tag == "policy:seen").count() == 1
    assert rows.count_unseen() == 0
    with pytest.raises(NotFound):
        policies.acknowledge(2, cast["ratna"], at=AT)


def test_a_version_changed_in_the_database_is_noticed(cast):
    version = publish(cast["joko"])
    assert policies.terms_of(version) == terms()
    db.database.execute_sql("UPDATE policy_version SET terms = replace(terms, '500', '900')")
    assert policies.terms_of(rows.by_number(1)) is None
