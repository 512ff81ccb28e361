"""What this portal has brought to a standby server: the rows and the mark of each table, written down before the names
are exchanged. A worker that dies between the exchange and its record leaves both, and the next run knows either."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from schemas.sealed import Frozen
from workers.steps.work import write_whole

FILE = "standing.json"


class Standing(Frozen):
    """`tables`: per table its rows and a mark that changes when the table is written to (empty: none); marks of another
    `version` of the engine say nothing."""

    version: str
    tables: dict[str, tuple[int, str]]

    @property
    def rows(self) -> int:
        """All tables' rows."""
        return sum(rows for rows, _ in self.tables.values())


_SEVERAL = TypeAdapter(tuple[Standing, ...])


def read(folder: Path) -> tuple[Standing, ...]:
    """What may stand there, the newest last; nothing where that was never written down or cannot be read."""
    try:
        return _SEVERAL.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return ()


def write(folder: Path, several: Iterable[Standing]) -> None:
    """Write down what may stand there, whole or not at all."""
    waiting = folder / f".{FILE}.new"
    write_whole(waiting, _SEVERAL.dump_json(tuple(several)))
    waiting.replace(folder / FILE)


def changes(known: Standing, now: Standing) -> list[str]:
    """The tables, by name, that are not as they were known: gone, new, with other rows, or written to."""
    marked = known.version == now.version

    def same(table: str) -> bool:
        then, found = known.tables.get(table), now.tables.get(table)
        if then is None or found is None or then[0] != found[0]:
            return False
        return not marked or not (then[1] and found[1]) or then[1] == found[1]

    return sorted(table for table in known.tables.keys() | now.tables.keys() if not same(table))
