"""An office of many years: very many requests with their decisions and letters, and a trail whose chain holds.

The rows are written past the desks, or it would take days; what they say is what the desks write, in short. Whatever
the number, the shares are the same: who asks, where requests stand, what is late, how often a word is met. So a desk
of the large office holds a hundred times as many letters as one of the small, and both fill the page that is measured:
a longer page is no slower page. Only RARE is in one request of either. Servers, grants and runs are not made: how many
there are follows the machines, not the years.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from office import bulk
from portal.operations import audit
from portal.sop.table import CURRENT_VERSION, Step, desk_of
from portal.store import db, request_words
from portal.store.models import (
    AuditCheck,
    AuditEntry,
    BackupRequest,
    Disposition,
    Letter,
    RoleHolding,
    Unit,
    User,
)

YEARS = 3
UNITS, PEOPLE = 8, 300
OPEN = 0.3
"""The share of requests that have not ended: enough that every desk fills a page in a small office too."""
WAY = (Step.SUBMISSION, Step.UNIT_NOTE, Step.CENTER_DISPOSITION, Step.POLICY_SELECTION, Step.SPECIFICATION_SELECTION,
       Step.EXECUTION, Step.SUBDIVISION_REPORT, Step.DIVISION_REPORT, Step.REPLY, Step.RECEIPT)  # fmt: skip
LETTERS = ("nota_dinas", "disposition", "report", "reply", "receipt")
WORDS = ("situs", "data", "pengukuran", "arsip", "spektrometer", "kepegawaian", "radiasi", "berkas",
         "mutu", "keuangan", "reaktor", "dosimetri", "publikasi", "perpustakaan", "mikrograf", "kalibrasi",
         "limbah")  # fmt: skip
COMMON, RARE = "laboratorium", "kode-000777"
MET = 0.6
"""The share of requests that hold COMMON: enough for a page of every desk that is measured, in the small office too."""


@dataclass
class Crowd:
    """What was made: how many requests and entries, and one of the middle of each, to begin a page at."""

    requests: int
    entries: int
    seed: int = 119
    names: dict[int, str] = field(default_factory=dict)

    def fill(self, at: datetime) -> None:
        """Fill a database that has the cast and nothing else yet."""
        self.dice = random.Random(self.seed)  # nosec B311
        self.at, self.began = at, at - timedelta(days=365 * YEARS)
        self.people = self._people()
        self.officials = {row.role: row.user_id for row in RoleHolding.select()}
        if db.is_sqlite():
            request_words.rest(db.database)
        with bulk.loading(BackupRequest, Disposition, Letter, AuditEntry):
            bulk.write(BackupRequest, self._requests())
            bulk.write(Disposition, self._dispositions())
            bulk.write(Letter, self._letters())
            bulk.write(AuditEntry, self._entries())
        if db.is_sqlite():
            request_words.keep(db.database)
        self._checked()

    def _people(self) -> list[tuple[int, int, str]]:
        """(user, unit, name) of all who ask."""
        with db.transaction():
            units = [
                Unit.create(code=f"SK{number:02d}", name=f"Satuan Kerja {number}") for number in range(UNITS)
            ]
            first = User.select().first()
            kept = {name: getattr(first, name) for name in ("password_hash", "phone", "post")}
            users = [
                User.create(username=f"orang{number:03d}", name=f"Orang Ke-{number:03d}", nip=f"19{number:016d}",
                            email=f"orang{number}@lumbung.example", unit=units[number % UNITS], **kept)
                for number in range(PEOPLE)
            ]  # fmt: skip
        self.names = {user.id: user.name for user in User.select()}
        return [(user.id, user.unit_id, user.name) for user in users]

    def _at(self, number: int) -> datetime:
        return self.began + (self.at - self.began) * (number / (self.requests + 1))

    def _step(self, number: int) -> Step:
        """Where a request stands: the open ones are spread over the way, the newest and the oldest alike."""
        share = (number * 7919 % 1000) / 1000
        return WAY[1 + int(share / OPEN * (len(WAY) - 1))] if share < OPEN else Step.CLOSED

    def _requests(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.requests + 1):
            user_id, unit_id, name = self.people[number % PEOPLE]
            step, began = self._step(number), self._at(number)
            reason = " ".join(self.dice.choices(WORDS, k=5))
            if number * 31 % 100 < MET * 100:
                reason += f" {COMMON}"
            server, folder = f"srv-{number % 400:03d}", f"/srv/data/{number:06d}"
            form = {"date": began.date().isoformat(), "name": name, "nip": "199203142016022001",
                    "phone": "+62215554321", "email": "a@lumbung.example", "server_name": server,
                    "application_name": None, "folders": [folder], "services": ["backup_files"],
                    "frequency": "daily", "retention_days": 30, "reason": reason}  # fmt: skip
            words = f"{name}\nsk{unit_id:02d}\n{server}\n{folder}\n{reason}\nkode-{number:06d}".lower()
            ended = step is Step.CLOSED
            due = self.at + timedelta(minutes=self.dice.randint(-6000, 12_000))
            yield {"id": number, "number": f"PB-{began.year}-{number:06d}", "requester": user_id, "unit": unit_id,
                   "sop_version": CURRENT_VERSION, "step": step.value, "revision": 9 if ended else WAY.index(step),
                   "step_entered_at": began, "due_at": None if ended else due,
                   "outcome": "granted" if ended else None, "form": form, "draft_key": f"crowd-{number}",
                   "search": words, "created_at": began, "updated_at": began + timedelta(days=3),
                   "submitted_at": began, "closed_at": began + timedelta(days=3) if ended else None}  # fmt: skip

    def _passed(self, number: int) -> int:
        """How many steps of the way lie behind a request."""
        step = self._step(number)
        return len(WAY) if step is Step.CLOSED else WAY.index(step)

    def _dispositions(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.requests + 1):
            began, passed = self._at(number), self._passed(number)
            for revision in range(passed):
                step = WAY[revision]
                after = WAY[revision + 1] if revision + 1 < len(WAY) else Step.CLOSED
                role = desk_of(CURRENT_VERSION, step) or "requester"
                entered = began + timedelta(hours=revision * 7)
                yield {"backup_request": number, "revision": revision, "step": step.value, "action": "forward",
                       "next_step": after.value, "actor": self.officials.get(role, self.people[number % PEOPLE][0]),
                       "role": str(role), "note": "Mohon ditindaklanjuti.", "entered_at": entered,
                       "due_at": entered + timedelta(hours=9), "created_at": entered + timedelta(hours=6),
                       "office_seconds": self.dice.randint(600, 18 * 3600)}  # fmt: skip

    def _letters(self) -> Iterator[dict[str, Any]]:
        sequence = 0
        for number in range(1, self.requests + 1):
            began, made = self._at(number), self._passed(number) // 2
            for kind in LETTERS[:made]:
                sequence += 1
                yield {"backup_request": number, "kind": kind, "year": 1, "classification": "X", "sequence": sequence,
                       "number": f"{sequence:07d}/LUB/{began.year}", "signed_by": self.people[number % PEOPLE][0],
                       "signed_role": "unit_head", "created_at": began}  # fmt: skip

    def _entries(self) -> Iterator[dict[str, Any]]:
        """The trail after what stands there already."""
        last = audit.trail.last()
        sequence, previous = (last.sequence, last.hash) if last else (0, audit.GENESIS)
        actors = [*self.officials.values(), *(user_id for user_id, *_ in self.people)]
        tags = ("request:forward", "request:approve", "session:signed_in", "run:succeeded", "request:submit")
        for number in range(self.entries - sequence):
            sequence, actor = sequence + 1, actors[number % len(actors)]
            about = number * self.requests // self.entries + 1
            tag, at = tags[number % len(tags)], self.began + (self.at - self.began) * (number / self.entries)
            said = {"sequence": sequence, "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
                    "actor_id": actor, "actor_name": self.names[actor], "tag": tag,
                    "subject_type": tag.partition(":")[0], "subject_id": about,
                    "data": {"number": f"PB-{number:06d}", "note": "Mohon ditindaklanjuti."},
                    "previous": previous}  # fmt: skip
            text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            previous = hashlib.sha256(text.encode()).hexdigest()
            yield {**said, "at": at, "actor": actor, "hash": previous}

    def _checked(self) -> None:
        """As the nightly check of the whole chain leaves it."""
        last = AuditEntry.select().order_by(AuditEntry.sequence.desc()).get()
        AuditCheck.create(whole=True, via="clock", started_at=self.at, first=0, sequence=last.sequence, head=last.hash,
                          target=last.sequence, finished_at=self.at)  # fmt: skip
