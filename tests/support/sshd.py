"""Practice servers with a fault, and what a test needs to know of a run in flight."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from office.sshd import PracticeServer
from portal.errors import PortalError
from portal.operations import runs
from portal.store import db
from portal.store.models import Run
from tests.support.site import Site


class ConstrainedServer(PracticeServer):
    """An sshd whose root may not read everything: without CAP_DAC_OVERRIDE it is refused what modes refuse."""

    def start(self, *, seconds: float = 10) -> None:
        """Start it with the capabilities taken from its bounding set."""
        self.prepare()
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        guard = ["setpriv", "--pdeathsig", "TERM", "--bounding-set=-dac_override,-dac_read_search", "--"]
        log = (self.folder / "sshd.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [*guard, "/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "sshd_config")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        time.sleep(0.5)
        assert self.process.poll() is None, (self.folder / "sshd.log").read_text(encoding="utf-8")


def until(holds: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until something holds; fail when that takes too long."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Every process that `pid` started, directly or not."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(
                path.read_text(encoding="ascii").rsplit(")", 1)[1].split()[1]
            )
        except (OSError, UnicodeDecodeError):
            continue
    found, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        new = [child for child, of in parents.items() if of == parent]
        found += new
        waiting += new
    return found


@contextlib.contextmanager
def frozen(*words: bytes) -> Iterator[None]:
    """Stop the program of this test whose command line has these words, once it has read a megabyte; at the end wait
    until it is asked to end (SIGINT) and let it go on. What a run does meanwhile does not depend on the machine."""
    found: list[int] = []

    def started() -> bool:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError):
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                read = int(Path(f"/proc/{pid}/io").read_text(encoding="ascii").split()[1])
                if read > 1_000_000 and set(words) <= set(command):
                    found.append(pid)
                    return True
        return False

    def asked_to_end() -> bool:
        status = Path(f"/proc/{found[0]}/status").read_text(encoding="utf-8")
        pending = next(line for line in status.splitlines() if line.startswith("ShdPnd:"))
        return bool(int(pending.split()[1], 16) & 1 << (signal.SIGINT - 1))

    until(started)
    os.kill(found[0], signal.SIGSTOP)
    try:
        yield
        until(asked_to_end)
    finally:
        os.kill(found[0], signal.SIGCONT)


class Flight(threading.Thread):
    """A run carried out beside the test, which may meddle meanwhile; `land` waits for its end.

    As a context it cancels the run when the test fails, so that nothing of it reaches the next test."""

    def __init__(self, site: Site) -> None:
        super().__init__(name="flight")
        self.site, self.queued = site, site.start_backup()
        self.ended: Run | None = None

    def run(self) -> None:
        """Carry it out; called by `start`."""
        with db.connection():
            self.ended = self.site.carry_out(self.queued)

    def cancel(self) -> None:
        """Ask it to stop, as the page does."""
        runs.cancel(self.queued.id, self.site.cast["agus"], at=db.now())

    def land(self, seconds: float = 120) -> Run:
        """The run as it ended."""
        self.join(seconds)
        assert self.ended is not None
        return self.ended

    def __enter__(self) -> Flight:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_alive():
            with contextlib.suppress(PortalError):
                self.cancel()
            self.join(60)
