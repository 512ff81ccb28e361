"""THE one subprocess: argument lists only, output line by line, an end to every wait, no child left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from workers.engines.errors import Cancelled, EngineError

LineHandler = Callable[[bytes], bool | None]
"""Takes a line without its end. False says that the line is no sign of progress."""
TAIL_LINES = 40
TAIL_LINE_MAX = 2_000
LINE_MAX = 64 * 1024
POLL_SECONDS = 0.25
REST_SECONDS = 0.01
GRACE_SECONDS = 5.0
MOVED_MIN = 64 * 1024
"""Bytes read and written that tell work from the mere signs of life of a link that is dead."""
GIVEN_MAX = 32 * 1024
INHERITED = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
# SIGINT lets restic remove its lock (SIGTERM does not); the harder signals are for what does not listen.
ESCALATION = ((signal.SIGINT, 10.0), (signal.SIGTERM, 5.0))
# A work-horse ignores SIGINT, and so would all that it starts: env (coreutils) gives the program its own ears back. And
# setpriv (util-linux) makes the kernel kill the program when this worker dies.
GUARD = ("env", "--default-signal=INT,TERM", "setpriv", "--pdeathsig", "KILL", "--")
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Result:
    """How a program ended: its exit code (negative: the signal), its last lines of output, and the seconds it took."""

    exit_code: int
    tail: str
    seconds: float


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_output: LineHandler | None = None,
    on_error: LineHandler | None = None,
    idle_seconds: float,
    should_stop: Callable[[], bool] = lambda: False,
    on_tick: Callable[[], None] = lambda: None,
    given: BinaryIO | bytes | None = None,
    into: BinaryIO | None = None,
    waiting: Callable[[], bool] = lambda: False,
) -> Result:
    """Run a program to its end and return how it ended, whatever its exit code.

    It gets an environment of a few harmless names and `env`. The tail holds what it complained of, and its output
    when no `on_output` takes that. `on_tick` is called about four times a second. It reads `given`, a file or a few
    bytes (a secret goes so), and writes its output `into` a file where there is one. While it is `waiting` for its
    user it may be silent.

    Raises Cancelled after `should_stop()` turned true and the program has ended, EngineError('command.missing') when
    it is not installed and EngineError('command.silent') when for `idle_seconds` it neither said anything nor read or
    wrote more than MOVED_MIN bytes: a silent search through millions of files is work.
    """
    began, program = time.monotonic(), _start(argv, cwd, env, given, into)
    pipes = _Pipes(program, on_output, on_error, into)
    try:
        while not pipes.ended:
            pipes.read(POLL_SECONDS)
            # Programs write line by line; a short rest lets lines gather, and costs the program nothing.
            time.sleep(REST_SECONDS)
            on_tick()
            if should_stop():
                raise Cancelled
            if waiting():
                pipes.heard = time.monotonic()
            if pipes.idle_seconds > idle_seconds and not pipes.moved():
                raise EngineError(
                    "command.silent",
                    tool=str(argv[0]),
                    tail=pipes.tail,
                    permanent=False,
                    seconds=idle_seconds,
                )
    except BaseException:
        _end(program, pipes)
        raise
    finally:
        exit_code = _reap(program)
        pipes.close()
    return Result(exit_code, pipes.tail, time.monotonic() - began)


@contextlib.contextmanager
def beside(argv: Sequence[str | Path]) -> Iterator[None]:
    """Keep a program running beside the work, saying nothing; it is ended on the way out, and with this process.
    Raises EngineError('command.missing') when it is not installed."""
    program = _start(argv, None, None, quiet=True)
    try:
        yield
    finally:
        _reap(program)


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent dies (Linux prctl). A work-horse must not outlive its worker."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


@dataclass
class _Lines:
    """One pipe cut into lines, at newlines and carriage returns, with bounded memory."""

    handler: LineHandler
    pending: bytes = b""

    def feed(self, chunk: bytes) -> bool:
        """Hand on the whole lines; return whether one of them was a sign of progress."""
        *lines, self.pending = (self.pending + chunk.replace(b"\r", b"\n")).split(b"\n")
        if len(self.pending) > LINE_MAX:
            lines.append(self.pending)
            self.pending = b""
        moved = False
        for line in lines:
            if line and self.handler(line) is not False:
                moved = True
        return moved

    def finish(self) -> None:
        """Hand on a last line that had no end."""
        line, self.pending = self.pending, b""
        if line:
            self.handler(line)


@dataclass
class _Pipes:
    """A running program's output, and what can be told from it."""

    program: subprocess.Popen[bytes]
    on_output: LineHandler | None
    on_error: LineHandler | None
    into: BinaryIO | None = None
    heard: float = field(default_factory=time.monotonic)
    ended: bool = False

    def __post_init__(self) -> None:
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._selector = selectors.DefaultSelector()
        self._exit = os.pidfd_open(self.program.pid)
        self._grace_until = float("inf")
        self._moved_before = 0
        self._selector.register(self._exit, selectors.EVENT_READ)
        for pipe, handler in (
            (self.program.stdout, self.on_output or self._keep),
            (self.program.stderr, self._complaint),
        ):
            if pipe is not None:
                self._selector.register(pipe, selectors.EVENT_READ, _Lines(handler))

    @property
    def tail(self) -> str:
        """The last lines."""
        return "\n".join(self._tail)

    @property
    def idle_seconds(self) -> float:
        """How long nothing went on."""
        return time.monotonic() - self.heard

    def moved(self) -> bool:
        """Whether the program and what it started moved bytes since this was last asked; if so, it is not idle."""
        moved = _bytes_moved(self.program.pid)
        if self.into is not None:  # another program may write to it: the one that holds a shared connection
            moved += os.fstat(self.into.fileno()).st_size
        if moved - self._moved_before < MOVED_MIN:
            return False
        self._moved_before, self.heard = moved, time.monotonic()
        return True

    def read(self, seconds: float) -> None:
        """Wait for output at most `seconds` and hand it on. The program has ended when it is gone and its pipes are
        empty; a grandchild that keeps them open is not waited for long."""
        for key, _ in self._selector.select(seconds):
            if key.fd == self._exit:
                self._selector.unregister(self._exit)
                self._grace_until = time.monotonic() + GRACE_SECONDS
            elif chunk := os.read(key.fd, 256 * 1024):
                if key.data.feed(chunk):
                    self.heard = time.monotonic()
            else:
                self._selector.unregister(key.fileobj)
                key.data.finish()
        self.ended = not self._selector.get_map() or time.monotonic() > self._grace_until

    def close(self) -> None:
        """Let go of the pipes."""
        self._selector.close()
        os.close(self._exit)
        for pipe in (self.program.stdout, self.program.stderr):
            if pipe:
                pipe.close()

    def _keep(self, line: bytes) -> None:
        self._tail.append(line.decode("utf-8", "backslashreplace")[:TAIL_LINE_MAX])

    def _complaint(self, line: bytes) -> bool | None:
        self._keep(line)
        return self.on_error(line) if self.on_error else None


def _start(
    argv: Sequence[str | Path],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    given: BinaryIO | bytes | None = None,
    into: BinaryIO | None = None,
    *,
    quiet: bool = False,
) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {"LC_ALL": "C.UTF-8", **(env or {})}
    name = str(argv[0])
    program = shutil.which(name, path=environment.get("PATH", os.defpath))
    if program is None:
        raise EngineError("command.missing", tool=name, program=name)
    guarded = [*GUARD, program, *map(str, argv[1:])]
    heard = subprocess.DEVNULL if quiet else subprocess.PIPE
    source: Any = _held(given) if isinstance(given, bytes) else given or subprocess.DEVNULL
    try:
        return subprocess.Popen(
            guarded,
            cwd=cwd,
            env=environment,
            stdin=source,
            stdout=into or heard,
            stderr=heard,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError("command.failed", tool=name, tail=str(error), program=name) from error
    finally:
        if isinstance(given, bytes):
            os.close(source)


def _held(given: bytes) -> int:
    """A pipe that holds a few bytes and then ends: they never lie in a file here."""
    reading, writing = os.pipe()
    try:
        if len(given) > GIVEN_MAX:
            raise ValueError("more than a pipe holds")
        os.write(writing, given)
    finally:
        os.close(writing)
    return reading


def _bytes_moved(session: int) -> int:
    """What the processes of a session have read and written so far (proc(5), rchar and wchar)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at.
        with contextlib.suppress(OSError):
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
            if int(fields[3]) == session:
                lines = (folder / "io").read_text(encoding="ascii").splitlines()
                total += sum(int(line.split()[1]) for line in lines[:2])
    return total


def _end(program: subprocess.Popen[bytes], pipes: _Pipes) -> None:
    """End the program and its group, politely first. Its pipes are drained meanwhile, or a program that writes its
    farewell would block on them."""
    for number, patience in ESCALATION:
        _signal(program, number)
        deadline = time.monotonic() + patience
        while not pipes.ended and time.monotonic() < deadline:
            with contextlib.suppress(Exception):  # the first fault is the one to tell
                pipes.read(0.1)
        if _is_gone(program):
            return


def _reap(program: subprocess.Popen[bytes]) -> int:
    """Kill what is left of the program's group, then take its exit code. Until then its id cannot be another's."""
    _signal(program, signal.SIGKILL)
    return program.wait()


def _signal(program: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(program.pid, number)


def _is_gone(program: subprocess.Popen[bytes]) -> bool:
    # WNOWAIT leaves the dead program its id, and with it the group's.
    return os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
