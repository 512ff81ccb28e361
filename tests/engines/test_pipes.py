from __future__ import annotations

import time

import pytest

from workers.engines import pipes
from workers.engines.errors import Cancelled, EngineError

MUCH = ["sh", "-c", "head -c 50000000 /dev/zero"]


def run(take, argv, **terms):
    return pipes.run_into(take, argv, idle_seconds=30, **terms)


def test_it_takes_what_a_program_writes():
    seen = []
    result = run(lambda stream: seen.append(len(stream.read(-1))), MUCH)
    assert (result.exit_code, seen) == (0, [50_000_000])


def test_what_is_not_taken_does_not_stop_the_program():
    assert run(lambda stream: stream.read(1), MUCH).exit_code == 0


def test_a_taker_that_gives_up_ends_the_program():
    def give_up(stream):
        stream.read(10)
        raise EngineError("proof.differs", tool="compare")

    began = time.monotonic()
    with pytest.raises(EngineError, match=r"proof\.differs"):
        run(give_up, ["sh", "-c", "yes; sleep 60"])
    assert time.monotonic() - began < 20


def test_a_program_that_fails_is_told_before_what_it_left_half():
    def want_more(stream):
        if len(stream.read(10)) < 10:
            raise EngineError("proof.differs", tool="compare")

    result = run(want_more, ["sh", "-c", "printf halb; echo damaged >&2; exit 1"])
    assert (result.exit_code, result.tail) == (1, "damaged")
    with pytest.raises(EngineError, match=r"proof\.differs"):
        run(want_more, ["printf", "halb"])


def test_it_stops_when_asked():
    with pytest.raises(Cancelled):
        run(lambda stream: stream.read(-1), ["sleep", "60"], should_stop=lambda: True)
