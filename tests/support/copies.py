"""A copy whose manifest lies where a backup leaves it, with or without its index."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from portal.config import Settings
from portal.store import contents as index
from portal.store.models import Run, Snapshot
from workers.engines import contents

ENTRIES = (
    {"path": "srv/www", "kind": "folder"},
    {"path": "srv/www/html", "kind": "folder"},
    {"path": "srv/www/html/beranda.html", "kind": "file", "size": 2048},
    {"path": "srv/www/html/<b>&\n.txt", "kind": "file", "size": 7},
    {"path": "srv/www/kosong", "kind": "folder"},
)


def listed(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """The same snapshot with a manifest of ENTRIES."""
    lines = [
        {**entry, "mode": 420, "uid": 0, "gid": 0, "mtime_ns": 1_763_900_000 * 10**9} for entry in ENTRIES
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    path = Path(snapshot.manifest_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    digest = hashlib.sha256(text.encode()).hexdigest()
    Snapshot.update(manifest_sha256=digest).where(Snapshot.id == snapshot.id).execute()
    return Snapshot.get_by_id(snapshot.id)


def indexed(snapshot: Snapshot, settings: Settings) -> Snapshot:
    """The same snapshot with its manifest and the index of it."""
    snapshot = listed(snapshot, settings)
    index.folder(settings.var).mkdir(mode=0o700, exist_ok=True)
    contents.build(Path(snapshot.manifest_path), index.path_of(settings.var, snapshot.manifest_sha256))
    return snapshot


DUMPS = (
    {"engine": "postgresql", "database": "", "size_bytes": 400, "tables": [], "row_count": 0},
    {"engine": "postgresql", "database": "arsip", "size_bytes": 2048, "row_count": 5009,
     "tables": [{"table": "public.surat", "rows": 5000}, {"table": "public.lain", "rows": 9}]},
    {"engine": "mariadb", "database": "situs", "size_bytes": 4096, "row_count": 7,
     "tables": [{"table": "berita", "rows": 7}]},
)  # fmt: skip


def with_databases(snapshot: Snapshot) -> Snapshot:
    """The same snapshot as one that holds DUMPS too."""
    paths = [f"{each['engine']}:{each['database']}" for each in DUMPS if each["database"]]
    Snapshot.update(sources=[*snapshot.sources, *paths]).where(Snapshot.id == snapshot.id).execute()
    Run.update(evidence={**(snapshot.run.evidence or {}), "dumps": list(DUMPS)}).where(
        Run.id == snapshot.run_id
    ).execute()
    return Snapshot.get_by_id(snapshot.id)
