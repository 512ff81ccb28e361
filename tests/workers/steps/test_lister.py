from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workers.engines.errors import Cancelled, EngineError
from workers.steps.latest import Latest
from workers.steps.lister import Lister
from workers.steps.work import Work


@pytest.fixture
def work(make_work: Callable[..., Work]) -> Work:
    work = make_work("/srv/web")
    (work.copy / "srv" / "web").mkdir(parents=True)
    (work.copy / "srv" / "web" / "a").write_bytes(b"12345")
    return work


def listed(work: Work, last: Latest) -> Lister:
    lister = Lister(work, last)
    lister.start()
    return lister


def test_it_takes_over_sealed_checksums_only(work: Work, make_work: Callable[..., Work]) -> None:
    first = listed(work, Latest())
    totals = first.result()
    assert totals.hashed_bytes == 5
    again = listed(make_work("/srv/web", run_id=2), Latest("", first.manifest, totals.sha256)).result()
    assert again.hashed_bytes == 0
    with first.manifest.open("ab") as file:
        file.write(b"{}\n")
    mended = listed(make_work("/srv/web", run_id=3), Latest("", first.manifest, totals.sha256)).result()
    assert mended.hashed_bytes == 5


def test_it_says_that_the_copy_is_gone(work: Work) -> None:
    shutil.rmtree(work.copy)
    with pytest.raises(EngineError) as caught:
        listed(work, Latest()).result()
    assert caught.value.code == "manifest.failed"


def test_it_gives_up_when_the_snapshot_failed(work: Work, tmp_path: Path) -> None:
    for number in range(2000):
        (work.copy / "srv" / "web" / f"{number}").touch()
    lister = listed(work, Latest())
    lister.give_up()
    assert not lister.is_alive()


def test_it_stops_with_the_run(work: Work) -> None:
    work.should_stop = lambda: True
    with pytest.raises(Cancelled):
        listed(work, Latest()).result()
