"""The index of a snapshot's manifest: by a run of its own when somebody waits for it, and after every backup."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

from portal.config import Settings
from portal.store import contents as index_files
from schemas.run import Progress
from workers.engines import contents, manifest
from workers.engines.errors import Cancelled, EngineError
from workers.steps.work import Work, make_private

REPORT_SECONDS = 0.5
LINE_BYTES = 300
"""About what an entry takes in a manifest; only for showing how far the reading is."""


def index(work: Work) -> None:
    """Write the index of the manifest that the order names. Raises EngineError when it is not the sealed one."""
    listed = Path(work.spec.manifest_path).resolve()
    if not listed.is_file() or not listed.is_relative_to((work.settings.var / "evidence").resolve()):
        raise EngineError("proof.manifest_missing", tool="index", path=str(listed))
    if manifest.digest_of(listed) != work.spec.manifest_sha256:
        raise EngineError("proof.manifest_changed", tool="index", path=str(listed))
    began, reported, size = time.monotonic(), [0.0], listed.stat().st_size

    def progress(count: int) -> None:
        if time.monotonic() - reported[0] < REPORT_SECONDS:
            return
        reported[0] = time.monotonic()
        percent = min(95.0, 100.0 * count * LINE_BYTES / max(size, 1))
        work.report(Progress(phase="index", percent=round(percent, 1), files_done=count))

    target = index_files.path_of(work.settings.var, work.spec.manifest_sha256)
    make_private(target.parent)
    try:
        count = contents.build(listed, target, should_stop=work.should_stop, on_progress=progress)
    except sqlite3.Error as error:
        raise EngineError("index.failed", tool="index", tail=str(error), permanent=False) from error
    work.result = {"entries": count}
    work.log(f"index of {count} entries in {time.monotonic() - began:.1f} s")


def after_backup(work: Work | None, settings: Settings) -> None:
    """Index what a backup has just listed, so that nobody has to wait for it. The backup has ended by now and is not
    touched by whatever goes wrong here: the page offers to make the index later."""
    made = work.snapshot if work else None
    if made is None:
        return
    target = index_files.path_of(settings.var, made.manifest_sha256)
    with contextlib.suppress(OSError, sqlite3.Error, Cancelled):
        make_private(target.parent)
        if not target.exists():
            contents.build(Path(made.manifest), target)
