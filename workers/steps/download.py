"""Files and folders of a snapshot for download: written as restic gives them, each held against the sealed manifest
while it passes, and not left at all unless all were right."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from schemas.evidence import HandoverEvidence
from schemas.run import Progress, RestoreSpec
from workers.engines import manifest, pipes, restic
from workers.engines.archives import Package
from workers.engines.errors import Cancelled, EngineError, from_os
from workers.steps import proof
from workers.steps.work import Work

FILE, PART = "isi", "isi.sebagian"
CHUNK = 1024 * 1024
OVERHEAD = 2_048
"""Bytes that an archive takes for each of its entries, beside their content."""
NAME_MAX = 150
REPORT_SECONDS = 0.5


def extract(work: Work) -> None:
    """Write what was asked for below `var/restore/run-<id>`, and with its end only what is as the manifest lists it.
    Raises EngineError, Cancelled; then nothing is left."""
    order, listed = order_of(work), Path(work.spec.manifest_path)
    proof.check_manifest(work, listed)
    asked = _asked(order, listed)
    folder = work.restored = proof.fresh_folder(work)
    proof.check_room(folder, asked.total_bytes + (OVERHEAD * asked.entries if order.archive else 0))
    with _removed_on_failure(folder):
        try:
            package = _write(work, order, folder / PART, asked.total_bytes)
        except OSError as error:
            failed = from_os(error, tool="restore", otherwise="run.unexpected")
            raise proof.failure(failed, folder, asked.total_bytes) from error
    name = download_name(order.place.title, order.archive)
    work.result = {"name": name, "size_bytes": package.size, "sha256": package.sha256}
    work.handover = HandoverEvidence(
        restore_id=order.restore_id, approval_digest=order.digest, snapshot_id=work.spec.snapshot_id,
        manifest_sha256=work.spec.manifest_sha256, path=order.place.path, kind=order.place.entry_kind,
        archive=order.archive, place=str(folder / FILE), files=asked.files, total_bytes=asked.total_bytes,
        sha256=package.sha256)  # fmt: skip


def check(work: Work) -> None:
    """Read what lies on the disk again and give it its name. Raises EngineError('proof.differs'), Cancelled; then
    nothing is left."""
    folder, told = work.restored, work.result
    if folder is None or told is None:
        raise ValueError("check comes after extract")
    with _removed_on_failure(folder):
        if _digest(work, folder / PART) != told["sha256"]:
            raise EngineError("proof.differs", tool="compare", count=1, first=str(told["name"]))
        (folder / PART).rename(folder / FILE)
    work.log(f"ready for download: {told['name']}, {told['size_bytes']} bytes, sha256 {told['sha256']}")


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


@dataclass
class _Asked:
    """What the manifest says of what is asked for: the kind of each entry by its path, and the sums of all in them;
    hard links are one file on the disk, but as many in an archive."""

    kinds: dict[bytes, str] = field(default_factory=dict)
    entries: int = 0
    files: int = 0
    total_bytes: int = 0


def _asked(order: RestoreSpec, listed: Path) -> _Asked:
    """Raises EngineError('restore.not_listed') for what the order names and the manifest does not."""
    found = _Asked()
    for top, record in manifest.parts(listed, order.place.tops()):
        found.kinds.setdefault(top, record["kind"])
        found.entries += 1
        found.files += record["kind"] == "file"
        found.total_bytes += record.get("size", 0)
    one_file = list(found.kinds.values()) == ["file"]
    for place in order.place.parts or (order.place,):
        if found.kinds.get(place.raw().strip(b"/")) != place.entry_kind or not (order.archive or one_file):
            raise EngineError("restore.not_listed", tool="restore", path=place.path)
    return found


def _write(work: Work, order: RestoreSpec, part: Path, total: int) -> Package:
    part.touch(mode=0o600)
    began = time.monotonic()
    with part.open("wb") as file:
        package = Package(order.archive, file)

        def tick() -> None:
            work.report(_progress("extract", package.content_bytes, total, began))

        listed = manifest.parts(Path(work.spec.manifest_path), order.place.tops())
        for top, records in groupby(listed, key=itemgetter(0)):
            _take_out(work, package, top, (record for _, record in records), tick)
        package.close()
        os.fsync(file.fileno())
    return package


def _take_out(
    work: Work, package: Package, top: bytes, records: Iterator[manifest.Record], tick: Callable[[], None]
) -> None:
    """Add one of the chosen entries, a folder with all that is in it."""
    first, repository = next(records), work.repository()
    is_folder = first["kind"] == "folder"

    def take(stream: BinaryIO) -> None:
        if is_folder:
            package.add(first)
            package.add_all(records, stream)
        else:
            package.add(first, stream)

    result = pipes.run_into(
        take,
        repository.argv(restic.dump_argv(work.spec.snapshot_id, b"/" + top, "tar" if is_folder else "")),
        env=repository.environment(),
        on_error=lambda line: work.log(line.decode("utf-8", "backslashreplace"), "WARN"),
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
        on_tick=tick,
    )
    if result.exit_code != 0:
        raise restic.error_of(result.exit_code, result.tail)
    shown = top.decode("utf-8", "backslashreplace")
    work.log(f"took /{shown} out of {work.spec.snapshot_id} in {result.seconds:.1f} s")


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
    """The SHA-256 of what lies on the disk. Raises Cancelled."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    began = last = time.monotonic()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if work.should_stop():
                raise Cancelled
            digest.update(chunk)
            done += len(chunk)
            if time.monotonic() - last >= REPORT_SECONDS:
                last = time.monotonic()
                work.report(_progress("check", done, total, began))
    return digest.hexdigest()


def download_name(path: str, archive: str) -> str:
    """The name that a person finds in the downloads: the entry's own, without what no file system or header takes."""
    last = path.rstrip("/").rsplit("/", 1)[-1]
    seen = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in last)
    name = re.sub(r'[\\/:*?"<>|]+', "_", seen).strip(" .")[:NAME_MAX] or "berkas"
    return f"{name}.{archive}" if archive else name
