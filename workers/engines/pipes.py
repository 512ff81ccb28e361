"""What a program reads or writes while it runs, made or taken by a thread beside it: none of it lies on a disk."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from workers.engines import command
from workers.engines.errors import Cancelled

CHUNK = 1024 * 1024


@contextlib.contextmanager
def fed(parts: Iterable[bytes]) -> Iterator[BinaryIO]:
    """A file for a program to read that holds `parts` one after the other, none of which has to lie on a disk. What
    making them raises is raised on the way out, and the program sees an end before its time."""
    reading, writing = os.pipe()
    failure: list[BaseException] = []

    def write() -> None:
        try:
            with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "wb") as file:
                file.writelines(parts)
        except BaseException as error:  # noqa: BLE001  (told by the thread that waits)
            failure.append(error)

    thread = threading.Thread(target=write, name="feeder", daemon=True)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as file:
            yield file
    finally:
        thread.join()
    if failure:
        raise failure[0]


def run_into(
    take: Callable[[BinaryIO], None],
    argv: Sequence[str | Path],
    *,
    should_stop: Callable[[], bool] = lambda: False,
    **terms: Any,
) -> command.Result:
    """Run a program as `command.run` does, whose output `take` reads to its end. What `take` raises ends the program
    and is raised; but where the program came to a bad end by itself, that is what the result tells."""
    drain = _Drain(take)
    try:
        result = command.run(
            argv, into=drain.into, should_stop=lambda: should_stop() or drain.gave_up, **terms
        )
    except Cancelled:
        drain.end()
        if drain.failure is None or should_stop():
            raise
        raise drain.failure from None
    finally:
        drain.end()
    if drain.failure is not None and (drain.gave_up or result.exit_code == 0):
        raise drain.failure
    return result


class _Drain:
    """The reading end of a pipe and the thread that takes from it; `into` is where the program writes. `gave_up`: there
    was more to take when taking failed."""

    def __init__(self, take: Callable[[BinaryIO], None]) -> None:
        self._take, self._ended = take, False
        self.failure: BaseException | None = None
        self.gave_up = False
        reading, writing = os.pipe()
        self.into = os.fdopen(writing, "wb")
        self._file = os.fdopen(reading, "rb", buffering=CHUNK)
        self._thread = threading.Thread(target=self._work, name="drain", daemon=True)
        self._thread.start()

    def read(self, size: int = -1) -> bytes:
        """The next `size` bytes; fewer at the end alone."""
        data = self._file.read(size)
        self._ended = self._ended or len(data) < size or size < 0
        return data

    def end(self) -> None:
        """Nothing is written any more: wait until the rest was taken."""
        self.into.close()
        self._thread.join()

    def _work(self) -> None:
        with self._file:
            try:
                self._take(self)  # type: ignore[arg-type]
                while self.read(CHUNK):
                    pass
            except BaseException as error:  # noqa: BLE001  (told by the thread that waits)
                self.failure, self.gave_up = error, not self._ended
