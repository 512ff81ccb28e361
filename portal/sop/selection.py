"""The selection of steps 3 and 4, explained: each rule of the policy held against one request. Pure.

It advises. The official decides, and what was shown is recorded with the decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.sop.table import Step
from schemas.policy import MIB, PolicyTerms


class Verdict(StrEnum):
    """What a rule says of a request; UNKNOWN where the portal does not know enough to say."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Whose selection a rule belongs to: the Kabid's by policy, or the Kasubbid's by service specification."""

    POLICY = "policy"
    SPECIFICATION = "specification"


STAGE_OF = {
    Step.POLICY_SELECTION: Stage.POLICY,
    Step.SPECIFICATION_SELECTION: Stage.SPECIFICATION,
    Step.REFUSAL_REVIEW: Stage.SPECIFICATION,
}
"""The steps at which rules are shown, with the stage that comes first there."""


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules look at. `known_bytes` is what was measured; with `unmeasured` folders or databases it is only a
    part. `server` is empty where none was named, `server_ready` None where it is not in the catalogue."""

    services: tuple[str, ...]
    frequency: str
    retention_days: int
    unit: str
    paths: int
    words: int
    server: str = ""
    server_ready: bool | None = None
    known_bytes: int = 0
    unmeasured: int = 0
    measured: int = 0
    term_months: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's answer. `code` is the sentence, `context` its numbers (sizes in bytes, spans in seconds)."""

    rule: str
    stage: Stage
    verdict: Verdict
    code: str
    context: dict[str, Any] = field(default_factory=dict)


Answer = tuple[Verdict, str, dict[str, Any]]
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN


def judge(terms: PolicyTerms, case: Case) -> tuple[Check, ...]:
    """Every rule's answer, in the order in which they are shown."""
    checks = []
    for name, stage, rule in RULES:
        verdict, code, context = rule(terms, case)
        checks.append(Check(name, stage, verdict, code, context))
    return tuple(checks)


def count(checks: Iterable[Check], verdict: Verdict) -> int:
    """How many of the checks say so."""
    return sum(check.verdict is verdict for check in checks)


def _services(terms: PolicyTerms, case: Case) -> Answer:
    refused = tuple(service for service in case.services if service not in terms.services)
    if refused:
        return NOT_MET, "policy.services.not_met", {"services": refused, "allowed": tuple(terms.services)}
    return MET, "policy.services.met", {"services": case.services}


def _unit(terms: PolicyTerms, case: Case) -> Answer:
    if not terms.units:
        return MET, "policy.unit.any", {"unit": case.unit}
    if case.unit in terms.units:
        return MET, "policy.unit.met", {"unit": case.unit}
    return NOT_MET, "policy.unit.not_met", {"unit": case.unit, "units": terms.units}


def _frequency(terms: PolicyTerms, case: Case) -> Answer:
    context = {"frequency": case.frequency, "frequencies": tuple(terms.frequencies)}
    if case.frequency in terms.frequencies:
        return MET, "policy.frequency.met", context
    return NOT_MET, "policy.frequency.not_met", context


def _retention(terms: PolicyTerms, case: Case) -> Answer:
    days = case.retention_days
    for each in terms.retention_classes:
        if each.holds(days):
            bounds = {"least": each.least_days, "most": each.most_days}
            return MET, "policy.retention.met", {"days": days, "name": each.name, **bounds}
    least, most = terms.retention_classes[0].least_days, terms.retention_classes[-1].most_days
    return NOT_MET, "policy.retention.not_met", {"days": days, "least": least, "most": most}


def _size(terms: PolicyTerms, case: Case) -> Answer:
    limit = {"most": terms.largest_bytes}
    if case.known_bytes > terms.largest_bytes:
        over = case.known_bytes - terms.largest_bytes
        return NOT_MET, "policy.size.not_met", {"size": case.known_bytes, "over": over, **limit}
    if not case.measured:
        return UNKNOWN, "policy.size.unknown", limit
    if case.unmeasured:
        part = {"size": case.known_bytes, "measured": case.measured, "left": case.unmeasured}
        return UNKNOWN, "policy.size.part", part | limit
    return MET, "policy.size.met", {"size": case.known_bytes, **limit}


def _server(_terms: PolicyTerms, case: Case) -> Answer:
    if not case.server:
        return UNKNOWN, "policy.server.unknown", {}
    named = {"server": case.server}
    if case.server_ready is None:
        return NOT_MET, "policy.server.absent", named
    if not case.server_ready:
        return NOT_MET, "policy.server.not_ready", named
    return MET, "policy.server.met", named


def _folders(terms: PolicyTerms, case: Case) -> Answer:
    numbers = {"paths": case.paths, "words": case.words, "most": terms.most_folders}
    if case.paths > terms.most_folders:
        return NOT_MET, "policy.folders.not_met", numbers
    if case.words:
        return UNKNOWN, "policy.folders.words", numbers
    if not case.paths:
        return UNKNOWN, "policy.folders.none", numbers
    return MET, "policy.folders.met", numbers


def _window(terms: PolicyTerms, case: Case) -> Answer:
    longest = terms.longest_window
    if longest is None:
        return MET, "policy.window.any", {}
    seconds = -(-case.known_bytes // (terms.speed_mib * MIB))
    numbers = {"seconds": seconds, "longest": longest * 60, "speed": terms.speed_mib}
    if seconds > longest * 60:
        return NOT_MET, "policy.window.not_met", numbers
    if not case.measured or case.unmeasured:
        return UNKNOWN, "policy.window.unknown", numbers
    return MET, "policy.window.met", numbers


def _term(terms: PolicyTerms, case: Case) -> Answer:
    most = {"most": terms.most_term_months}
    if case.term_months is None:
        return UNKNOWN, "policy.term.unknown", most
    verdict = MET if case.term_months <= terms.most_term_months else NOT_MET
    return verdict, f"policy.term.{verdict}", {"months": case.term_months, **most}


RULES: tuple[tuple[str, Stage, Callable[[PolicyTerms, Case], Answer]], ...] = (
    ("services", Stage.POLICY, _services),
    ("unit", Stage.POLICY, _unit),
    ("frequency", Stage.POLICY, _frequency),
    ("retention", Stage.POLICY, _retention),
    ("size", Stage.POLICY, _size),
    ("server", Stage.SPECIFICATION, _server),
    ("folders", Stage.SPECIFICATION, _folders),
    ("window", Stage.SPECIFICATION, _window),
    ("term", Stage.SPECIFICATION, _term),
)
