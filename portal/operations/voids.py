"""Letters that became void: the number stays in the register with its reason, and the letter that stands for it takes
the next one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.config import Settings
from portal.documents.papers import Paper
from portal.errors import Forbidden, InvalidInput, NotFound, StaleStep
from portal.operations import audit, issued, letters, mandates, papers, signatories
from portal.sop.table import Role
from portal.store.db import transaction
from portal.store.models import Letter, User
from portal.store.queries import issued as issued_rows
from portal.store.queries import letters as rows
from portal.store.queries import people

REASON_LENGTH = (10, 500)


def may_void(letter: Letter, user: User, at: datetime) -> bool:
    """Whether `user` keeps the register and the letter is not about a request of their own."""
    held = people.roles(user, at, (letter.backup_request.requester_id,))
    return (
        Role.ADMIN_AFFAIRS_HEAD.value in held
        and letter.voided_at is None
        and letter.withdrawn_at is None
        and letter.backup_request.requester_id != user.id
    )


def may_replace(letter: Letter, user: User, at: datetime) -> bool:
    """Whether `user` holds the role that signed the void letter, and nothing stands for it yet."""
    if letter.voided_at is None or rows.replacement(letter.id) is not None:
        return False
    backup_request = letter.backup_request
    if letter.signed_role == Role.REQUESTER:
        return bool(backup_request.requester_id == user.id)
    if backup_request.requester_id == user.id:
        return False
    return Role(letter.signed_role) in _seats(letter, user, at)


def _seats(letter: Letter, user: User, at: datetime) -> mandates.Seats:
    """The posts in which `user` may sign; a mandate for some steps of the SOP is none for what is behind them."""
    return mandates.seats(letter.backup_request, user, at, step="-")


def void(letter_id: int, user: User, reason: str, *, at: datetime, settings: Settings) -> Letter:
    """Make a letter void. Raises NotFound('letter.unknown'), Forbidden('letter.not_registrar'),
    StaleStep('letter.already_void', 'letter.taken_back'), InvalidInput (field `reason`)."""
    reason = " ".join(reason.split())
    if not REASON_LENGTH[0] <= len(reason) <= REASON_LENGTH[1]:
        context = {"min": REASON_LENGTH[0], "max": REASON_LENGTH[1]}
        raise InvalidInput(fields={"reason": ("letter.reason_length", context)})
    with transaction():
        rows.hold_numbers()
        letter = _letter(letter_id)
        if letter.voided_at is not None:
            raise StaleStep("letter.already_void", number=letter.number)
        if letter.withdrawn_at is not None:
            raise StaleStep("letter.taken_back", number=letter.number)
        if not may_void(letter, user, at):
            raise Forbidden("letter.not_registrar")
        standing = (Letter.id == letter_id) & Letter.voided_at.is_null() & Letter.withdrawn_at.is_null()
        changes = {"voided_at": at, "voided_by": user, "void_reason": reason}
        if Letter.update(**changes).where(standing).execute() != 1:
            raise StaleStep("letter.taken_back", number=letter.number)
        _mark(letter, reason, at, settings)
        _record("letter:voided", letter, user, at, {"reason": reason})
        return _letter(letter_id)


def replace(letter_id: int, user: User, *, at: datetime, settings: Settings) -> Letter:
    """Sign the same letter anew, under the next number and today's date, in place of a void one.

    Raises NotFound('letter.unknown'), StaleStep('letter.not_void', 'letter.replaced'), Forbidden('letter.not_signer').
    """
    with transaction():
        rows.hold_numbers()
        void_one = _letter(letter_id)
        if void_one.voided_at is None:
            raise StaleStep("letter.not_void", number=void_one.number)
        if (there := rows.replacement(letter_id)) is not None:
            raise StaleStep("letter.replaced", number=there.number)
        if not may_replace(void_one, user, at):
            raise Forbidden("letter.not_signer")
        backup_request = void_one.backup_request
        letter = letters.issue(void_one.kind, backup_request, signer=user, role=void_one.signed_role,
                               unit=letters.unit_code(void_one.kind, backup_request, settings),
                               content=void_one.content, at=at,
                               delegation=_seats(void_one, user, at).get(Role(void_one.signed_role)),
                               pattern=settings.letter_pattern)  # fmt: skip
        Letter.update(replaces=void_one).where(Letter.id == letter.id).execute()
        paper = _signed_anew(_said(void_one, settings), letter, user, at)
        issued.write(f"letter:{letter.id}", paper, at=at, settings=settings, backup_request=backup_request,
                     letter=letter)  # fmt: skip
        _record("letter:replaced", letter, user, at, {"replaces": void_one.number})
        return _letter(letter.id)


def _letter(letter_id: int) -> Letter:
    letter = rows.get(letter_id)
    if letter is None:
        raise NotFound("letter.unknown")
    return letter


def _said(letter: Letter, settings: Settings) -> Paper:
    """What the letter says: as it was signed, or as it reads now where it is older than the kept papers."""
    row = issued_rows.newest(f"letter:{letter.id}")
    return issued.read(row) if row else papers.build(letter.backup_request, letter.kind, settings)


def _mark(letter: Letter, reason: str, at: datetime, settings: Settings) -> None:
    """The void letter as a further edition with BATAL across it; the file that went out is kept as it was."""
    paper = _said(letter, settings).model_copy(update={"void_reason": reason})
    issued.write(f"letter:{letter.id}", paper, at=at, settings=settings,
                 backup_request=letter.backup_request, letter=letter)  # fmt: skip


def _signed_anew(paper: Paper, letter: Letter, user: User, at: datetime) -> Paper:
    changes: dict[str, Any] = {"number": letter.number, "dated": signatories.local_day(at), "void_reason": ""}
    if paper.template in issued.SIGNERS:
        changes[issued.SIGNERS[paper.template]] = signatories.signatory(user, at, letter.delegation)
    return paper.model_copy(update=changes)


def _record(tag: str, letter: Letter, user: User, at: datetime, told: dict[str, Any]) -> None:
    audit.record(
        tag,
        actor=user,
        subject_type="letter",
        subject_id=letter.id,
        at=at,
        data={"number": letter.number, "kind": letter.kind, "request": letter.backup_request_id, **told},
    )
