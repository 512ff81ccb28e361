from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.sop.mirror_guard import Facts, decide, share
from schemas.mirror import Limits, Mount, Reason

DISK = Mount(device="65024", fs_type="ext2/ext3", fs_id="b7bc", mount_point="/srv", inode="2")
ROOT = DISK.model_copy(update={"mount_point": "/", "inode": "260072"})
QUIET = Facts(source_files=100, copy_files=100, copy_entries=120, deletions=0, sentinel_seen=True,
              mount_before=DISK, mount_now=DISK)  # fmt: skip
LIMITS = Limits(count=100, share=10)

counts = st.integers(0, 10**6)
mounts = st.sampled_from([DISK, ROOT])


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    entries = draw(counts)
    return Facts(
        source_files=draw(counts),
        copy_files=draw(st.integers(0, entries)),
        copy_entries=entries,
        deletions=draw(st.integers(0, entries)),
        sentinel_seen=draw(st.booleans()),
        mount_before=draw(st.none() | mounts),
        mount_now=draw(mounts),
    )


limits = st.builds(Limits, count=st.integers(0, 10**4), share=st.integers(0, 100))


def test_it_lets_a_quiet_run_pass() -> None:
    assert decide(QUIET, LIMITS) == ()
    assert decide(replace(QUIET, mount_before=None), LIMITS) == ()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"source_files": 0}, Reason.EMPTY_SOURCE),
        ({"sentinel_seen": False}, Reason.SENTINEL_MISSING),
        ({"mount_now": ROOT}, Reason.MOUNT_CHANGED),
        ({"deletions": 13}, Reason.MANY_DELETES),
        ({"deletions": 101, "copy_entries": 5000}, Reason.MANY_DELETES),
    ],
)
def test_it_stops_for_each_reason_alone(change: dict[str, object], reason: Reason) -> None:
    assert decide(replace(QUIET, **change), LIMITS) == (reason,)


def test_it_stops_only_above_its_limits() -> None:
    assert decide(replace(QUIET, deletions=12), LIMITS) == ()
    assert decide(replace(QUIET, deletions=100, copy_entries=1000), LIMITS) == ()


@pytest.mark.parametrize("field", list(Mount.model_fields))
def test_it_sees_a_change_of_any_part_of_the_mount(field: str) -> None:
    other = DISK.model_copy(update={field: "other"})
    assert decide(replace(QUIET, mount_now=other), LIMITS) == (Reason.MOUNT_CHANGED,)


@given(facts(), limits)
def test_it_never_lets_an_empty_source_empty_a_copy(found: Facts, most: Limits) -> None:
    emptied = replace(found, source_files=0)
    assert (Reason.EMPTY_SOURCE in decide(emptied, most)) == (found.copy_files > 0)


@given(facts(), limits)
def test_it_never_deletes_more_than_its_limits(found: Facts, most: Limits) -> None:
    if not decide(found, most):
        assert found.deletions <= most.count
        assert found.deletions * 100 <= most.share * found.copy_entries


@given(facts(), limits, st.integers(1, 10**6))
def test_it_lets_nothing_pass_for_deleting_more(found: Facts, most: Limits, more: int) -> None:
    assert set(decide(found, most)) <= set(decide(replace(found, deletions=found.deletions + more), most))


@given(facts(), limits)
def test_it_never_stops_for_deletions_where_there_are_none(found: Facts, most: Limits) -> None:
    assert Reason.MANY_DELETES not in decide(replace(found, deletions=0), most)


@given(facts(), limits)
def test_it_names_the_gravest_reason_first_and_each_once(found: Facts, most: Limits) -> None:
    order = list(Reason)
    positions = [order.index(reason) for reason in decide(found, most)]
    assert positions == sorted(set(positions))


@given(counts, counts)
def test_it_calls_no_deletion_nothing(deletions: int, entries: int) -> None:
    assert (share(deletions, entries) > 0) == (deletions > 0 and entries > 0)
    assert share(entries, entries) == (100 if entries else 0)
