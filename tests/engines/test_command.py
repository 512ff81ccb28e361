from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workers.engines import command
from workers.engines.errors import Cancelled, EngineError

ROOT = Path(__file__).resolve().parents[2]


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process ends within `seconds` (a zombie counts: its parent may be slow to look)."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def script(text: str) -> list[str]:
    return [sys.executable, "-c", text]


def test_it_hands_on_lines_cut_at_newlines_and_returns() -> None:
    lines: list[bytes] = []
    text = "import sys; sys.stdout.buffer.write(b'one\\ntwo\\rthree\\n\\n\\xff last'); sys.stdout.flush()"
    result = command.run(script(text), on_output=lines.append, idle_seconds=20)
    assert lines == [b"one", b"two", b"three", b"\xff last"]
    assert result.exit_code == 0


def test_it_gives_back_exit_code_and_last_complaints() -> None:
    text = "import sys\nfor n in range(100): print('line', n, file=sys.stderr)\nsys.exit(23)"
    result = command.run(script(text), idle_seconds=20)
    assert result.exit_code == 23
    assert result.tail.splitlines()[-1] == "line 99"
    assert len(result.tail.splitlines()) == command.TAIL_LINES


def test_it_keeps_memory_bounded_when_a_line_never_ends() -> None:
    sizes: list[int] = []
    text = "import sys\nfor _ in range(64): sys.stdout.write('x' * 65536)"
    command.run(script(text), on_output=lambda line: sizes.append(len(line)), idle_seconds=20)
    assert sum(sizes) == 64 * 65536
    assert max(sizes) <= command.LINE_MAX + 256 * 1024


def test_it_passes_words_to_no_shell(tmp_path: Path) -> None:
    seen: list[bytes] = []
    words = ["$(touch spoilt)", "; touch spoilt", "`touch spoilt`", "*", "-rf"]
    command.run(
        [*script("import sys; print('|'.join(sys.argv[1:]))"), *words],
        cwd=tmp_path,
        on_output=seen.append,
        idle_seconds=20,
    )
    assert seen == ["|".join(words).encode()]
    assert list(tmp_path.iterdir()) == []


def test_it_keeps_the_workers_environment_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUMBUNG_SECRET_KEY", "must not travel")
    monkeypatch.setenv("SSH_AUTH_SOCK", "/run/agent")
    seen: list[bytes] = []
    command.run(["env"], env={"MINE": "yes"}, on_output=seen.append, idle_seconds=20)
    names = {line.split(b"=")[0] for line in seen}
    assert b"MINE" in names
    assert not names & {b"LUMBUNG_SECRET_KEY", b"SSH_AUTH_SOCK"}


def test_it_says_that_a_program_is_not_installed() -> None:
    with pytest.raises(EngineError) as caught:
        command.run(["no-such-program-here"], idle_seconds=5)
    assert (caught.value.code, caught.value.context) == (
        "command.missing",
        {"program": "no-such-program-here"},
    )


def test_it_ends_a_program_that_fell_silent() -> None:
    began = time.monotonic()
    with pytest.raises(EngineError) as caught:
        command.run(["sleep", "60"], idle_seconds=0.5)
    assert (caught.value.code, caught.value.permanent) == ("command.silent", False)
    assert time.monotonic() - began < 5


def test_it_takes_chatter_for_silence_when_the_handler_says_so() -> None:
    text = "import time\nwhile True: print('still here', flush=True); time.sleep(0.1)"
    with pytest.raises(EngineError) as caught:
        command.run(script(text), on_output=lambda _: False, idle_seconds=1)
    assert caught.value.code == "command.silent"


def test_it_waits_for_a_program_that_works_in_silence() -> None:
    text = (
        "import time\nfor _ in range(30):\n    open('/dev/zero', 'rb').read(1024 * 1024)\n    time.sleep(0.1)"
    )
    assert command.run(script(text), idle_seconds=0.7).exit_code == 0


def test_it_does_not_take_the_flutter_of_a_dead_link_for_work() -> None:
    text = "import time\nwhile True: open('/dev/zero', 'rb', buffering=0).read(100); time.sleep(0.1)"
    began = time.monotonic()
    with pytest.raises(EngineError) as caught:
        command.run(script(text), idle_seconds=1)
    assert caught.value.code == "command.silent"
    assert time.monotonic() - began < 10


def test_it_interrupts_first_and_lets_the_program_say_farewell() -> None:
    text = (
        "import os, signal, sys, time\n"
        "def farewell(*_):\n"
        "    for line in [b'x' * 300_000, b'farewell']: os.write(1, line + b'\\n')\n"
        "    sys.exit(130)\n"
        "signal.signal(signal.SIGINT, farewell); print('ready', flush=True); time.sleep(60)"
    )
    lines: list[bytes] = []
    with pytest.raises(Cancelled):
        command.run(
            script(text), on_output=lines.append, idle_seconds=30, should_stop=lambda: b"ready" in lines
        )
    assert lines[-1] == b"farewell"


def test_it_kills_what_does_not_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ESCALATION", ((signal.SIGINT, 0.3), (signal.SIGTERM, 0.3)))
    text = (
        "import os, signal, time\n"
        "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_IGN)\n"
        "print(os.getpid(), flush=True); time.sleep(60)"
    )
    lines: list[bytes] = []
    with pytest.raises(Cancelled):
        command.run(script(text), on_output=lines.append, idle_seconds=30, should_stop=lambda: bool(lines))
    assert gone(int(lines[0]))


def test_it_leaves_no_grandchild_behind_and_waits_for_none() -> None:
    # The grandchild keeps both pipes open and would keep a reader waiting for an hour.
    text = "import subprocess; print(subprocess.Popen(['sleep', '3600']).pid, flush=True)"
    lines: list[bytes] = []
    began = time.monotonic()
    result = command.run(script(text), on_output=lines.append, idle_seconds=60)
    assert result.exit_code == 0
    assert time.monotonic() - began < command.GRACE_SECONDS + 5
    assert gone(int(lines[0]))


def test_it_ends_the_program_when_a_handler_breaks() -> None:
    pids: list[int] = []

    def broken(line: bytes) -> None:
        pids.append(int(line))
        raise ZeroDivisionError

    text = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    with pytest.raises(ZeroDivisionError):
        command.run(script(text), on_output=broken, idle_seconds=30)
    assert gone(pids[0])


def test_it_takes_the_program_along_when_the_worker_is_killed(tmp_path: Path) -> None:
    text = (
        "from workers.engines import command\n"
        f"command.run(['sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 3600'], idle_seconds=60)"
    )
    worker = subprocess.Popen(script(text), cwd=ROOT)
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text(encoding="ascii").strip():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = int((tmp_path / "pid").read_text(encoding="ascii"))
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert gone(pid)


def test_it_interrupts_even_where_the_worker_itself_ignores_the_signal() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        began = time.monotonic()
        with pytest.raises(Cancelled):
            command.run(["sleep", "60"], idle_seconds=30, should_stop=lambda: True)
        assert time.monotonic() - began < command.ESCALATION[0][1]
    finally:
        signal.signal(signal.SIGINT, before)
