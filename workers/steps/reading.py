"""The copy held against the list beside the work, while it is sent: both only read what nobody changes meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace

from workers.engines.errors import EngineError
from workers.steps import proof
from workers.steps.work import Work


class Reading(threading.Thread):
    """The comparison of one run, from `start` to `agrees`; its proof is the run's once it agrees."""

    def __init__(self, work: Work) -> None:
        super().__init__(name="reading")
        self.work, self._given_up = work, threading.Event()
        self._agrees = False
        self._error: BaseException | None = None

    def run(self) -> None:
        """Compare; called by `start`. What is sent tells how far the work is, so this says nothing of that."""
        beside = replace(self.work, should_stop=self._should_stop, report=lambda _: None)
        try:
            proof.compare(beside)
            self.work.proof, self._agrees = beside.proof, True
        except OSError as error:
            self.work.log(f"the copy cannot be read: {error}", "WARN")
        except BaseException as error:  # noqa: BLE001  (handed to the thread that waits)
            if not (isinstance(error, EngineError) and error.code == "proof.differs"):
                self._error = error

    def agrees(self) -> bool:
        """Wait, and say whether the copy is what the list says. Raises EngineError, Cancelled."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._agrees

    def give_up(self) -> None:
        """End it: the run has ended. Afterwards this does nothing."""
        self._given_up.set()
        self.join()

    def _should_stop(self) -> bool:
        return self._given_up.is_set() or self.work.should_stop()
