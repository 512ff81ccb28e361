"""The catalogue as the SOP's "daftar database/file": each server with what is kept of it, when, how long, and where."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.schedule import ScheduleRule
from schemas.sealed import Frozen


class CatalogueSource(Frozen):
    """A chosen folder or database, with its size as it was last measured (None: never)."""

    kind: str
    path: str
    size_bytes: int | None = None


class CatalogueLine(Frozen):
    """A server. `units` (their names) have an approved request in force for it, whose longest keeping is
    `retention_days`, in the policy's class `retention_class`; `rules` are those of its active schedules; `kept`: the
    vault holds copies of it, and `second`: the second one does too."""

    id: int
    name: str
    address: str
    port: int
    active: bool
    units: tuple[str, ...] = ()
    sources: tuple[CatalogueSource, ...] = ()
    rules: tuple[ScheduleRule, ...] = ()
    retention_days: int | None = None
    retention_class: str = ""
    kept: bool = False
    second: bool = False
    copied_at: AwareDatetime | None = None
    proven_at: AwareDatetime | None = None

    @property
    def size_bytes(self) -> int:
        """What its measured sources hold together."""
        return sum(source.size_bytes or 0 for source in self.sources)
