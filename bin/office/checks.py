"""The checks of a demonstration: each printed on a line as it is made, all kept for evidence.json."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Check:
    """One check. `detail` says what was seen; `demand` makes it fail."""

    id: str
    ok: bool = True
    detail: str = ""

    def demand(self, holds: object, what: str) -> None:
        """Raises AssertionError naming `what` unless it holds."""
        if not holds:
            raise AssertionError(what)


@dataclass
class Checks:
    """All checks of one demonstration."""

    made: list[Check] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @contextmanager
    def that(self, check_id: str) -> Iterator[Check]:
        """Make one check: whatever is raised inside fails it, and the demonstration goes on."""
        check = Check(check_id)
        try:
            yield check
        except Exception as error:  # noqa: BLE001  (a failed check is a result)
            place = traceback.extract_tb(error.__traceback__)[-1]
            check.ok, check.detail = False, f"{type(error).__name__}: {error} ({place.name}:{place.lineno})"
        self.made.append(check)
        mark = "ok  " if check.ok else "FAIL"
        print(
            f"{time.monotonic() - self.began:6.1f} s  {mark}  {check.id:26} {check.detail[:400]}", flush=True
        )

    @property
    def all_hold(self) -> bool:
        """Whether every check held."""
        return all(check.ok for check in self.made)

    def document(self) -> list[dict[str, object]]:
        """As evidence.json has them."""
        return [{"id": check.id, "ok": check.ok, "detail": check.detail} for check in self.made]
