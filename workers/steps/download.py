"""A file or folder of a snapshot for download: written as a stream, checked with the manifest, or not left at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

from schemas.evidence import HandoverEvidence
from schemas.run import Progress, RestoreSpec
from workers.engines import archives, command, restic
from workers.engines.comparison import Comparison
from workers.engines.errors import Cancelled, EngineError
from workers.steps import proof
from workers.steps.work import Work

FILE, PART = "isi", "isi.sebagian"
CHUNK = 1024 * 1024
OVERHEAD = 2_048
"""Bytes that an archive takes for each of its entries, beside their content."""
NAME_MAX = 150
# The shell only sends the output to a file: the program and its arguments come as they are, in words of their own.
TO_FILE = ("sh", "-c", 'exec "$@" > "$0"')
REPORT_SECONDS = 0.5


def extract(work: Work) -> None:
    """Write what was asked for below `var/restore/run-<id>`. Raises EngineError, Cancelled; then nothing is left."""
    order, listed = order_of(work), Path(work.spec.manifest_path)
    proof.check_manifest(work, listed)
    asked = proof.expected(listed, order.place.raw())
    if asked.top is None or asked.top["kind"] != order.place.entry_kind:
        raise EngineError("restore.not_listed", tool="restore", path=order.place.path)
    folder = work.restored = proof.fresh_folder(work)
    total = asked.archive_bytes + (OVERHEAD * asked.files if order.archive else 0)
    proof.check_room(folder, total)
    part = folder / PART
    part.touch(mode=0o600)
    with _removed_on_failure(folder):
        _dump(work, order, part, asked.archive_bytes)


def check(work: Work) -> None:
    """Hold it against the sealed manifest and give it its name. Raises EngineError('proof.differs'), Cancelled; then
    nothing is left."""
    order, folder = order_of(work), work.restored
    if folder is None:
        raise ValueError("check comes after extract")
    with _removed_on_failure(folder):
        part, asked = folder / PART, proof.expected(Path(work.spec.manifest_path), order.place.raw())
        sha256 = _digest(work, part)
        if order.archive:
            _check_archive(work, order, part, asked.archive_bytes)
        elif asked.top is None or sha256 != asked.top["sha256"]:
            raise EngineError("proof.differs", tool="compare", count=1, first=order.place.path)
        part.rename(folder / FILE)
    size = (folder / FILE).stat().st_size
    name = download_name(order.place.path, order.archive)
    work.result = {"name": name, "size_bytes": size, "sha256": sha256}
    work.handover = HandoverEvidence(
        restore_id=order.restore_id, approval_digest=order.digest, snapshot_id=work.spec.snapshot_id,
        manifest_sha256=work.spec.manifest_sha256, path=order.place.path, kind=order.place.entry_kind,
        archive=order.archive, place=str(folder / FILE), files=asked.files, total_bytes=asked.archive_bytes,
        sha256=sha256)  # fmt: skip
    work.log(f"ready for download: {name}, {size} bytes, sha256 {sha256}")


def order_of(work: Work) -> RestoreSpec:
    """The part of the order that says what to restore. Raises ValueError without one."""
    if work.spec.restore is None:
        raise ValueError("an order without a restore")
    return work.spec.restore


class _removed_on_failure:  # noqa: N801  (reads as a condition)
    """Whatever ends a step early, no half or wrong file stays for anybody to take."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _dump(work: Work, order: RestoreSpec, part: Path, total: int) -> None:
    repository, began = work.repository(), time.monotonic()
    dump = restic.dump_argv(work.spec.snapshot_id, order.place.raw(), order.archive)
    argv = [*TO_FILE, str(part), *repository.argv(dump)]
    result = command.run(
        argv,
        env=repository.environment(),
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
        on_tick=lambda: work.report(_progress("extract", part.stat().st_size, total, began)),
    )
    if result.exit_code != 0:
        raise proof.failure(restic.error_of(result.exit_code, result.tail), part.parent, total)
    work.log(f"took {order.place.path} out of {work.spec.snapshot_id} in {result.seconds:.1f} s")


def _check_archive(work: Work, order: RestoreSpec, part: Path, total: int) -> None:
    found = archives.compare(
        Path(work.spec.manifest_path),
        part,
        kind=order.archive,
        within=order.place.raw(),
        should_stop=work.should_stop,
        on_progress=_watch(work, total),
    )
    proof.conclude(work, found)


def _watch(work: Work, total: int) -> Callable[[Comparison], None]:
    began = last = time.monotonic()

    def tell(found: Comparison) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            work.report(_progress("check", found.compared_bytes, total, began))

    return tell


def _progress(phase: str, done: int, total: int, began: float) -> Progress:
    speed = done / max(time.monotonic() - began, 0.001)
    return Progress(
        phase=phase,
        percent=min(99.0, round(100.0 * done / total, 1)) if total else 0.0,
        bytes_done=done,
        bytes_total=total,
        bytes_per_second=speed,
        eta_seconds=int(max(total - done, 0) / speed) if speed else None,
    )


def _digest(work: Work, path: Path) -> str:
    """The SHA-256 of what was written, synced to the disk first. Raises Cancelled."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while chunk := file.read(CHUNK):
            if work.should_stop():
                raise Cancelled
            digest.update(chunk)
    return digest.hexdigest()


def download_name(path: str, archive: str) -> str:
    """The name that a person finds in the downloads: the entry's own, without what no file system or header takes."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    seen = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in last)
    name = re.sub(r'[\\/:*?"<>|]+', "_", seen).strip(" .")[:NAME_MAX] or "berkas"
    return f"{name}.{archive}" if archive else name
