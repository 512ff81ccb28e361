"""Reading the log that a worker writes for a run: in pieces that are bounded, by byte offset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from portal.config import Settings

CHUNK_BYTES = 256 * 1024
TAIL_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a log, from byte `start` to byte `end`; `size` is the log's length when it was read."""

    lines: tuple[str, ...]
    start: int
    end: int
    size: int

    @property
    def more(self) -> bool:
        """Whether the log goes on after this piece."""
        return self.end < self.size


def path_of(run_id: int, settings: Settings) -> Path:
    """Where the worker writes the log of a run."""
    return settings.var / "log" / f"run-{run_id}.log"


def read(run_id: int, after: int, settings: Settings, *, closed: bool, most: int = CHUNK_BYTES) -> Piece:
    """The lines from byte `after` on, at most `most` bytes of them. A line that is still being written is left for
    the next reading unless the log is `closed`; one that is longer than a piece is cut."""
    path = path_of(run_id, settings)
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start = min(max(after, 0), size)
            file.seek(start)
            data = file.read(most)
    except FileNotFoundError:
        return Piece((), 0, 0, 0)
    ends_here = start + len(data) >= size
    if not (closed and ends_here):
        cut = data.rfind(b"\n") + 1
        data = data[: cut or (len(data) if len(data) == most else 0)]
    lines = data.decode("utf-8", "replace").removesuffix("\n").split("\n") if data else []
    return Piece(tuple(lines), start, start + len(data), size)


def tail(run_id: int, settings: Settings, *, closed: bool, most: int = TAIL_BYTES) -> Piece:
    """The last lines, from the first whole line within the last `most` bytes."""
    try:
        size = path_of(run_id, settings).stat().st_size
    except FileNotFoundError:
        return Piece((), 0, 0, 0)
    # One byte earlier, so that a line that begins exactly there is kept.
    start = max(0, size - most - 1)
    if start:
        start = _next_line(run_id, start, settings)
    return read(run_id, start, settings, closed=closed, most=most + 1)


def _next_line(run_id: int, start: int, settings: Settings) -> int:
    with path_of(run_id, settings).open("rb") as file:
        file.seek(start)
        return start + len(file.readline())
