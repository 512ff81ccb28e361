"""The catalogue as a list: narrowed by words, and as a paper."""

from __future__ import annotations

from datetime import datetime

from portal.config import Settings
from portal.documents.papers.catalogue import CataloguePaper
from portal.documents.render import render
from portal.operations import styles
from portal.operations.signatories import in_charge, local_day
from portal.sop.table import Role
from portal.store.queries import catalogue as rows
from portal.store.queries import policies
from schemas.catalogue import CatalogueLine
from schemas.policy import PolicyTerms

WORDS_MAX = 8


def lines(words: str, *, at: datetime) -> list[CatalogueLine]:
    """The servers of which every word is found in name, address, unit or source, with the policy's class of keeping."""
    version = policies.in_force(at)
    terms = PolicyTerms.model_validate(version.terms) if version else None
    wanted = words.lower().split()[:WORDS_MAX]
    return [_classed(line, terms) for line in rows.lines(at) if _holds(line, wanted)]


def pdf(words: str, *, at: datetime, settings: Settings) -> bytes:
    """The list as PDF/A, with room for the signature of the head of the subdivision."""
    paper = CataloguePaper(letterhead=styles.letterhead(settings), dated=local_day(at), as_of=at, words=words,
                           lines=tuple(lines(words, at=at)), keeper=in_charge(Role.SUBDIVISION_HEAD, at))  # fmt: skip
    return render(paper.template, paper, logo=styles.picture_of(paper.letterhead))


def _classed(line: CatalogueLine, terms: PolicyTerms | None) -> CatalogueLine:
    days = line.retention_days
    if terms is None or days is None:
        return line
    name = next(
        (each.name for each in terms.retention_classes if each.least_days <= days <= each.most_days), ""
    )
    return line.model_copy(update={"retention_class": name})


def _holds(line: CatalogueLine, words: list[str]) -> bool:
    said = [line.name, line.address, *line.units, *(source.path for source in line.sources)]
    text = " ".join(said).lower()
    return all(word in text for word in words)
