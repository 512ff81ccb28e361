"""The papers of a request, built from the archive: what each says, and when it exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from portal.config import Settings
from portal.documents.papers import (
    DispositionEntry,
    DispositionPaper,
    Fm001Paper,
    Forwarding,
    NotaDinasPaper,
    Paper,
    PostponementPaper,
    ReceiptPaper,
    Reference,
    ReplyPaper,
    ReportPaper,
    RequestSummary,
    Signatory,
)
from portal.documents.render import render
from portal.errors import NotFound
from portal.operations import issued, paper_evidence, paper_followups, styles
from portal.operations import letters as register
from portal.operations.signatories import NO_POST, local_day, post_of, signatory, title
from portal.sop.table import Role
from portal.store.models import BackupRequest, Delegation, Disposition, Letter, User
from portal.store.queries import dispositions, grants, letters, people
from portal.store.queries import issued as issued_rows
from portal.store.queries import requests as rows
from schemas.fields import show_phone

SELECTIONS = ("center_disposition", "policy_selection", "specification_selection", "refusal_review")
FORWARDINGS = ("subdivision_report", "division_report")
DESKS = {
    "policy_selection": Role.DIVISION_HEAD,
    "specification_selection": Role.SUBDIVISION_HEAD,
    "refusal_review": Role.DIVISION_HEAD,
    "execution": Role.ADMINISTRATOR,
    "reply": Role.ADMIN_AFFAIRS_HEAD,
}


def available(backup_request: BackupRequest) -> list[str]:
    """The kinds of papers that exist by now, in the flow's order."""
    kinds = {letter.kind for letter in letters.of_request(backup_request.id)}
    return [kind for kind in BUILDERS if kind in kinds or (kind == "fm001" and backup_request.form)]


def pdf(backup_request: BackupRequest, kind: str, settings: Settings) -> bytes:
    """A paper as it was signed and sealed; one from before papers were kept is printed anew, without a seal.

    Raises NotFound: 'paper.not_yet' until the flow has made it, 'paper.unknown'; TransitionRefused('paper.damaged')."""
    if kind not in BUILDERS:
        raise NotFound("paper.unknown")
    if kind not in available(backup_request):
        raise NotFound("paper.not_yet")
    signed = issued_rows.of_request(backup_request.id, kind)
    if signed is not None:
        return issued.document(signed, settings)
    paper = build(backup_request, kind, settings)
    return render(paper.template, paper, logo=styles.picture_of(paper.letterhead))


def build(backup_request: BackupRequest, kind: str, settings: Settings) -> Paper:
    """What a paper of the request says as things stand."""
    file = _File(backup_request, settings)
    paper, letter = BUILDERS[kind](file), file.letters.get(kind)
    return paper.model_copy(update={"void_reason": letter.void_reason}) if letter is not None else paper


def letter_pdf(letter: Letter, settings: Settings) -> bytes:
    """The file of one letter of the register, also of a void one. Raises TransitionRefused('paper.damaged')."""
    signed = issued_rows.newest(f"letter:{letter.id}")
    return issued.document(signed, settings) if signed else pdf(letter.backup_request, letter.kind, settings)


def draft(
    backup_request: BackupRequest,
    kind: str,
    user: User,
    settings: Settings,
    *,
    at: datetime,
    mandate: Delegation | None = None,
) -> Paper:
    """What a paper would say if `user` signed it at `at` (by `mandate`), marked as a draft, with the number that it
    would get now."""
    file = _File(backup_request, settings, draft=kind)
    number = register.provisional(kind, backup_request, settings, at=at)
    file.letters[kind] = Letter(kind=kind, number=number, signed_by=user, created_at=at, delegation=mandate,
                                content={"outcome": backup_request.outcome})  # fmt: skip
    return BUILDERS[kind](file)


class _File:
    """A request with all that its papers speak of; `draft` is the kind that is not signed yet."""

    def __init__(self, backup_request: BackupRequest, settings: Settings, draft: str = "") -> None:
        self.draft = draft
        self.row, self.settings = backup_request, settings
        self.form: dict[str, Any] = backup_request.form or {}
        self.decisions = dispositions.of_request(backup_request.id)
        self.letters = {letter.kind: letter for letter in letters.of_request(backup_request.id)}
        self.letterhead = styles.letterhead(settings)

    def summary(self) -> RequestSummary:
        """What was asked, as every later paper repeats it."""
        form = self.form
        return RequestSummary(number=self.row.number, filed_on=date.fromisoformat(form["date"]),
                              requester_name=form["name"], requester_nip=form["nip"], unit=self.row.unit.name,
                              server_name=form["server_name"], application_name=form["application_name"],
                              folders=tuple(form["folders"]), services=tuple(form["services"]),
                              frequency=form["frequency"], retention_days=form["retention_days"],
                              reason=form["reason"],
                              follow_up=paper_followups.follow_up(form))  # fmt: skip

    def head(self, kind: str) -> dict[str, Any]:
        """Letterhead, number and date of a numbered paper."""
        letter = self.letters[kind]
        return {
            "letterhead": self.letterhead,
            "number": letter.number,
            "dated": local_day(letter.created_at),
            "draft": kind == self.draft,
        }

    def reference(self, kind: str) -> Reference | None:
        """Number and date of another paper of the file."""
        letter = self.letters.get(kind)
        return Reference(number=letter.number, dated=local_day(letter.created_at)) if letter else None

    def signer(self, kind: str) -> Signatory:
        """Who signed a numbered paper."""
        letter: Letter = self.letters[kind]
        return signatory(
            letter.signed_by, None if kind == self.draft else letter.created_at, letter.delegation
        )

    def last(self, *actions: str, step: str = "") -> Disposition | None:
        """The newest decision with one of these actions (at `step`, where given)."""
        found = [row for row in self.decisions if row.action in actions and (not step or row.step == step)]
        return found[-1] if found else None


def _fm001(file: _File) -> Fm001Paper:
    row, form = file.row, file.form
    submitted, sent = file.last("submit"), file.last("forward", step="unit_note")
    marked = file.last("follow_up", "postpone")
    postponed = marked is not None and marked.action == "postpone"
    head = next(iter(people.owners(Role.UNIT_HEAD.value, row.unit_id)), None)
    return Fm001Paper(
        letterhead=file.letterhead, number=row.number or "", dated=date.fromisoformat(form["date"]),
        draft=row.number is None, unit=row.unit.name, name=form["name"], phone=show_phone(form["phone"]),
        nip=form["nip"], email=form["email"], server_name=form["server_name"],
        application_name=form["application_name"], folders=tuple(form["folders"]), services=tuple(form["services"]),
        frequency=form["frequency"], retention_days=form["retention_days"], reason=form["reason"],
        follow_up=paper_followups.follow_up(form),
        attachments=tuple(item.filename for item in rows.attachments(row.id)),
        unit_head=signatory(sent.actor, sent.created_at, sent.delegation) if sent else signatory(head, None),
        requester=Signatory(name=form["name"], nip=form["nip"], signed_at=submitted.created_at if submitted else None),
        administrator=signatory(marked.actor, marked.created_at, marked.delegation) if marked else Signatory(),
        foot=("postponed" if postponed else "followed_up") if marked else None,
        foot_date=local_day(marked.created_at) if marked else None,
        postponed_reason=marked.note if marked and postponed else "",
        postponed_until=marked.data.get("postponed_until") if marked and postponed else None)  # fmt: skip


def _nota_dinas(file: _File) -> NotaDinasPaper:
    sent, signed = file.last("forward", step="unit_note"), file.letters["nota_dinas"].created_at
    return NotaDinasPaper(**file.head("nota_dinas"), sender_unit=file.row.unit.name,
                          to_post=post_of(Role.CENTER_HEAD, signed),
                          sender=file.signer("nota_dinas"), request=file.summary(),
                          attachment_count=1 + len(rows.attachments(file.row.id)), note=sent.note if sent else "",
                          copies=(post_of(Role.DIVISION_HEAD, signed), *file.letterhead.copies_nota))  # fmt: skip


def _disposition(file: _File) -> DispositionPaper:
    nota = file.reference("nota_dinas")
    if nota is None:
        raise NotFound("paper.not_yet")
    chosen = [
        row
        for row in file.decisions
        if row.step in SELECTIONS and row.action in ("forward", "approve", "refuse")
    ]
    entries = tuple(
        DispositionEntry(sender=signatory(row.actor, row.created_at, row.delegation), action=row.action,
                         to_post=post_of(DESKS[row.next_step], row.created_at), instructions=tuple(row.instructions),
                         note=row.note)
        for row in chosen
    )  # fmt: skip
    waiting = DESKS.get(file.row.step) if file.row.step in SELECTIONS else None
    sender = title(file.signer("nota_dinas")) or file.row.unit.name
    return DispositionPaper(**file.head("disposition"), letter_from=sender, letter=nota,
                            received_on=nota.dated, request=file.summary(), entries=entries,
                            awaiting=post_of(waiting) if waiting else "")  # fmt: skip


def _report(file: _File) -> ReportPaper:
    reported, signed = file.last("report"), file.letters["report"].created_at
    passed = [row for row in file.decisions if row.step in FORWARDINGS and row.action == "forward"]
    to_posts = {"subdivision_report": Role.DIVISION_HEAD, "division_report": Role.ADMIN_AFFAIRS_HEAD}
    forwardings = tuple(
        Forwarding(
            sender=signatory(row.actor, row.created_at, row.delegation),
            to_post=post_of(to_posts[row.step], row.created_at),
            note=row.note,
        )
        for row in passed
    )
    return ReportPaper(**file.head("report"), to_post=post_of(Role.SUBDIVISION_HEAD, signed), request=file.summary(),
                       nota_dinas=file.reference("nota_dinas"), disposition=file.reference("disposition"),
                       result=paper_followups.result(file.row, signed),
                       runs=paper_evidence.evidence(file.row.id, signed),
                       note=reported.note if reported else "", administrator=file.signer("report"),
                       forwardings=forwardings)  # fmt: skip


def _reply(file: _File) -> ReplyPaper:
    letter = file.letters["reply"]
    granted = letter.content.get("outcome") != "refused"
    refusal = None if granted else next(iter(_refusals(file)), None)
    grant = grants.of_request(file.row.id) if granted else None
    delivery = paper_evidence.delivery(file.row.id, grant, letter.created_at)
    return ReplyPaper(**file.head("reply"), outcome="granted" if granted else "refused", request=file.summary(),
                      nota_dinas=file.reference("nota_dinas"), delivery=delivery,
                      result=paper_followups.result(file.row, letter.created_at) if granted else None,
                      report=file.reference("report") if granted else None,
                      reasons="" if granted else _reasons(file),
                      refused_by=title(signatory(refusal.actor, None, refusal.delegation)) if refusal else "",
                      opening=letter.content.get("opening", ""), closing=letter.content.get("closing", ""),
                      note=letter.content.get("note", ""), signatory=file.signer("reply"),
                      copies=file.letterhead.copies_reply)  # fmt: skip


def _postponement(file: _File) -> PostponementPaper:
    """Of the postponement that the letter tells of: the last one before it was signed."""
    signed = file.letters["postponement"]
    told = [row for row in file.decisions if row.action == "postpone" and row.created_at <= signed.created_at]
    if not told:
        raise NotFound("paper.not_yet")
    said = signed.content
    return PostponementPaper(**file.head("postponement"), request=file.summary(),
                             nota_dinas=file.reference("nota_dinas"), reasons=told[-1].note or NO_POST,
                             postponed_on=local_day(told[-1].created_at),
                             postponed_by=signatory(told[-1].actor, told[-1].created_at, told[-1].delegation),
                             postponed_until=told[-1].data["postponed_until"], opening=said.get("opening", ""),
                             closing=said.get("closing", ""), note=said.get("note", ""),
                             signatory=file.signer("postponement"), copies=file.letterhead.copies_reply)  # fmt: skip


def _reasons(file: _File) -> str:
    """What the officials wrote when they refused, in their order; a refusal that the Kabid overruled is left out."""
    return "\n".join(row.note for row in _refusals(file) if row.note) or NO_POST


def _refusals(file: _File) -> list[Disposition]:
    """The refusals since the Kabid last sent the request to the Kasubbid."""
    standing: list[Disposition] = []
    for row in file.decisions:
        if row.action == "refuse":
            standing.append(row)
        elif row.action == "approve":
            standing = []
    return standing


def _receipt(file: _File) -> ReceiptPaper:
    received, reply = file.last("receive"), file.reference("reply")
    if received is None or reply is None:
        raise NotFound("paper.not_yet")
    outcome = "refused" if file.row.outcome == "refused" else "granted"
    return ReceiptPaper(**file.head("receipt"), request=file.summary(), reply=reply, outcome=outcome,
                        from_post=title(file.signer("reply")) or NO_POST, recipient=file.signer("receipt"),
                        done=not paper_followups.was_impossible(file.row),
                        note=received.note)  # fmt: skip


BUILDERS: dict[str, Callable[[_File], Paper]] = {
    "fm001": _fm001,
    "nota_dinas": _nota_dinas,
    "disposition": _disposition,
    "postponement": _postponement,
    "report": _report,
    "reply": _reply,
    "receipt": _receipt,
}
