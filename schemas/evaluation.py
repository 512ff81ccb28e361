"""How the service stood in a month: the figures as they are shown, printed, exported, and kept once they were issued.

Every figure says here what it counts. A share is counted over `whole`, and its percent is rounded down: 100 percent
means all. Instants are aware UTC; the state at the month's end is the one at `as_of`.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime

from schemas.sealed import Frozen
from schemas.survey import QUESTIONS


class Share(Frozen):
    """`part` out of `whole`."""

    part: int = 0
    whole: int = 0

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down; None where there was nothing to count."""
        return 100 * self.part // self.whole if self.whole else None

    @property
    def rest(self) -> int:
        """How many are not part of it."""
        return self.whole - self.part


class Mean(Frozen):
    """Marks of 1 to 5: their sum, and of how many it is."""

    total: int = 0
    count: int = 0

    @property
    def value(self) -> float | None:
        """Their mean; None without any."""
        return self.total / self.count if self.count else None


class Said(Frozen):
    """What requesters said when they received their replies in the month. `answered`: requests so closed; part: those
    with a mark or a remark. The other names are those of schemas.survey.QUESTIONS."""

    answered: Share = Share()
    ease: Mean = Mean()
    speed: Mean = Mean()
    result: Mean = Mean()

    @property
    def overall(self) -> Mean:
        """All marks of all questions."""
        parts = [getattr(self, name) for name in QUESTIONS]
        return Mean(total=sum(each.total for each in parts), count=sum(each.count for each in parts))


class ServerFigure(Frozen):
    """A server of the catalogue at `as_of`. `units` (their codes) have an approved request in force for it; without one
    it is not `granted`. `promised_hours` is the most demanding rhythm of those requests, None where none repeats;
    `copied_at` the end of the last backup or mirror run that left nothing out, `proven_at` that of the last restore
    test that found a copy whole. `kept`: the vault held copies of it."""

    id: int
    name: str
    units: tuple[str, ...] = ()
    granted: bool = False
    promised_hours: int | None = None
    copied_at: AwareDatetime | None = None
    proven_at: AwareDatetime | None = None
    kept: bool = False
    copy_hours: float | None = None
    in_time: bool | None = None
    proof_days: float | None = None
    proven_lately: bool = False


class StepFigure(Frozen):
    """What a desk of the SOP took for the requests that left it in the month: `decided` of them, `in_time` by their due
    time; average, 95th percentile (nearest rank) and the slowest in seconds of office time, postponements left out.
    `timed` of them have such a time."""

    step: str
    in_time: Share
    timed: int = 0
    average_seconds: int | None = None
    p95_seconds: int | None = None
    slowest_seconds: int | None = None
    slowest_request: int | None = None
    slowest_number: str = ""


class UnitFigure(Frozen):
    """The same for the requests of one unit: its servers in force, its runs, what it sent and what was closed, and how
    many decisions on its requests came late, and what its requesters said."""

    id: int
    code: str
    name: str
    servers: int = 0
    success: Share = Share()
    rpo: Share = Share()
    proven: Share = Share()
    received: int = 0
    closed: int = 0
    late: int = 0
    said: Said = Said()


class Unusual(Frozen):
    """Something that asks for a person: `kind` unauthorised, emergency, never_run, expired, unreachable or missed, the
    instant that it counts from, and what it is about."""

    kind: str
    at: AwareDatetime
    server_id: int
    server: str
    request_id: int | None = None
    number: str = ""
    run_id: int | None = None
    emergency_id: int | None = None
    schedule_id: int | None = None
    schedule: str = ""
    state: str = ""
    code: str = ""
    count: int = 1
    until: AwareDatetime | None = None


class Room(Frozen):
    """The vault's room in bytes: in use, in all, what the month added; bytes a day by the line through the last 30 days
    (None: too little is known), and when it is used up at that pace (None: not within ten years)."""

    used: int
    total: int
    added: int
    per_day: float | None = None
    fills_at: AwareDatetime | None = None


class Flow(Frozen):
    """The requests of the month: sent for the first time or again, closed with a grant, refused, withdrawn."""

    received: int = 0
    granted: int = 0
    refused: int = 0
    withdrawn: int = 0


class Figures(Frozen):
    """One month. `unit` is the id of the unit that it is narrowed to.

    coverage: servers in use in the catalogue at `as_of`; part: those with an approved request in force.
    success: backup and mirror runs that ended in the month, those that a person cancelled left out, and due times at
    which nothing ran (`missed`); part: the runs that succeeded.
    rpo: servers whose requests in force promise a rhythm; part: those whose last whole copy is not older than it.
    proven: servers that the vault holds copies of; part: those whose last proven restore still counts as recent.
    sla: decisions that moved a request on in the month, withdrawals left out; part: those by their due time.
    """

    month: str
    unit: int | None = None
    begins: AwareDatetime
    as_of: AwareDatetime
    counted_at: AwareDatetime
    certificate_days: int
    coverage: Share
    success: Share
    outcomes: dict[str, int] = {}
    missed: int = 0
    rpo: Share
    proven: Share
    sla: Share
    said: Said = Said()
    flow: Flow
    steps: tuple[StepFigure, ...] = ()
    servers: tuple[ServerFigure, ...] = ()
    units: tuple[UnitFigure, ...] = ()
    unusual: tuple[Unusual, ...] = ()
    room: Room | None = None

    @property
    def oldest_copy(self) -> ServerFigure | None:
        """The server with a promised rhythm whose last whole copy is oldest; one without any comes first."""
        promised = [each for each in self.servers if each.promised_hours]
        return max(promised, key=lambda each: _age(each.copy_hours), default=None)

    @property
    def oldest_proof(self) -> ServerFigure | None:
        """The server with copies whose last proven restore is oldest; one without any comes first."""
        return max(
            (each for each in self.servers if each.kept),
            key=lambda each: _age(each.proof_days),
            default=None,
        )

    @property
    def unproven(self) -> int:
        """How many servers have copies of which none was ever proven to come back."""
        return sum(1 for each in self.servers if each.kept and each.proven_at is None)

    @property
    def slowest(self) -> StepFigure | None:
        """The step with the lowest share in time; of equals the one that took longest at the 95th percentile."""
        judged = [each for each in self.steps if each.in_time.whole]
        return min(
            judged,
            key=lambda each: (each.in_time.part / each.in_time.whole, -(each.p95_seconds or 0)),
            default=None,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing happened in the month that could be told."""
        counted = (self.success, self.sla, self.rpo, self.proven)
        return not any(share.whole for share in counted) and self.flow == Flow() and not self.unusual


class MonthLine(Frozen):
    """A month beside others."""

    month: str
    begins: datetime
    coverage: Share
    success: Share
    rpo: Share
    proven: Share
    sla: Share
    received: int
    unusual: int
    used: int | None = None
    marks: Mean = Mean()

    @classmethod
    def of(cls, figures: Figures) -> MonthLine:
        """What the comparison tells of a month."""
        return cls(month=figures.month, begins=figures.begins, coverage=figures.coverage, success=figures.success,
                   rpo=figures.rpo, proven=figures.proven, sla=figures.sla, received=figures.flow.received,
                   unusual=len(figures.unusual), used=figures.room.used if figures.room else None,
                   marks=figures.said.overall)  # fmt: skip


def _age(value: float | None) -> float:
    return float("inf") if value is None else value
