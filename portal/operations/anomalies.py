"""A backup that holds much less or much more than usual is told: nothing failed, and yet something may be wrong.

Closing such a finding accepts the new level: what is usual is counted anew from the run that raised it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from portal.operations import findings
from portal.sop.usual import HISTORY_MAX, usual
from portal.store.models import Run, Snapshot
from portal.store.queries import findings as finding_rows
from portal.store.queries import snapshots as rows

KIND = "anomaly"
MIB = 1024**2
LEAST = {"total_bytes": 10 * MIB, "file_count": 20, "added_bytes": 50 * MIB, "row_count": 100}
"""The change that is never strange, for each measure in its own unit."""
ADDED_SHARE = 0.2
"""New data is strange only when it is this much of the whole: encrypted or overwritten files show so."""

Measures = dict[tuple[str, str], int]
"""(measure, database or empty) -> how much."""


def apply(run: Run, at: datetime) -> None:
    """Look at what a backup made that has just succeeded. The run's outcome stays as it is."""
    if run.kind != "backup" or run.state != "succeeded":
        return
    snapshot = rows.of_run(run.id)
    if snapshot is None:
        return
    place = place_of(snapshot)
    since = finding_rows.accepted_run(run.server_id, KIND, place)
    past = [measures(earlier) for earlier in rows.alike(snapshot, since_run=since, most=HISTORY_MAX)]
    strange = departures(measures(snapshot), past)
    if strange:
        findings.raise_once(
            run.server_id, KIND, "anomaly.range", at=at, run=run, place=place, severity="warn",
            context={"place": place, "measures": strange})  # fmt: skip


def place_of(snapshot: Snapshot) -> str:
    """What tells backups of the same sources apart from others of the same server."""
    listed = json.dumps(sorted(snapshot.sources), ensure_ascii=False)
    return hashlib.sha256(listed.encode()).hexdigest()[:16]


def measures(snapshot: Snapshot) -> Measures:
    """How much a snapshot holds: size, files, what was new, and the rows of each database."""
    found: Measures = {
        ("total_bytes", ""): snapshot.total_bytes,
        ("file_count", ""): snapshot.file_count,
        ("added_bytes", ""): snapshot.added_bytes,
    }
    for dump in (snapshot.run.evidence or {}).get("dumps", ()):
        if dump.get("database"):
            name = f"{dump.get('engine', '')}:{dump['database']}"
            found["row_count", name] = int(dump.get("row_count", 0))
    return found


def departures(now: Measures, past: list[Measures]) -> list[dict[str, Any]]:
    """The measures that left their usual range, with that range and how many runs it comes from."""
    found = []
    for (name, database), value in now.items():
        history = [earlier[name, database] for earlier in past if (name, database) in earlier]
        least = float(LEAST[name])
        if name == "added_bytes":
            least = max(least, ADDED_SHARE * now["total_bytes", ""])
        known = usual(history, least=least)
        if known is None or known.holds(value) or (name == "added_bytes" and value < known.low):
            continue
        found.append({"measure": name, "database": database, "value": value, "low": round(known.low),
                      "high": round(known.high), "usual": round(known.middle), "runs": known.count})  # fmt: skip
    return found
