"""How long pages take in an office of many years, against the same pages in one that has just begun.

Both are asked in turn, so that a busy machine is busy for both; only the ratio of the medians means something. SQLite
works inside the portal's process, so there it is the processor's time that is held against the bar: what others do at
the same moment is not counted. With PostgreSQL it is the time on the wall.
"""

from __future__ import annotations

import logging
import os
import re
import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from app import create_app
from office import people
from office.crowd import COMMON, RARE, Crowd
from office.database_servers import PostgreSQL
from portal.config import Settings
from portal.operations import audit, calendar
from portal.sop.evaluation.months import OFFICE_ZONE
from portal.store import db
from portal.store.models import AuditEntry, BackupRequest

BAR = 1.2
SMALL, SMALL_ENTRIES = 1000, 10_000
LARGE, LARGE_ENTRIES = 100_000, 1_000_000
TURNS = 25
PAGES = (
    ("inbox", "kasubbid", "/kotak-masuk"),
    ("inbox, second page", "kasubbid", "/kotak-masuk?halaman=2"),
    ("inbox, words", "kabid", f"/kotak-masuk?cari={COMMON}"),
    ("front page, official", "kasubbid", "/"),
    ("front page, head", "kabid", "/"),
    ("front page, requester", "pegawai", "/"),
    ("list", "auditor", "/permohonan"),
    ("list, in the middle", "auditor", "/permohonan?tempat={request}"),
    ("list, one step", "auditor", "/permohonan?langkah=closed"),
    ("search, a rare word", "auditor", f"/permohonan?cari={RARE}"),
    ("search, a common word", "auditor", f"/permohonan?cari={COMMON}"),
    ("search, two words", "auditor", "/permohonan?cari=orang+kalibrasi"),
    ("one request", "auditor", "/permohonan/{id}"),
    ("trail", "auditor", "/audit"),
    ("trail, in the middle", "auditor", "/audit?sebelum={entry}"),
    ("trail, one event", "auditor", "/audit?kejadian=request:submit"),
    ("trail, one person", "auditor", "/audit?pelaku=Orang+Ke-007"),
    ("trail, one request", "auditor", "/audit?jenis=request&subjek={id}"),
    ("evaluation", "kabid", "/evaluasi"),
    ("evaluation, anew", "kabid", "/evaluasi?segar=1"),
)


@dataclass
class Office:
    """A portal with so many requests, and everybody signed in."""

    folder: Path
    requests: int
    entries: int
    url: str = ""
    """Its database; SQLite in its folder where there is none."""

    def open(self) -> None:
        """Make it, or take it as it was made before."""
        self.settings = Settings(
            var=self.folder,
            cookie_secure=False,
            secret_key="x" * 40,  # nosec B106
            **({"database_url": self.url} if self.url else {}),
        )
        self.settings.ensure_folders()
        self.app = create_app(self.settings)
        began, began_work = time.monotonic(), time.process_time()
        with db.connection():
            calendar.seed((db.now().year, db.now().year + 1), actor=None, at=db.now())
            passwords = people.make(db.now())
            Crowd(self.requests, self.entries).fill(db.now())
            self.filled, self.work = time.monotonic() - began, time.process_time() - began_work
            self.places = _places(self.requests)
        self.clients = {
            name: _signed_in(self.app.test_client(), name, word) for name, word in passwords.items()
        }

    def seconds(self, who: str, path: str) -> tuple[float, float]:
        """How long one page takes: what the bar holds, and on the wall. Raises RuntimeError unless it comes."""
        address = path.format(**self.places)
        began, began_work = time.perf_counter(), time.thread_time()
        answer = self.clients[who].get(address)
        took, work = time.perf_counter() - began, time.thread_time() - began_work
        if answer.status_code != 200:
            raise RuntimeError(f"{who} {address}: {answer.status_code}")
        return took if self.url else work, took

    def enter(self) -> None:
        """Let the models speak to this office's database."""
        db.connect(self.settings.database_url)


def measure(folder: Path) -> dict[str, Any]:
    """The medians of both offices by page, and how fast the chain is checked; on SQLite, or ENGINE=postgresql."""
    logging.disable(logging.WARNING)
    _late_in_the_month()
    if os.environ.get("ENGINE") != "postgresql":
        return _measured(folder, "", "")
    server = PostgreSQL()
    try:
        server.start()
        server.sql("CREATE ROLE lumbung LOGIN PASSWORD 'lumbung'")
        for name in ("small", "large"):
            server.sql(f"CREATE DATABASE {name} OWNER lumbung")
        url = f"postgresql://lumbung:lumbung@127.0.0.1:{server.port}"
        return _measured(folder, f"{url}/small", f"{url}/large")
    finally:
        db.database.close()
        server.stop()


def _late_in_the_month() -> None:
    """Let the clocks of both offices stand late in the last month, whatever the day: on the first of a month the
    evaluation of a small office has nothing to show, and its page would be another one."""
    real = db.now
    here = real().astimezone(OFFICE_ZONE)
    behind = here - (here.replace(day=1) - timedelta(days=3)).replace(hour=10)
    db.now = lambda: real() - behind


def _measured(folder: Path, small_url: str, large_url: str) -> dict[str, Any]:
    sizes = (int(os.environ.get("REQUESTS", LARGE)), int(os.environ.get("ENTRIES", LARGE_ENTRIES)))
    small = Office(folder / "small", SMALL, SMALL_ENTRIES, small_url)
    large = Office(folder / "large", *sizes, large_url)
    small.open()
    large.open()
    print(f"scale      {sizes[0]:,} requests and {sizes[1]:,} entries made in {large.filled:.0f} s, "
          f"{large.work:.0f} s of the processor")  # fmt: skip
    found = {name: _compared(small, large, who, path) for name, who, path in _there(large)}
    return {"pages": found, "filled_seconds": large.filled, "entries_per_second": _checking(large)}


def tell(found: dict[str, Any]) -> bool:
    """One line for each page; whether all keep the bar."""
    for name, row in found["pages"].items():
        mark = "" if row["ratio"] <= BAR else f"  OVER {BAR}"
        print(f"scale      {name:24} {1000 * row['small']:7.1f} ms   {1000 * row['large']:7.1f} ms   "
              f"ratio {row['ratio']:.2f} (on the wall {row['wall_ratio']:.2f}){mark}")  # fmt: skip
    print(f"scale      the chain is checked at {found['entries_per_second']:,.0f} entries a second")
    return all(row["ratio"] <= BAR for row in found["pages"].values())


def _compared(small: Office, large: Office, who: str, path: str) -> dict[str, float]:
    took: dict[str, list[tuple[float, float]]] = {"small": [], "large": []}
    for turn in range(1 + TURNS):
        for name, office in (("small", small), ("large", large)):
            office.enter()
            seconds = office.seconds(who, path)
            # The first look fills what the next ones find: bytecode, templates, the months that have ended.
            took[name] += [seconds] if turn else []
    held = {name: statistics.median(held for held, _ in times) for name, times in took.items()}
    wall = {name: statistics.median(wall for _, wall in times) for name, times in took.items()}
    return {**held, "ratio": held["large"] / held["small"], "wall_ratio": wall["large"] / wall["small"]}


def _there(office: Office) -> list[tuple[str, str, str]]:
    """The pages that this portal has."""
    known = {rule.rule for rule in office.app.url_map.iter_rules()}
    return [page for page in PAGES if page[2].partition("?")[0].replace("{id}", "<int:request_id>") in known]


def _places(requests: int) -> dict[str, Any]:
    """Where pages in the middle begin; the one request is the same in both, as far as it has come."""
    row = BackupRequest.get_by_id(requests // 2)
    entry = (
        AuditEntry.select().where(AuditEntry.subject_type == "request", AuditEntry.subject_id == row.id).get()
    )
    return {
        "id": SMALL // 2,
        "request": f"%3C{_quoted(row.updated_at.isoformat())}~{row.id}",
        "entry": f"{_quoted(entry.at.isoformat())}~{entry.sequence}",
    }


def _quoted(text: str) -> str:
    return text.replace("+", "%2B")


def _checking(office: Office, entries: int = 20_000) -> float:
    office.enter()
    with db.connection():
        began = time.perf_counter()
        found = audit.walk(0, audit.GENESIS, entries)
        if not found.ok:
            raise RuntimeError(f"the chain is broken at {found.broken_at}")
        return found.entries / (time.perf_counter() - began)


def _signed_in(client: FlaskClient, username: str, password: str) -> FlaskClient:
    token = re.search(r'name="csrf-token"[^>]*content="([^"]+)"', client.get("/masuk").text)
    sent = {"username": username, "password": password, "csrf_token": token[1] if token else ""}
    if client.post("/masuk", data=sent).status_code != 303:
        raise RuntimeError(f"{username} could not sign in")
    return client
