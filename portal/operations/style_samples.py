"""Papers with made-up people, to look at a letterhead before it is set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.documents import numbers
from portal.documents.papers import Letterhead, NotaDinasPaper, Paper, ReplyPaper, RequestSummary, Signatory
from portal.documents.render import prose, render
from portal.operations import styles
from portal.operations.letters import OFFICE_ZONE
from portal.operations.styles import Style

KINDS = ("reply", "nota_dinas")


def pdf(kind: str, style: Style, head: Letterhead, words: Mapping[str, str], at: datetime) -> bytes:
    """A sample of the kind as a draft. `words` are the made-up names and sentences."""
    paper = (_nota_dinas if kind == "nota_dinas" else _reply)(head, words, at)
    local = at.astimezone(OFFICE_ZONE)
    number = numbers.format_number(style.pattern, seq=1, unit=head.center_short, classification=style.classes[kind],
                                   month=local.month, year=local.year)  # fmt: skip
    paper = paper.model_copy(update={"number": number})
    return render(paper.template, paper, logo=styles.picture(style))


def _request(words: Mapping[str, str], at: datetime) -> RequestSummary:
    return RequestSummary(number="PB-0000-0000", filed_on=at.astimezone(OFFICE_ZONE).date(),
                          requester_name=words["requester"], requester_nip="199001012015011001", unit=words["unit"],
                          server_name=words["server"], services=("backup_files",), frequency="daily",
                          retention_days=30, reason=words["reason"])  # fmt: skip


def _signer(words: Mapping[str, str], post: str) -> Signatory:
    return Signatory(post=words[post], name=words["signer"], nip="197001011995011001")


def _nota_dinas(head: Letterhead, words: Mapping[str, str], at: datetime) -> Paper:
    return NotaDinasPaper(letterhead=head, dated=at.astimezone(OFFICE_ZONE).date(), draft=True,
                          sender_unit=words["unit"], to_post=words["to_post"], sender=_signer(words, "unit_post"),
                          request=_request(words, at), copies=head.copies_nota)  # fmt: skip


def _reply(head: Letterhead, words: Mapping[str, str], at: datetime) -> Paper:
    paper = ReplyPaper(letterhead=head, dated=at.astimezone(OFFICE_ZONE).date(), draft=True, outcome="refused",
                       request=_request(words, at), reasons=words["refusal"], signatory=_signer(words, "affairs_post"),
                       copies=head.copies_reply)  # fmt: skip
    opening, closing = prose(paper)
    return paper.model_copy(update={"opening": opening, "closing": closing})
