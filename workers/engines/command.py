"""THE one subprocess: argument lists only, output line by line, an end to every wait, no child left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workers.engines.errors import Cancelled, EngineError

LineHandler = Callable[[bytes], None]
TAIL_LINES = 40
LINE_MAX = 64 * 1024
POLL_SECONDS = 0.25
INHERITED = ("PATH", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
# SIGINT lets restic remove its lock (SIGTERM does not); the harder signals are for what does not listen.
ESCALATION = ((signal.SIGINT, 10.0), (signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Result:
    """How a program ended: its exit code, its last lines of output, and the seconds it took."""

    exit_code: int
    tail: str
    seconds: float


@dataclass
class _Stream:
    """One pipe cut into lines, at newlines and carriage returns, with bounded memory."""

    handler: LineHandler
    pending: bytes = b""

    def feed(self, chunk: bytes) -> None:
        *lines, self.pending = (self.pending + chunk.replace(b"\r", b"\n")).split(b"\n")
        for line in lines:
            if line:
                self.handler(line)
        if len(self.pending) > LINE_MAX:
            self.close()

    def close(self) -> None:
        if self.pending:
            self.handler(self.pending)
        self.pending = b""


@dataclass
class _Tail:
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=TAIL_LINES))

    def add(self, line: bytes) -> None:
        self.lines.append(line.decode("utf-8", "replace")[:2000])

    def text(self) -> str:
        return "\n".join(self.lines)


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
) -> Result:
    """Run a program to its end and return how it ended, whatever its exit code.

    It gets an environment of a few harmless names and `env`. Raises Cancelled after `should_stop()` turned true and
    the program has ended, EngineError('command.missing') when it is not installed and EngineError('command.silent')
    when it said nothing for `idle_seconds`. `on_tick` is called about four times a second.
    """
    began, tail = time.monotonic(), _Tail()
    process = _start(argv, cwd, env)
    try:
        _listen(
            process,
            on_output=on_output,
            on_error=on_error,
            tail=tail,
            idle_seconds=idle_seconds,
            should_stop=should_stop,
            on_tick=on_tick,
        )
        exit_code = process.wait()
    except BaseException:
        _end(process)
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    return Result(exit_code, tail.text(), time.monotonic() - began)


def die_with_parent() -> None:
    """Let the kernel kill this process when its parent dies (Linux prctl). A work-horse must not outlive its worker."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _start(
    argv: Sequence[str | Path], cwd: Path | None, env: Mapping[str, str] | None
) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    environment |= {"LC_ALL": "C.UTF-8", **(env or {})}
    # setpriv (util-linux) makes the kernel kill the program when this worker dies.
    guarded = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, argv)]
    try:
        return subprocess.Popen(
            guarded,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise EngineError(
            "command.missing", tool=str(argv[0]), tail=str(error), program=str(argv[0])
        ) from error


def _listen(
    process: subprocess.Popen[bytes],
    *,
    on_output: LineHandler | None,
    on_error: LineHandler | None,
    tail: _Tail,
    idle_seconds: float,
    should_stop: Callable[[], bool],
    on_tick: Callable[[], None],
) -> None:
    def error_line(line: bytes) -> None:
        tail.add(line)
        if on_error:
            on_error(line)

    streams = {process.stdout: _Stream(on_output or tail.add), process.stderr: _Stream(error_line)}
    last_heard = time.monotonic()
    with selectors.DefaultSelector() as selector:
        for pipe in streams:
            selector.register(pipe, selectors.EVENT_READ)  # type: ignore[arg-type]
        while selector.get_map():
            for key, _ in selector.select(POLL_SECONDS):
                chunk = os.read(key.fd, 256 * 1024)
                last_heard = time.monotonic()
                if chunk:
                    streams[key.fileobj].feed(chunk)  # type: ignore[index]
                else:
                    streams[key.fileobj].close()  # type: ignore[index]
                    selector.unregister(key.fileobj)
            on_tick()
            if should_stop():
                _end(process)
                raise Cancelled
            if time.monotonic() - last_heard > idle_seconds:
                _end(process)
                raise EngineError(
                    "command.silent",
                    tool=str(process.args[4]),  # type: ignore[index]
                    tail=tail.text(),
                    permanent=False,
                    seconds=idle_seconds,
                )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and its group, politely first."""
    for number, patience in ESCALATION:
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        # The pipes are drained meanwhile, or a program that writes its farewell would block on them.
        _drain(process, patience)
    process.wait()


def _drain(process: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        with selectors.DefaultSelector() as selector:
            for pipe in (process.stdout, process.stderr):
                if pipe and not pipe.closed:
                    selector.register(pipe, selectors.EVENT_READ)
            for key, _ in selector.select(0.1):
                if not os.read(key.fd, 256 * 1024):
                    time.sleep(0.05)
