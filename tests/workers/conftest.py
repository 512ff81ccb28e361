"""The work at hand of a run, without a database: what it writes and reports is kept in lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.config import Settings
from schemas.run import RunKind, RunSpec, ServerSpec, SourceSpec
from workers.steps.work import Work


@pytest.fixture
def make_work(settings: Settings, tmp_path: Path) -> Callable[..., Work]:
    """`make_work("/srv/web", run_id=2)` is the work of run 2 for that folder of server 1."""
    settings.ensure_folders()

    def make(*paths: str, run_id: int = 1) -> Work:
        spec = RunSpec(
            kind=RunKind.BACKUP,
            server=ServerSpec(id=1, name="web", address="10.0.0.1", port=22, username="lumbung", key_id=1),
            sources=tuple(SourceSpec(path=path) for path in paths),
        )
        lines: list[str] = []
        work = Work(run_id=run_id, spec=spec, settings=settings, write=lambda text, level: lines.append(text),
                    report=lambda _: None, should_stop=lambda: False)  # fmt: skip
        work.folder.mkdir(parents=True, exist_ok=True)
        return work

    return make
