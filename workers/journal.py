"""A run's log: one line an entry, control characters escaped, written in batches, digested as it grows."""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

FLUSH_SECONDS = 0.5
FLUSH_BYTES = 64 * 1024
LINE_MAX = 2_000
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class Journal:
    """The open log of one run. Any thread may write; `close` returns the file's SHA-256 (hex)."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = path.open("wb")
        path.chmod(0o600)
        self._digest = hashlib.sha256()
        self._pending: list[bytes] = []
        self._size = 0
        self._flushed = time.monotonic()
        self._lock = threading.Lock()
        self._stamped = (0, "")

    def write(self, text: str, level: str = "INFO") -> None:
        """Add a line; a long one is cut."""
        shown = text if len(text) <= LINE_MAX and text.isprintable() else text[:LINE_MAX].translate(_ESCAPES)
        line = f"{self._stamp()} {level} {shown}\n".encode("utf-8", "backslashreplace")
        with self._lock:
            self._pending.append(line)
            self._size += len(line)
            if self._size > FLUSH_BYTES or time.monotonic() - self._flushed > FLUSH_SECONDS:
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
        if self._pending and not self._file.closed:
            chunk = b"".join(self._pending)
            self._digest.update(chunk)
            self._file.write(chunk)
            self._file.flush()
        self._pending, self._size, self._flushed = [], 0, time.monotonic()
