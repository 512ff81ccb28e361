"""What is counted from: rows as the archive gives them to the rules of the evaluation."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from schemas.evaluation import Said
from schemas.sealed import Frozen


class ServerRow(Frozen):
    """A server at an instant: `copies` are the ends of its last whole run of each kind that copies, `proven_at` that of
    its last restore test that found a copy whole, `held` how many copies the vault had."""

    id: int
    name: str
    active: bool
    copies: tuple[datetime, ...] = ()
    proven_at: datetime | None = None
    held: bool = False


class InForce(Frozen):
    """Approved requests in force of one unit for one server with one rhythm."""

    server_id: int
    unit_id: int
    unit_code: str
    frequency: str


class Switch(Frozen):
    """A server was put to rest or taken up again."""

    server_id: int
    at: datetime
    on: bool


class StepCount(Frozen):
    """The decisions that moved requests on from a step: how many were due and in time, how many have their office time,
    and its sum."""

    step: str
    due: int
    in_time: int
    timed: int
    seconds: int


class Decided(NamedTuple):
    """One decision that moved a request on: `seconds` of office time, None where nobody counted them; `in_time` where
    it was `due` at all."""

    step: str
    unit_id: int
    id: int
    request_id: int
    seconds: int | None
    due: bool
    in_time: bool


class StepSum(Frozen):
    """The decisions of a step, added up: as StepCount, and the slowest of them, as (seconds, id, request), the slowest
    first. No decision that is not among these is slower than one of them."""

    due: int = 0
    in_time: int = 0
    timed: int = 0
    seconds: int = 0
    slowest: tuple[tuple[int, int, int], ...] = ()


class DecidedSum(Frozen):
    """The decisions of a span by step, and how many of each unit came late."""

    steps: dict[str, StepSum] = {}
    late: dict[int, int] = {}


class StepMark(Frozen):
    """One decision of a step by its rank among those with an office time, the fastest first (from 1, of `of`)."""

    step: str
    rank: int
    of: int
    seconds: int
    request_id: int
    number: str


class UnitRow(Frozen):
    """A unit and what its requests brought in the month."""

    id: int
    code: str
    name: str
    ended: dict[str, int] = {}
    received: int = 0
    closed: int = 0
    late: int = 0
    said: Said = Said()
