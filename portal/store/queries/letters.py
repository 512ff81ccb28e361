"""Read side of the register of letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from peewee import fn

from portal.store.db import database, is_sqlite
from portal.store.models import BackupRequest, IssuedPaper, Letter, User
from portal.store.queries.paging import Page, page_of

# Any number that no other advisory lock of the portal uses.
_NUMBERS_LOCK = 119_004


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the register is asked for: `words` in number, request and signer; kind, class, year (0: any), and state
    (signed, withdrawn or void)."""

    words: str = ""
    kind: str = ""
    classification: str = ""
    year: int = 0
    state: str = ""


def hold_numbers() -> None:
    """Let one transaction at a time take the next number of a register, until its commit. SQLite's writers are one
    at a time anyway."""
    if not is_sqlite():
        database.execute_sql("SELECT pg_advisory_xact_lock(%s)", (_NUMBERS_LOCK,))


def get(letter_id: int) -> Letter | None:
    """One letter with its request and who signed it, or None."""
    return _with_people().where(Letter.id == letter_id).first()


def replacement(letter_id: int) -> Letter | None:
    """The letter that stands for a void one, or None."""
    return Letter.get_or_none(Letter.replaces == letter_id)


def editions(letter_id: int) -> list[IssuedPaper]:
    """Every sealed sheet of a letter, the newest first."""
    query = IssuedPaper.select().where(IssuedPaper.letter == letter_id)
    return list(query.order_by(IssuedPaper.edition.desc()))


def of_request(request_id: int) -> list[Letter]:
    """The request's numbered papers with who signed them, oldest first, without those that were taken back."""
    query = Letter.select(Letter, User).join(User, on=(Letter.signed_by == User.id))
    query = query.where(Letter.backup_request == request_id, Letter.withdrawn_at.is_null())
    return list(query.order_by(Letter.id))


def is_void(request_id: int, number: str) -> bool:
    """Whether the request's letter of this number is void."""
    mine = (Letter.backup_request == request_id) & (Letter.number == number)
    return bool(Letter.select().where(mine, Letter.voided_at.is_null(False)).exists())


def withdrawn(request_id: int, kind: str, year: int) -> Letter | None:
    """The request's letter of a kind and year that its signer took back, or None; a void one is signed no more."""
    query = Letter.select().where(
        Letter.backup_request == request_id,
        Letter.kind == kind,
        Letter.year == year,
        Letter.withdrawn_at.is_null(False),
        Letter.voided_at.is_null(),
    )
    return query.order_by(Letter.id.desc()).first()


def search(wanted: Wanted, page: int = 1) -> Page[Letter]:
    """The letters that the filters ask for, newest first."""
    return page_of(selection(wanted), page)


def selection(wanted: Wanted) -> Any:
    """The same as a query over letters with their requests and signers, for exports."""
    query = _with_people()
    if wanted.kind:
        query = query.where(Letter.kind == wanted.kind)
    if wanted.classification:
        query = query.where(Letter.classification == wanted.classification)
    if wanted.year:
        query = query.where(Letter.year == wanted.year)
    if wanted.state:
        query = query.where(_STATES[wanted.state]())
    for word in wanted.words.split()[:8]:
        found = Letter.number.contains(word) | BackupRequest.number.contains(word) | User.name.contains(word)
        query = query.where(found)
    return query.order_by(Letter.created_at.desc(), Letter.id.desc())


_STATES = {
    "signed": lambda: Letter.voided_at.is_null() & Letter.withdrawn_at.is_null(),
    "withdrawn": lambda: Letter.withdrawn_at.is_null(False),
    "void": lambda: Letter.voided_at.is_null(False),
}


def registers() -> list[tuple[int, str, int, int]]:
    """Each register as (year, class, how many numbers, the highest of them), the newest year first."""
    query: Any = (
        Letter.select(Letter.year, Letter.classification, fn.COUNT(Letter.id), fn.MAX(Letter.sequence))
        .group_by(Letter.year, Letter.classification)
        .order_by(Letter.year.desc(), Letter.classification)
    )
    return list(query.tuples())


def gaps() -> list[tuple[int, str]]:
    """The registers (year, class) in which a number is missing; none, as long as nobody has touched the rows: numbers
    begin at 1 and are unique, so that as many as the highest means every one."""
    return [(year, name) for year, name, count, highest in registers() if count != highest]


def _with_people() -> Any:
    return (
        Letter.select(Letter, BackupRequest, User)
        .join(BackupRequest, on=(Letter.backup_request == BackupRequest.id))
        .switch(Letter)
        .join(User, on=(Letter.signed_by == User.id))
    )
