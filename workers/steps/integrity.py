"""The check: restic's own books, and every byte of one part of the repository, part after part."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from workers.engines import command, restic
from workers.engines.errors import EngineError
from workers.steps import upkeep, vaults
from workers.steps.work import Work

MARKS = (
    "fatal:",
    "using temporary cache",
    "the repository",
    "run `restic",
    "to repair",
    "for details",
    "please",
)
"""How lines begin that say nothing more of what is damaged."""
PACKS_MAX = 200
COMPLAINTS_MAX = 10_000


@dataclass
class Damage:
    """What restic complained of: the packs it named, and whether it named one in every complaint."""

    lines: list[str] = field(default_factory=list)
    packs: set[str] = field(default_factory=set)
    vague: bool = False

    def note(self, line: str) -> None:
        """Take in one complaint."""
        if len(self.lines) < COMPLAINTS_MAX:
            self.lines.append(line)
        else:
            self.vague = True

    def settle(self, named: list[set[str]]) -> None:
        """Take in which packs each complaint named."""
        for line, packs in zip(self.lines, named, strict=True):
            self.packs |= packs
            if not packs and line.strip() and not line.strip().lower().startswith(MARKS):
                self.vague = True


def read_part(work: Work) -> None:
    """Check the books and read one part. Raises EngineError('restic.damaged') after noting what needs the damaged
    data; where that cannot be told, all of the server's copies count as touched."""
    repository = upkeep.opened(work)
    work.result = {"part": work.spec.part, "parts": work.spec.parts}
    damage = Damage()
    result = upkeep.run(
        work,
        repository,
        restic.check_argv(work.spec.part, work.spec.parts),
        phase="read_part",
        counted=("packs",),
        on_error=damage.note,
    )
    work.result["repository_bytes"] = vaults.size(repository, work.should_stop)
    if result.exit_code == 0:
        work.result["listed"] = sorted(vaults.listed(repository, work.should_stop))
        work.log(f"part {work.spec.part} of {work.spec.parts} is whole")
        work.note_room()
        return
    error = restic.error_of(result.exit_code, result.tail)
    if error.code == "restic.damaged":
        damage.settle(vaults.packs_named(repository, damage.lines, work.should_stop))
        touched = _touched(work, repository, damage)
        work.result |= {"packs": sorted(damage.packs)[:PACKS_MAX], "touched": touched}
        raise EngineError("restic.damaged", tool="restic", exit_code=result.exit_code, tail=result.tail)
    raise error


def _touched(work: Work, repository: restic.Repository, damage: Damage) -> list[str] | None:
    """The full ids of the snapshots that need a damaged pack; None when nobody can say, which means any of them."""
    if damage.vague or not 0 < len(damage.packs) <= PACKS_MAX:
        return None
    lines: list[bytes] = []
    result = command.run(
        repository.argv(restic.find_packs_argv(sorted(damage.packs))),
        env=repository.environment(),
        on_output=lines.append,
        should_stop=work.should_stop,
        idle_seconds=work.settings.idle_deadline_seconds,
    )
    try:
        found = {str(item["snapshot"]) for item in json.loads(b"".join(lines))} if lines else set()
    except (ValueError, KeyError, TypeError):
        return None
    if result.exit_code != 0 or not found:
        return None
    work.log(f"damaged: {len(damage.packs)} packs, needed by {len(found)} snapshots", "ERROR")
    return sorted(found)
