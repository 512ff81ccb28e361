"""How much memory a worker needs for a run, as the kernel counts it."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

SAMPLE_SECONDS = 0.05


class PeakMemory(threading.Thread):
    """The most resident memory, in bytes, of any process of a worker of the portal whose data lie in `var`, while this
    context lasts (VmHWM, proc(5))."""

    def __init__(self, var: Path) -> None:
        super().__init__(name="peak-memory", daemon=True)
        self.bytes, self.var = 0, var
        self._ended = threading.Event()
        self._before = set(_workers(var))

    def run(self) -> None:
        """Look until the context ends; called by `start`. What was there before has its own past and is left out."""
        while not self._ended.wait(SAMPLE_SECONDS):
            for pid in _workers(self.var):
                if pid not in self._before:
                    self.bytes = max(self.bytes, _peak(pid))

    def __enter__(self) -> PeakMemory:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()


def _workers(var: Path) -> list[int]:
    """The processes that run the workers' own program for this portal and no other; a run has one of its own."""
    found, named = [], os.fsencode(f"LUMBUNG_VAR={var}")
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            environment = path.with_name("environ").read_bytes().split(b"\0")
            if b"workers.main" in path.read_bytes() and named in environment:
                found.append(int(path.parent.name))
    return found


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    return 0
