"""A run's log: one line an entry, control characters escaped, written in batches, digested as it grows."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

FLUSH_SECONDS = 0.5
FLUSH_BYTES = 64 * 1024
LINE_MAX = 2_000
PENDING_MAX = 4 * 1024 * 1024


class Journal:
    """The open log of one run. Any thread may write; `close` returns the file's SHA-256 (hex).

    A disk that is full does not end the run from here: lines wait until there is room, and beyond PENDING_MAX the
    newest are dropped.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = io.FileIO(path, "w", opener=_private)
        self._digest = hashlib.sha256()
        self._pending = bytearray()
        self._flushed = time.monotonic()
        self._lock = threading.Lock()
        self._stamped = (0, "")

    def write(self, text: str, level: str = "INFO") -> None:
        """Add a line; a long one is cut."""
        line = f"{self._stamp()} {level} {printable(text[:LINE_MAX])}\n".encode("utf-8", "backslashreplace")
        with self._lock:
            if len(self._pending) < PENDING_MAX:
                self._pending += line
            if len(self._pending) > FLUSH_BYTES or time.monotonic() - self._flushed > FLUSH_SECONDS:
                self._flush()

    def flush(self) -> None:
        """Write what is pending, so that the page sees it."""
        with self._lock:
            self._flush()

    def close(self) -> str:
        """End the log and return its digest."""
        with self._lock:
            self._flush()
            self._file.close()
            return self._digest.hexdigest()

    def _stamp(self) -> str:
        """The present millisecond as text, made once for the many lines that fall into it."""
        millisecond = time.time_ns() // 1_000_000
        if millisecond != self._stamped[0]:
            moment = datetime.fromtimestamp(millisecond / 1000, UTC).isoformat(timespec="milliseconds")
            self._stamped = (millisecond, moment.removesuffix("+00:00") + "Z")
        return self._stamped[1]

    def _flush(self) -> None:
        self._flushed = time.monotonic()
        with contextlib.suppress(OSError):
            while self._pending and not self._file.closed:
                written = self._file.write(self._pending) or 0
                self._digest.update(self._pending[:written])
                del self._pending[:written]


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def printable(text: str) -> str:
    """The text with every character escaped that would not show as itself: line ends, escapes of terminals, marks that
    turn the direction of writing."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
