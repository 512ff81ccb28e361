from __future__ import annotations

from collections.abc import Callable

import pytest

from workers.engines.errors import Cancelled, EngineError
from workers.steps import snapshot, vaults
from workers.steps.lister import Lister
from workers.steps.work import Work


@pytest.mark.parametrize("ends", [Cancelled(), EngineError("manifest.failed", tool="manifest")])
def test_a_copy_whose_run_does_not_end_well_is_taken_back(
    make_work: Callable[..., Work], monkeypatch: pytest.MonkeyPatch, ends: Exception
) -> None:
    def backed_up(run_id: int) -> Work:
        work = make_work("/srv/web", run_id=run_id)
        (work.copy / "srv/web").mkdir(parents=True, exist_ok=True)
        (work.copy / "srv/web/a").write_text(f"isi {run_id}", encoding="utf-8")
        try:
            snapshot.prepare(work)
            snapshot.snapshot(work)
        finally:
            work.release()
        return work

    kept = backed_up(1).snapshot
    assert kept

    def late(lister: Lister) -> None:
        lister.join()
        lister.work.should_stop = lambda: True
        raise ends

    with monkeypatch.context() as patch:
        patch.setattr(Lister, "result", late)
        with pytest.raises(type(ends)):
            backed_up(2)
    repository = make_work("/srv/web").repository()
    assert vaults.listed(repository) == {kept.snapshot_id}
    third = backed_up(3).snapshot
    assert third
    assert vaults.listed(repository) == {kept.snapshot_id, third.snapshot_id}
